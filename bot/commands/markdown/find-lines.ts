import type { TopBlock } from './block-scanner.ts'
import { codeIndent } from './block-starts.ts'
import { mayBeginDefinition } from './judge-line.ts'
import { trimSpaces } from './line-cursor.ts'
import { countTags, type OpenElements } from './open-elements.ts'
import { scanBlocks } from './scan-blocks.ts'
import { type LineOpening, scanInlines } from './scan-inlines.ts'
import { isUnclearText } from './unclear-lines.ts'

/**
 * A line of a text, and what it is. `text`: it is the text's own, and a
 * command in it counts. `code`: it is shown as code. `unclear`: CommonMark may read it as text, but
 * GitHub, another version or a reader of the page may not.
 */
export interface FoundLine {
  readonly number: number
  readonly place: 'text' | 'code' | 'unclear'
  /** Without indentation, space at its end and the mark of a hard break. */
  readonly text: string
}

/**
 * Finds the lines of top-level paragraphs and what could be taken for them. Lines in quotes, lists,
 * headings and HTML are none of these. In the order of the text.
 */
export function findLines(text: string): readonly FoundLine[] {
  const rawLines = text.split(/\r\n|\n|\r/)
  const { blocks, unclearFrom } = scanBlocks(rawLines)
  const elements: OpenElements = new Map()
  const found: FoundLine[] = []
  for (const block of blocks) {
    if (block.kind === 'html') countTags(elements, joinLines(block))
    else if (block.kind === 'code') found.push(...readCode(block))
    else {
      const openings = readOpenings(block, elements)
      if (block.isHeading !== true) found.push(...readParagraph(block, openings, unclearFrom))
    }
  }
  for (const [place, line] of rawLines.slice(unclearFrom).entries())
    found.push({ number: unclearFrom + place, place: 'unclear', text: line.trim() })
  return found
}

function readOpenings(block: TopBlock, elements: OpenElements): readonly LineOpening[] {
  const text = joinLines(block)
  if (!mayBeginDefinition(block) && !isUnclearText(text))
    return scanInlines(
      block.lines.map((line) => line.text),
      elements,
    )
  countTags(elements, text)
  return block.lines.map(() => 'unclear')
}

function readCode({ lines }: TopBlock): readonly FoundLine[] {
  return lines.map(({ number, text }) => ({ number, place: 'code', text: text.trimEnd() }))
}

function readParagraph(
  { lines, tableFrom = lines.length }: TopBlock,
  openings: readonly LineOpening[],
  unclearFrom: number,
): readonly FoundLine[] {
  return lines.flatMap(({ number, text, indent }, place): readonly FoundLine[] => {
    const opening = openings[place] ?? 'unclear'
    if (opening === 'html' || number >= unclearFrom) return []
    const isLast = place === lines.length - 1
    const line = trimLine(text, isLast)
    if (opening === 'code') return [{ number, place: 'code', text: line }]
    if (opening === 'unclear' || place >= tableFrom)
      return [{ number, place: 'unclear', text: line }]
    // It goes on with a paragraph, and still looks like code to people.
    if (indent >= codeIndent) return [{ number, place: 'code', text: line }]
    const [, , code] = /^(`+)([^`]+)\1$/.exec(line) ?? []
    if (code !== undefined) return [{ number, place: 'code', text: code.trim() }]
    return [{ number, place: 'text', text: line }]
  })
}

/** A line without what makes the break behind it a hard one: two spaces, or one back-slash. */
function trimLine(text: string, isLast: boolean): string {
  const isHardBreak = !isLast && /(?<!\\)(?:\\\\)*\\$/.test(text)
  return trimSpaces(isHardBreak ? text.slice(0, -1) : text)
}

function joinLines({ lines }: TopBlock): string {
  return lines.map(({ text }) => text).join('\n')
}
