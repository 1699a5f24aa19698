import {
  addText,
  type BlockScanner,
  closeTo,
  giveUp,
  type Leaf,
  markFilled,
  openLeaf,
  toLine,
} from './block-scanner.ts'
import { type BlockStart, codeIndent, findBlockStart, takeQuote } from './block-starts.ts'
import { judgeLine, markHeading } from './judge-line.ts'
import { type LineCursor, skipColumns, skipIndent, startLine, trimSpaces } from './line-cursor.ts'

/** Quotes and lists in one another; GitHub gives up at 100 and nobody writes so many. */
const nestingMax = 50

/**
 * Finds the top-level blocks of a text as CommonMark 0.31 does, line by line, in linear time. Only
 * what tells which lines are text of top-level paragraphs is kept.
 */
export function scanBlocks(lines: readonly string[]): Pick<BlockScanner, 'blocks' | 'unclearFrom'> {
  const scanner: BlockScanner = {
    blocks: [],
    containers: [],
    leaf: undefined,
    isAfterTable: false,
    unclearFrom: lines.length,
  }
  for (const [number, text] of lines.entries()) {
    scanLine(scanner, startLine(text), number)
    if (scanner.unclearFrom <= number) break
  }
  return scanner
}

function scanLine(scanner: BlockScanner, cursor: LineCursor, number: number): void {
  const depth = matchContainers(scanner, cursor)
  const isMatched = depth === scanner.containers.length
  if (isMatched && continueLeaf(scanner, cursor, number)) return
  // Only a paragraph can go on lazily in a line without the markers of its containers.
  if (cursor.isBlank || (!isMatched && scanner.leaf?.kind !== 'paragraph')) closeTo(scanner, depth)
  if (cursor.isBlank) {
    if (scanner.containers.length === 0) scanner.isAfterTable = false
    return
  }
  if (openBlocks(scanner, cursor, number, depth)) return
  if (scanner.leaf?.kind !== 'paragraph') {
    openLeaf(scanner, { kind: 'paragraph', block: { kind: 'paragraph', lines: [] } })
  }
  addText(scanner, cursor, number)
}

/** How many of the open containers go on in this line. */
function matchContainers({ containers }: BlockScanner, cursor: LineCursor): number {
  const broken = containers.findIndex(({ width, isEmpty }) => {
    if (width === undefined) {
      if (cursor.indent >= codeIndent || cursor.text[cursor.nextOffset] !== '>') return true
      takeQuote(cursor)
    } else if (cursor.isBlank) {
      if (isEmpty) return true
      skipIndent(cursor)
    } else {
      if (cursor.indent < width) return true
      skipColumns(cursor, width)
    }
    return false
  })
  return broken === -1 ? containers.length : broken
}

/** Whether the line belongs to the open code or HTML; closes these where it does not. */
function continueLeaf(scanner: BlockScanner, cursor: LineCursor, number: number): boolean {
  const { leaf } = scanner
  if (leaf === undefined || leaf.kind === 'paragraph') return false
  const isGoingOn =
    leaf.kind === 'fence' ||
    (leaf.kind === 'indented' && cursor.indent >= codeIndent) ||
    (leaf.kind === 'html' && !(cursor.isBlank && leaf.close === undefined))
  if (isGoingOn) leaf.block.lines.push(toLine(cursor, number))
  if (!isGoingOn || isLast(leaf, cursor)) scanner.leaf = undefined
  return isGoingOn
}

function isLast(leaf: Leaf, { text, offset, nextOffset, indent }: LineCursor): boolean {
  if (leaf.kind === 'html') return leaf.close?.test(text.slice(offset)) ?? false
  if (leaf.kind !== 'fence' || indent >= codeIndent) return false
  const rest = trimSpaces(text.slice(nextOffset))
  return rest.length >= leaf.length && rest === leaf.character.repeat(rest.length)
}

/** Opens every block that the line begins; whether nothing of the line is left as text. */
function openBlocks(
  scanner: BlockScanner,
  cursor: LineCursor,
  number: number,
  matchedDepth: number,
): boolean {
  for (let depth = matchedDepth; ; depth = scanner.containers.length) {
    const isInterrupting = scanner.leaf?.kind === 'paragraph'
    const isInParagraph = isInterrupting && depth === scanner.containers.length
    judgeLine(scanner, cursor, number, { isInterrupting, isInParagraph })
    const start = findBlockStart(cursor, { isInterrupting, isInParagraph })
    if (start === undefined) return cursor.isBlank
    if (start.kind === 'setext') markHeading(scanner, number)
    closeTo(scanner, depth)
    if (start.kind !== 'quote' && start.kind !== 'item') {
      openStart(scanner, start, cursor, number)
      return true
    }
    markFilled(scanner)
    scanner.containers.push({
      isEmpty: true,
      ...(start.kind === 'item' && { width: start.width }),
    })
    if (scanner.containers.length > nestingMax) giveUp(scanner, number)
    if (scanner.unclearFrom <= number) return true
  }
}

function openStart(
  scanner: BlockScanner,
  start: Exclude<BlockStart, { kind: 'quote' | 'item' }>,
  cursor: LineCursor,
  number: number,
): void {
  markFilled(scanner)
  if (start.kind === 'fence') {
    openLeaf(scanner, { ...start, block: { kind: 'code', lines: [] } })
  } else if (start.kind === 'indented') {
    openLeaf(scanner, {
      kind: 'indented',
      block: { kind: 'code', lines: [toLine(cursor, number)] },
    })
  } else if (start.kind === 'html') {
    const leaf = {
      ...start,
      block: { kind: 'html' as const, lines: [toLine(cursor, number)] },
    }
    openLeaf(scanner, leaf)
    if (isLast(leaf, cursor)) scanner.leaf = undefined
  }
}
