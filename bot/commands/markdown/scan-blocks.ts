import {
  type BlockStart,
  codeIndent,
  findBlockStart,
  type StartContext,
  takeQuote,
} from './block-starts.ts'
import { type LineCursor, skipColumns, skipIndent, startLine } from './line-cursor.ts'
import { beginsFootnote, isDivergentHtml, isTableRule } from './unclear-lines.ts'

/** Quotes and lists in one another; GitHub gives up at 100 and nobody writes so many. */
const nestingMax = 50

/** One line of a block, without the indentation that is not part of it. */
export interface BlockLine {
  /** Place among the lines of the text, from 0. */
  readonly number: number
  readonly text: string
  /** Columns before the text. */
  readonly indent: number
}

/** A block that holds lines and stands outside quotes and lists. */
export interface TopBlock {
  readonly kind: 'paragraph' | 'code' | 'html'
  readonly lines: BlockLine[]
  /** A paragraph that an underline made a heading. */
  isHeading?: boolean
  /** The first line from which GitHub reads a table. */
  tableFrom?: number
}

/** The top-level blocks of a text, in its order. */
export interface BlockScan {
  readonly blocks: readonly TopBlock[]
  /**
   * The line from which on readings of CommonMark and of GitHub may part for good: a footnote, a
   * list within a table, more than {@link nestingMax} levels. What comes after is not to be trusted.
   */
  readonly unclearFrom: number
}

interface Container {
  /** Columns that a line of the item is indented by; absent for a quote. */
  readonly width?: number
  isEmpty: boolean
}

type Leaf = { readonly block: TopBlock } & (
  | { readonly kind: 'paragraph' | 'indented' }
  | { readonly kind: 'fence'; readonly character: string; readonly length: number }
  | { readonly kind: 'html'; readonly close: RegExp | undefined }
)

interface Scanner {
  readonly blocks: TopBlock[]
  containers: Container[]
  /** The open block inside the innermost container. */
  leaf: Leaf | undefined
  /** Lines up to the next empty one may be cells of a table. */
  isAfterTable: boolean
  unclearFrom: number
}

/**
 * Finds the top-level blocks of a text as CommonMark 0.31 does, line by line, in linear time. Only
 * what tells which lines are text of top-level paragraphs is kept.
 */
export function scanBlocks(lines: readonly string[]): BlockScan {
  const scanner: Scanner = {
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
  return { blocks: scanner.blocks, unclearFrom: scanner.unclearFrom }
}

function scanLine(scanner: Scanner, cursor: LineCursor, number: number): void {
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
function matchContainers({ containers }: Scanner, cursor: LineCursor): number {
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
function continueLeaf(scanner: Scanner, cursor: LineCursor, number: number): boolean {
  const { leaf } = scanner
  if (leaf === undefined || leaf.kind === 'paragraph') return false
  const isGoingOn =
    leaf.kind === 'fence' ||
    (leaf.kind === 'indented' && (cursor.indent >= codeIndent || cursor.isBlank)) ||
    (leaf.kind === 'html' && !(cursor.isBlank && leaf.close === undefined))
  if (isGoingOn) leaf.block.lines.push(toLine(cursor, number))
  if (!isGoingOn || isLast(leaf, cursor)) scanner.leaf = undefined
  return isGoingOn
}

function isLast(leaf: Leaf, { text, offset, nextOffset, indent }: LineCursor): boolean {
  if (leaf.kind === 'html') return leaf.close?.test(text.slice(offset)) ?? false
  if (leaf.kind !== 'fence' || indent >= codeIndent) return false
  const rest = text.slice(nextOffset).replace(/[ \t]+$/, '')
  return rest.length >= leaf.length && rest === leaf.character.repeat(rest.length)
}

/** Opens every block that the line begins; whether nothing of the line is left as text. */
function openBlocks(
  scanner: Scanner,
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
  scanner: Scanner,
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

/**
 * What begins with a definition of a link may be no heading but a paragraph that goes on, which only
 * a full reading of the definition tells.
 */
function markHeading(scanner: Scanner, number: number): void {
  const block = scanner.leaf?.block
  if (block === undefined) return
  if (mayBeginDefinition(block)) giveUp(scanner, number)
  block.isHeading = true
}

/** Whether a paragraph may begin with definitions of links, which are no text. */
export function mayBeginDefinition({ lines }: TopBlock): boolean {
  return lines[0]?.text.startsWith('[') === true && lines.some(({ text }) => text.includes(']:'))
}

/** Notices where GitHub may read blocks that CommonMark does not know, or of another version. */
function judgeLine(
  scanner: Scanner,
  cursor: LineCursor,
  number: number,
  { isInterrupting, isInParagraph }: StartContext,
): void {
  if (cursor.isBlank) return
  const rest = cursor.text.slice(cursor.nextOffset)
  const isIndented = cursor.indent >= codeIndent
  if (!isIndented && (beginsFootnote(rest) || isDivergentHtml(rest))) giveUp(scanner, number)
  const block = scanner.leaf?.block
  if (
    isInParagraph &&
    scanner.containers.length === 0 &&
    block !== undefined &&
    isTableRule(rest)
  ) {
    block.tableFrom ??= block.lines.length - 1
    scanner.isAfterTable = true
  } else if (scanner.isAfterTable && isInterrupting) {
    const isBlockOutsideParagraphs = isIndented || /^(?:[*+-]|\d{1,9}[.)])(?:[ \t]|$)|^</.test(rest)
    if (isBlockOutsideParagraphs) giveUp(scanner, number)
  }
}

/** Nothing counts from here on, nor in the paragraph that is open: its end decides what it is. */
function giveUp(scanner: Scanner, number: number): void {
  const open = scanner.leaf?.kind === 'paragraph' ? scanner.leaf.block.lines[0] : undefined
  scanner.unclearFrom = Math.min(scanner.unclearFrom, open?.number ?? number)
}

function addText(scanner: Scanner, cursor: LineCursor, number: number): void {
  const block = scanner.leaf?.block
  if (block === undefined) return
  if (scanner.isAfterTable) block.tableFrom ??= block.lines.length
  block.lines.push(toLine(cursor, number))
}

function toLine({ text, nextOffset, indent }: LineCursor, number: number): BlockLine {
  return { number, text: text.slice(nextOffset), indent }
}

function openLeaf(scanner: Scanner, leaf: Leaf): void {
  markFilled(scanner)
  scanner.leaf = leaf
  if (scanner.containers.length === 0) scanner.blocks.push(leaf.block)
}

function closeTo(scanner: Scanner, depth: number): void {
  scanner.containers.length = depth
  scanner.leaf = undefined
}

function markFilled({ containers }: Scanner): void {
  const innermost = containers.at(-1)
  if (innermost !== undefined) innermost.isEmpty = false
}
