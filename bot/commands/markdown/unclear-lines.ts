/**
 * Where GitHub's Markdown and CommonMark 0.31 part. A command counts only where both read plain
 * text, so such places are recognised, generously, and nothing in their reach counts.
 */

/** Whether a line opens a footnote, which GitHub reads as a container. */
export function beginsFootnote(rest: string): boolean {
  return /^\[\^[^\]\s]+\]:/.test(rest)
}

/** Whether a line is HTML that versions of CommonMark read as different blocks. */
export function isDivergentHtml(rest: string): boolean {
  return /^<![a-z]/.test(rest) || /^<\/?(?:textarea|source|search)(?:\s|\/?>|$)/i.test(rest)
}

/** Whether a line of a paragraph makes the one before it the head of a table; "---" makes a heading. */
export function isTableRule(rest: string): boolean {
  return /[|:]/.test(rest) && /^\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/.test(rest)
}

/**
 * Whether a paragraph holds what GitHub reads before or beside CommonMark's inlines: formulas, and
 * bare addresses that take marks of code or links into themselves.
 */
export function isUnclearText(text: string): boolean {
  if (/\$\$|\$`/.test(text)) return true
  return text.split(/\s|(?=<)/).some((word) => {
    const bare = word.replace(/^<[^>]*>/, '')
    const address = bare.search(/www\.|:\/\//i)
    return address !== -1 && /[`[]/.test(bare.slice(address))
  })
}
