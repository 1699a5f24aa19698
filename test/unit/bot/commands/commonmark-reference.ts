import { type Node, Parser } from 'commonmark'

/** Nodes whose inside is no text of the comment's own. */
const closed: readonly string[] = ['link', 'image', 'code', 'html_inline']

/**
 * The numbers N of the lines `/status N` that CommonMark's reference implementation reads as
 * plain text at the begin of a line of a top-level paragraph, in their order.
 *
 * An escaped slash or an entity makes a text node of its own, so that neither looks like a command.
 */
export function findByReference(markdown: string): readonly number[] {
  const document = new Parser().parse(markdown)
  const found: number[] = []
  for (let block = document.firstChild; block !== null; block = block.next)
    if (block.type === 'paragraph') readInlines(block, found)
  return found
}

function readInlines(paragraph: Node, found: number[]): void {
  let isAtLineStart = true
  let closedDepth = 0
  const walker = paragraph.walker()
  for (let event = walker.next(); event !== null; event = walker.next()) {
    const { node, entering } = event
    if (node.type === 'softbreak' || node.type === 'linebreak') {
      isAtLineStart = true
      continue
    }
    const isContainer = node.type === 'link' || node.type === 'image'
    if (isContainer) closedDepth += entering ? 1 : -1
    if (!entering || node === paragraph || node.type === 'emph' || node.type === 'strong') {
      // Marks of emphasis open a line without being text of it.
      if (entering && node !== paragraph) isAtLineStart = false
      continue
    }
    if (isAtLineStart && closedDepth === 0 && node.type === 'text') {
      const [, page] = /^\/status (\d+)(?!\d)/.exec(node.literal ?? '') ?? []
      if (page !== undefined) found.push(Number(page))
    }
    if (closed.includes(node.type) || node.type === 'text') isAtLineStart = false
  }
}
