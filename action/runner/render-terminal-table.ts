import { formatNumber } from '../domain/format-number.ts'
import type { Column, Span, TableBlock, Text, Tone } from '../domain/report.ts'
import { showControls } from '../domain/show-controls.ts'
import { breakText, cutToColumns, measureColumns } from './fit-text.ts'
import type { Palette } from './palette.ts'

/** A column is never narrower than this, one of prose than that. */
const columnWidthMin = 8
const proseWidthMin = 20
const gap = '  '

/** A span as it is shown, without colour. */
export function showSpan(span: Span): string {
  if (typeof span === 'string') return showControls(span)
  if ('code' in span) return showControls(span.code)
  if ('page' in span) return showControls(`docs/${span.page}`)
  return showControls(span.text)
}

/** The colour of a tone. */
export function paintTone(tone: Tone, palette: Palette): (text: string) => string {
  if (tone === 'neutral') return (text) => text
  return palette[tone]
}

/**
 * Aligned columns in the width of the terminal: spare columns go first, then the widest are cut,
 * and only as far as needed.
 *
 * @param rowsMax more rows are counted, not shown
 */
export function renderTerminalTable(
  { columns, rows }: TableBlock,
  { palette, width, rowsMax }: { palette: Palette; width: number; rowsMax: number },
): readonly string[] {
  const shown = rows.slice(0, rowsMax)
  const measured = columns.map((column, index) => {
    const texts = shown.map((row) => (row[index] ?? []).map(showSpan).join(''))
    const natural = Math.max(measureColumns(column.title), ...texts.map(measureColumns))
    return { column, index, texts, natural }
  })
  const fitting = dropSpare(measured, width)
  const widths = shareWidth(fitting, width)
  const print = (cells: readonly string[], paint: Paint) =>
    printRow(
      fitting.map(({ column }, at) => ({
        column,
        width: widths[at] ?? 0,
        text: cells[at] ?? '',
        paint: (text) => paint(text, at),
      })),
    )
  const head = print(
    fitting.map(({ column }) => column.title),
    palette.strong,
  )
  const body = shown.flatMap((row, at) =>
    print(
      fitting.map(({ texts }) => texts[at] ?? ''),
      (text, column) => paintCell(row[fitting[column]?.index ?? 0] ?? [], palette)(text),
    ),
  )
  const hidden = rows.length - shown.length
  return [...head, ...body, ...(hidden === 0 ? [] : [`… ${formatNumber(hidden)} more`])]
}

type Paint = (text: string, column: number) => string

interface Cell {
  readonly column: Column
  readonly width: number
  readonly text: string
  readonly paint: (text: string) => string
}

/** One row, as many lines high as its prose needs. */
function printRow(cells: readonly Cell[]): readonly string[] {
  const broken = cells.map((cell) => ({
    ...cell,
    lines:
      cell.column.isProse === true
        ? breakText(cell.text, cell.width)
        : [cutToColumns(cell.text, cell.width)],
  }))
  const height = Math.max(...broken.map(({ lines }) => lines.length))
  return Array.from({ length: height }, (_, at) =>
    broken
      .map(({ column, width, lines, paint }) => {
        const text = lines[at] ?? ''
        const pad = ' '.repeat(Math.max(0, width - measureColumns(text)))
        return column.align === 'right' ? pad + paint(text) : paint(text) + pad
      })
      .join(gap)
      .trimEnd(),
  )
}

/** A cell takes the tone of its first judged word. */
function paintCell(cell: Text, palette: Palette): (text: string) => string {
  const judged = cell.find((span) => typeof span !== 'string' && 'tone' in span)
  if (judged === undefined || typeof judged === 'string' || !('tone' in judged)) return (t) => t
  return paintTone(judged.tone, palette)
}

interface MeasuredColumn {
  readonly column: Column
  readonly index: number
  readonly texts: readonly string[]
  /** Width of the longest text. */
  readonly natural: number
}

function measureLeast({ column, natural }: MeasuredColumn): number {
  if (column.isWhole === true) return natural
  return Math.min(natural, column.isProse === true ? proseWidthMin : columnWidthMin)
}

/** The columns that fit when all give what they may. */
function dropSpare(columns: readonly MeasuredColumn[], width: number): readonly MeasuredColumn[] {
  const least = columns.reduce(
    (sum, column) => sum + measureLeast(column) + gap.length,
    -gap.length,
  )
  const spare = columns.findLastIndex(({ column }) => column.isSpare === true)
  return least <= width || spare === -1 ? columns : dropSpare(columns.toSpliced(spare, 1), width)
}

/** Takes from the widest column until all fit, or until none may give any more. */
function shareWidth(columns: readonly MeasuredColumn[], width: number): readonly number[] {
  const widths = columns.map(({ natural }) => natural)
  let excess = widths.reduce((sum, value) => sum + value + gap.length, -gap.length) - width
  while (excess > 0) {
    const slack = columns.map((column, at) => (widths[at] ?? 0) - measureLeast(column))
    const givers = widths.map((value, at) => ((slack[at] ?? 0) > 0 ? value : 0))
    const widest = Math.max(...givers)
    if (widest === 0) break
    widths[givers.indexOf(widest)] = widest - 1
    excess -= 1
  }
  return widths
}
