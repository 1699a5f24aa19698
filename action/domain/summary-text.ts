import type { Text, Tone } from './report.ts'
import { showControls } from './show-controls.ts'

/** Longest text of one cell or sentence; what is longer is cut. */
const textCharactersMax = 1000

const toneMarks: Readonly<Record<Tone, string>> = {
  good: '✅',
  bad: '❌',
  doubtful: '⚠️',
  neutral: 'ℹ️',
}

/** The mark of a tone, so that colour is never the only sign. */
export function markTone(tone: Tone): string {
  return toneMarks[tone]
}

/**
 * Foreign prose as Markdown that means nothing but itself: no HTML, no table cell, no formula, no
 * link, no mention and no reference to an issue.
 */
export function escapeMarkdown(text: string): string {
  return (
    cut(showControls(text))
      // A zero-width space parts what GitHub would turn into a mention, a reference or a link.
      .replace(/@/g, '@\u200b')
      .replace(/#(?=\d)|\bGH-(?=\d)/gi, (mark) => `${mark}\u200b`)
      .replace(/:\/\//g, ':\u200b//')
      .replace(/\bwww\./gi, (mark) => `${mark.slice(0, -1)}\u200b.`)
      // At the start of a line these would begin a heading, a list or a rule.
      .replace(/^\s*(?:#{1,6}|[+-]|\d{1,9}[.)])(?=\s|$)|^-{3,}|^=+$/, (mark) => `\u200b${mark}`)
      // An underscore inside a word means nothing to GitHub and is left readable.
      .replace(/[&<>\\`*{}[\]|~$]|_(?!\w)|(?<!\w)_/g, (c) => `&#${c.charCodeAt(0)};`)
  )
}

/**
 * Foreign text as code. In a table GitHub splits cells at `|` even inside code, and back-slashes
 * before one are ambiguous: such text becomes an HTML element made of entities.
 */
export function codeMarkdown(text: string): string {
  const line = cut(showControls(text))
  if (line.trim() === '') return '<code>&nbsp;</code>'
  if (line.includes('|')) {
    const entities = line.replace(/[^A-Za-z0-9 -]/gu, (c) => `&#${c.codePointAt(0) ?? 0};`)
    return `<code>${entities}</code>`
  }
  const runs = line.match(/`+/g)?.map((run) => run.length) ?? []
  const fence = '`'.repeat(Math.max(0, ...runs) + 1)
  const pad = /^[` ]|[` ]$/.test(line) ? ' ' : ''
  return `${fence}${pad}${line}${pad}${fence}`
}

/**
 * Running text as one line of Markdown.
 *
 * @param docsUrl address of the folder `docs/`; without it pages are named, not linked
 */
export function renderText(text: Text, docsUrl?: string): string {
  return text
    .map((span) => {
      if (typeof span === 'string') return escapeMarkdown(span)
      if ('code' in span) return codeMarkdown(span.code)
      if ('page' in span)
        return docsUrl === undefined
          ? codeMarkdown(`docs/${span.page}`)
          : `[${escapeMarkdown(`docs/${span.page}`)}](${encodeURI(`${docsUrl}/${span.page}`)})`
      const mark = span.tone === 'neutral' ? '' : `${markTone(span.tone)} `
      return `${mark}${escapeMarkdown(span.text)}`
    })
    .join('')
}

function cut(text: string): string {
  const characters = [...text]
  return characters.length <= textCharactersMax
    ? text
    : `${characters.slice(0, textCharactersMax).join('')}…`
}
