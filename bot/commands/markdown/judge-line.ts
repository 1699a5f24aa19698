import { type BlockScanner, giveUp, type TopBlock } from './block-scanner.ts'
import { codeIndent, type StartContext } from './block-starts.ts'
import type { LineCursor } from './line-cursor.ts'
import { beginsFootnote, isDivergentHtml, isTableRule } from './unclear-lines.ts'

/**
 * Makes a heading of the open paragraph. What begins with a definition of a link may be no heading but a paragraph that goes on, which only
 * a full reading of the definition tells.
 */
export function markHeading(scanner: BlockScanner, number: number): void {
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
export function judgeLine(
  scanner: BlockScanner,
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
