import { type Block, type Column, code, type Span, type TableBlock, type Text } from './report.ts'
import { markTone } from './summary-text.ts'

/** Columns without which a list fits into a comment; the summary of the run has them. */
const spareTitles: ReadonlySet<string> = new Set(['Duration'])

/**
 * A table as a comment has room for it, every row one line high: columns that say nothing, or the same in every row, are
 * left out, remarks follow below, and cells that must not be cut are not broken either.
 */
export function narrowTable(block: Block): readonly Block[] {
  if (block.kind !== 'table') return [block]
  const { columns, rows } = block
  const database = findOnly(block, 'Database')
  const isKept = (_: unknown, at: number) => {
    const { title = '', isProse, isSpare } = columns[at] ?? {}
    if (spareTitles.has(title) || (title === 'Database' && database !== undefined)) return false
    return !(isProse && isSpare) && rows.some((row) => hasWords(row[at]))
  }
  const kept = columns.filter(isKept)
  const cells = rows.map((row) =>
    row.filter(isKept).map((cell, at) => (kept[at]?.isWhole ? cell.map(keepWhole) : cell)),
  )
  return [
    { ...block, columns: kept, rows: cells },
    ...(database === undefined
      ? []
      : [{ kind: 'paragraph' as const, text: ['Of database ', code(database)] }]),
    ...listRemarks(block),
  ]
}

/** The one text that a column has in all rows. */
function findOnly({ columns, rows }: TableBlock, title: string): string | undefined {
  const at = columns.findIndex((column) => column.title === title)
  const [text, ...others] = new Set(rows.map((row) => showCode(row[at])))
  return others.length === 0 ? text : undefined
}

function showCode([span]: Text = []): string | undefined {
  return typeof span === 'object' && 'code' in span ? span.code : undefined
}

function hasWords(text: Text = []): boolean {
  return text.some((span) => span !== '')
}

/** What is said of single rows, each by what stands first in its row. */
function listRemarks({ columns, rows }: TableBlock): readonly Block[] {
  const at = columns.findIndex(({ isProse, isSpare }: Column) => isProse && isSpare)
  const facts = rows
    .filter((row) => hasWords(row[at]))
    .map((row) => ({ label: showCode(row[0]) ?? '', value: row[at] ?? [] }))
  if (facts.length === 0) return []
  return [
    { kind: 'heading', text: columns[at]?.title ?? '' },
    { kind: 'facts', facts },
  ]
}

/** No line is broken at these spaces. */
function keepWhole(span: Span): Span {
  const keep = (text: string) => text.replaceAll(' ', '\u00a0')
  if (typeof span === 'string') return keep(span)
  if (!('tone' in span)) return span
  return keep(span.tone === 'neutral' ? span.text : `${markTone(span.tone)} ${span.text}`)
}
