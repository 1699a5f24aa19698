import type { LineCursor } from './line-cursor.ts'

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

/** A quote or an item that is open. */
export interface Container {
  /** Columns that a line of the item is indented by; absent for a quote. */
  readonly width?: number
  isEmpty: boolean
}

/** A block that is open inside the innermost container. */
export type Leaf = { readonly block: TopBlock } & (
  | { readonly kind: 'paragraph' | 'indented' }
  | { readonly kind: 'fence'; readonly character: string; readonly length: number }
  | { readonly kind: 'html'; readonly close: RegExp | undefined }
)

/** What is known after some lines. */
export interface BlockScanner {
  /** Top-level blocks, in the order of the text. */
  readonly blocks: TopBlock[]
  /** From the outermost to the innermost. */
  readonly containers: Container[]
  leaf: Leaf | undefined
  /** Lines up to the next empty one may be cells of a table. */
  isAfterTable: boolean
  /**
   * The line from which on readings of CommonMark and of GitHub may part for good: a footnote, a
   * list within a table, too many levels. What comes after is not to be trusted.
   */
  unclearFrom: number
}

/** Nothing counts from here on, nor in the paragraph that is open: its end decides what it is. */
export function giveUp(scanner: BlockScanner, number: number): void {
  const open = scanner.leaf?.kind === 'paragraph' ? scanner.leaf.block.lines[0] : undefined
  scanner.unclearFrom = Math.min(scanner.unclearFrom, open?.number ?? number)
}

/** Adds a line to the open paragraph. */
export function addText(scanner: BlockScanner, cursor: LineCursor, number: number): void {
  const block = scanner.leaf?.block
  if (block === undefined) return
  if (scanner.isAfterTable) block.tableFrom ??= block.lines.length
  block.lines.push(toLine(cursor, number))
}

/** What is left of the line, without its indentation. */
export function toLine({ text, nextOffset, indent }: LineCursor, number: number): BlockLine {
  return { number, text: text.slice(nextOffset), indent }
}

/** Opens a block inside the innermost container. */
export function openLeaf(scanner: BlockScanner, leaf: Leaf): void {
  markFilled(scanner)
  scanner.leaf = leaf
  if (scanner.containers.length === 0) scanner.blocks.push(leaf.block)
}

/** Closes the open block, and all containers but the outermost `depth`. */
export function closeTo(scanner: BlockScanner, depth: number): void {
  scanner.containers.length = depth
  scanner.leaf = undefined
}

/** The innermost container is not, or no longer, an empty item. */
export function markFilled({ containers }: BlockScanner): void {
  const innermost = containers.at(-1)
  if (innermost !== undefined) innermost.isEmpty = false
}
