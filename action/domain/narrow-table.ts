import { type Block, type Column, code, type Span, type TableBlock, type Text } from './report.ts'

/** Columns without which a list fits into a comment; the summary of the run has them. */
const spareTitles: ReadonlySet<string> = new Set(['Duration'])

/** Longest sentence of a cell; the summary has the rest. */
const proseCharactersMax = 80

/**
 * A table as a comment has room for it: without columns that say nothing or the same in every row, with short prose,
 * and with the other cells in one piece each.
 */
export function narrowTable(block: Block): readonly Block[] {
  if (block.kind !== 'table') return [block]
  const { columns, rows } = block
  const databases = new Set(rows.map((row) => showCode(row[titleAt(columns, 'Database')])))
  const [only] = databases
  const isOne = databases.size === 1 && only !== undefined
  const isKept = (_: unknown, at: number) =>
    !spareTitles.has(columns[at]?.title ?? '') &&
    !(isOne && columns[at]?.title === 'Database') &&
    rows.some((row) => hasWords(row[at] ?? []))
  const kept = columns.filter(isKept)
  const cells = rows.map((row) =>
    row.filter(isKept).map((cell, at) => cell.map(chooseChange(kept[at]))),
  )
  return [
    { ...block, columns: kept, rows: cells },
    ...(isOne ? [{ kind: 'paragraph' as const, text: ['Of database ', code(only)] }] : []),
  ]
}

function chooseChange(column: Column | undefined): (span: Span) => Span {
  if (column?.isProse === true) return shorten
  return column?.isWhole === true ? keepWhole : (span) => span
}

function titleAt(columns: TableBlock['columns'], title: string): number {
  return columns.findIndex((column) => column.title === title)
}

function showCode([span]: Text = []): string | undefined {
  return typeof span === 'object' && 'code' in span ? span.code : undefined
}

function hasWords(text: Text): boolean {
  return text.some((span) => span !== '')
}

function changeText(span: Span, change: (text: string) => string): Span {
  if (typeof span === 'string') return change(span)
  return 'text' in span ? { ...span, text: change(span.text) } : span
}

/** No line is broken at these spaces. */
function keepWhole(span: Span): Span {
  return changeText(span, (text) => text.replaceAll(' ', '\u00a0'))
}

function shorten(span: Span): Span {
  return changeText(span, (text) => {
    const characters = [...text]
    const isShort = characters.length <= proseCharactersMax
    return isShort ? text : `${characters.slice(0, proseCharactersMax).join('')}…`
  })
}
