const attribute = String.raw`(?:\s+[a-zA-Z_:][a-zA-Z0-9:._-]*(?:\s*=\s*(?:[^"'=<>\x60\x00-\x20]+|'[^']*'|"[^"]*"))?)`

/** An opening tag as CommonMark 0.31 defines it, for a sticky expression. */
export const openTag = String.raw`<[A-Za-z][A-Za-z0-9-]*${attribute}*\s*/?>`
/** A closing tag. */
export const closeTag = String.raw`</[A-Za-z][A-Za-z0-9-]*\s*>`

const blockNames =
  'address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|' +
  'fieldset|figcaption|figure|footer|form|frame|frameset|h[123456]|head|header|hr|html|iframe|legend|li|link|main|' +
  'menu|menuitem|nav|noframes|ol|optgroup|option|p|param|section|search|summary|table|tbody|td|tfoot|th|thead|title|' +
  'tr|track|ul'

/**
 * How HTML blocks begin and end, in CommonMark's order of kinds 1 to 7. Those without an end of
 * their own go to the next empty line.
 */
const htmlBlocks: readonly { readonly open: RegExp; readonly close?: RegExp }[] = [
  {
    open: /^<(?:script|pre|textarea|style)(?:\s|>|$)/i,
    close: /<\/(?:script|pre|textarea|style)>/i,
  },
  { open: /^<!--/, close: /-->/ },
  { open: /^<\?/, close: /\?>/ },
  { open: /^<![A-Za-z]/, close: />/ },
  { open: /^<!\[CDATA\[/, close: /\]\]>/ },
  { open: new RegExp(`^</?(?:${blockNames})(?:\\s|/?>|$)`, 'i') },
  { open: new RegExp(`^(?:${openTag}|${closeTag})\\s*$`, 'i') },
]

/** An HTML block that a line begins; `close` is what a line of it must hold to be the last. */
export interface HtmlBlockStart {
  readonly close: RegExp | undefined
}

/**
 * The HTML block that `rest`, a line without its indentation, begins.
 *
 * @param isInterrupting whether a paragraph is open, which kind 7 does not interrupt
 */
export function findHtmlBlock(rest: string, isInterrupting: boolean): HtmlBlockStart | undefined {
  if (!rest.startsWith('<')) return undefined
  const kinds = isInterrupting ? htmlBlocks.slice(0, -1) : htmlBlocks
  const kind = kinds.find(({ open }) => open.test(rest))
  return kind && { close: kind.close }
}
