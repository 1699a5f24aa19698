import { Parser } from 'commonmark'

/** A block of code on a page. */
export interface Block {
  /** The first word behind the fence; empty where there is none. */
  readonly language: string
  readonly code: string
  /** Number of its first line on the page. */
  readonly line: number
}

/** Every block of code as CommonMark sees it: in lists too, and without a fence. */
export function readBlocks(markdown: string): readonly Block[] {
  const blocks: Block[] = []
  const walker = new Parser().parse(markdown).walker()
  for (let event = walker.next(); event !== null; event = walker.next()) {
    const { node } = event
    if (node.type !== 'code_block') continue
    const [[first]] = node.sourcepos
    const { info, literal } = node
    const isFenced = info !== null
    const [language = ''] = (info ?? '').split(' ')
    blocks.push({ language, code: literal ?? '', line: isFenced ? first + 1 : first })
  }
  return blocks
}
