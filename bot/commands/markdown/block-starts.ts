import { findHtmlBlock, type HtmlBlockStart } from './html-patterns.ts'
import { isAtSpace, type LineCursor, skipColumns, skipIndent } from './line-cursor.ts'

/** Columns from which on a line is code, not text. */
export const codeIndent = 4

/** What a line begins. A quote and an item may hold further blocks on the same line. */
export type BlockStart =
  | { readonly kind: 'quote' }
  | { readonly kind: 'item'; readonly width: number }
  | { readonly kind: 'heading' | 'rule' | 'setext' | 'indented' }
  | { readonly kind: 'fence'; readonly character: string; readonly length: number }
  | ({ readonly kind: 'html' } & HtmlBlockStart)

export interface StartContext {
  /** A paragraph is open and this line could go on with it, perhaps lazily. */
  readonly isInterrupting: boolean
  /** The same, and every container of that paragraph goes on in this line. */
  readonly isInParagraph: boolean
}

/**
 * The block that begins at the cursor, in the order in which CommonMark tries them. The cursor moves
 * past the marker of a container and stays for all others.
 */
export function findBlockStart(cursor: LineCursor, context: StartContext): BlockStart | undefined {
  if (cursor.isBlank) return undefined
  if (cursor.indent >= codeIndent) return context.isInterrupting ? undefined : { kind: 'indented' }
  const rest = cursor.text.slice(cursor.nextOffset)
  if (rest.startsWith('>')) return takeQuote(cursor)
  if (/^#{1,6}(?:[ \t]|$)/.test(rest)) return { kind: 'heading' }
  const fence = /^(?:`{3,}|~{3,})/.exec(rest)?.[0]
  // Asked once, behind the whole run: an expression would ask anew for each shorter one.
  if (fence !== undefined && !(fence.startsWith('`') && /^.*`/.test(rest.slice(fence.length))))
    return { kind: 'fence', character: fence.charAt(0), length: fence.length }
  const html = findHtmlBlock(rest, context.isInterrupting)
  if (html !== undefined) return { kind: 'html', ...html }
  if (context.isInParagraph && /^(?:=+|-+)[ \t]*$/.test(rest)) return { kind: 'setext' }
  if (/^(?:(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|(?:-[ \t]*){3,})$/.test(rest)) return { kind: 'rule' }
  return takeItem(cursor, rest, context.isInParagraph)
}

/** Goes past `>` and one space behind it. */
export function takeQuote(cursor: LineCursor): BlockStart {
  skipIndent(cursor)
  skipColumns(cursor, 1)
  if (isAtSpace(cursor)) skipColumns(cursor, 1)
  return { kind: 'quote' }
}

function takeItem(
  cursor: LineCursor,
  rest: string,
  isInParagraph: boolean,
): BlockStart | undefined {
  const [marker, digits] = /^(?:[*+-]|(\d{1,9})[.)])(?=[ \t]|$)/.exec(rest) ?? []
  if (marker === undefined) return undefined
  const isEmpty = !/[^ \t\f\v]/.test(rest.slice(marker.length))
  // A paragraph goes on where it would be interrupted by an empty item, or by a number other than 1.
  if (isInParagraph && (isEmpty || (digits !== undefined && Number(digits) !== 1))) return undefined
  const { indent } = cursor
  skipIndent(cursor)
  skipColumns(cursor, marker.length)
  const spaces = cursor.isBlank || cursor.indent > codeIndent ? 1 : cursor.indent
  skipColumns(cursor, spaces)
  return { kind: 'item', width: indent + marker.length + spaces }
}
