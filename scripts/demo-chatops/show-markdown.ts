import { marked, type Token, type Tokens } from 'marked'
import type { Column } from '../../action/domain/report.ts'
import { measureColumns, wrapText } from '../../action/runner/fit-text.ts'
import type { Palette } from '../../action/runner/palette.ts'
import { renderTerminalTable } from '../../action/runner/render-terminal-table.ts'

interface Sheet {
  readonly palette: Palette
  /** Characters of a line. */
  readonly width: number
}

const rowsMax = 100

/** A comment as lines of a terminal: what GitHub folds is named, what it hides is left out. */
export function showMarkdown(markdown: string, sheet: Sheet): readonly string[] {
  const lines: string[] = []
  let folds = 0
  for (const token of marked.lexer(markdown)) {
    const before = folds
    if (token.type === 'html') folds += countFolds(token.raw)
    if (before > 0) continue
    const block = showBlock(token, sheet)
    if (block.length > 0 && lines.length > 0) lines.push('')
    lines.push(...block)
  }
  return lines
}

function countFolds(html: string): number {
  return html.split('<details>').length - html.split('</details>').length
}

function showBlock(token: Token, sheet: Sheet): readonly string[] {
  const { palette, width } = sheet
  switch (token.type) {
    case 'heading':
      return [palette.strong(showInline(token.tokens))]
    case 'paragraph':
      return wrapText(showInline(token.tokens), width)
    case 'blockquote':
      return (token as Tokens.Blockquote).tokens.flatMap((inner) =>
        showBlock(inner, { ...sheet, width: width - 2 }).map((line) => `  ${line}`),
      )
    case 'list':
      return (token as Tokens.List).items.flatMap(({ tokens }) =>
        wrapText(`- ${showInline(tokens)}`, width),
      )
    case 'code':
      return (token as Tokens.Code).text.split('\n').map((line) => `  ${line}`)
    case 'table':
      return showTable(token as Tokens.Table, sheet)
    case 'html': {
      const [, title] = /<summary>(.*?)<\/summary>/.exec(token.raw) ?? []
      return title === undefined ? [] : [`▸ ${decode(title)}`]
    }
    default:
      return []
  }
}

/** Facts below an empty head, label and value; any other table in columns. */
function showTable({ header, align, rows }: Tokens.Table, sheet: Sheet): readonly string[] {
  const texts = rows.map((row) => row.map(({ tokens }) => showInline(tokens)))
  const titles = header.map(({ tokens }) => showInline(tokens))
  if (titles.every((title) => title === '')) return showFacts(texts, sheet)
  const columns = titles.map((title, at): Column => {
    const isLast = at === titles.length - 1
    return {
      title,
      ...(align[at] === 'right' && { align: 'right' as const }),
      ...(isLast ? { isProse: true } : { isWhole: true }),
    }
  })
  const cells = texts.map((row) => row.map((text) => [text]))
  return renderTerminalTable({ kind: 'table', columns, rows: cells }, { ...sheet, rowsMax })
}

function showFacts(rows: readonly (readonly string[])[], { palette, width }: Sheet) {
  const labelWidth = Math.max(...rows.map(([label = '']) => measureColumns(label)))
  return rows.flatMap(([label = '', value = '']) => {
    const head = label + ' '.repeat(labelWidth - measureColumns(label) + 2)
    const lines = wrapText(value, width - labelWidth - 2)
    return lines.map((line, at) =>
      at === 0 ? `${palette.faint(head)}${line}` : ' '.repeat(labelWidth + 2) + line,
    )
  })
}

/** Running text without its marks; a link is its words. */
function showInline(tokens: readonly Token[] = []): string {
  return tokens
    .map((token) => {
      if (token.type === 'html') return ''
      if ('tokens' in token && token.tokens !== undefined) return showInline(token.tokens)
      return token.type === 'codespan' ? token.text : decode(token.raw)
    })
    .join('')
}

/** The characters that cards write as entities; the spaces without width only keep GitHub from linking. */
function decode(text: string): string {
  return text
    .replaceAll('&nbsp;', ' ')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('\u200b', '')
}
