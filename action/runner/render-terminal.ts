import { composeReport } from '../domain/compose-report.ts'
import { formatSize } from '../domain/format-size.ts'
import type { Block, ChartBlock, Fact, Report, Text, Tone } from '../domain/report.ts'
import type { FailureResult, Result } from '../domain/result.ts'
import { showControls } from '../domain/show-controls.ts'
import { measureColumns, wrapText } from './fit-text.ts'
import type { Palette } from './palette.ts'
import { paintTone, renderTerminalTable, showSpan } from './render-terminal-table.ts'

/** Rows of a table, and of one that a page would fold. */
const rowsMax = 1000
const foldedRowsMax = 20
const barCharacters = 30
const widthMin = 40

const marks: Readonly<Record<Tone, string>> = { good: '✓', bad: '✗', doubtful: '!', neutral: '·' }

export interface TerminalOptions {
  readonly palette: Palette
  /** Width of the terminal; lines of a pipe are not bounded by one. */
  readonly columns: number
  /** Ages are counted from here. */
  readonly now: Date
}

interface Sheet {
  readonly palette: Palette
  readonly width: number
  readonly rowsMax: number
}

/**
 * A result as text for a terminal, ending in a newline. Foreign text in it is visible: it can move
 * no cursor and colour nothing.
 */
export function renderTerminal(result: Result | FailureResult, options: TerminalOptions): string {
  const width = Math.max(widthMin, options.columns)
  const sheet = { palette: options.palette, width, rowsMax }
  return `${renderReport(composeReport(result, options.now), sheet).join('\n')}\n`
}

function renderReport(report: Report, sheet: Sheet): readonly string[] {
  return report.flatMap((block, index) => {
    const lines = renderBlock(block, sheet)
    const before = report[index - 1]
    const isJoined = before !== undefined && (before.kind === 'heading' || before.kind === 'title')
    return index === 0 || isJoined ? lines : ['', ...lines]
  })
}

function renderBlock(block: Block, sheet: Sheet): readonly string[] {
  const { palette, width } = sheet
  switch (block.kind) {
    case 'title': {
      const text = block.text.map(showSpan).join('')
      return [`${paintTone(block.tone, palette)(marks[block.tone])} ${palette.strong(text)}`]
    }
    case 'heading':
      return [palette.strong(showControls(block.text))]
    case 'paragraph':
      return wrapText(block.text.map(showSpan).join(''), width)
    case 'notice':
      return indent(
        `${marks[block.tone]} `,
        wrapText(block.text.map(showSpan).join(''), width - 2),
      ).map(paintTone(block.tone, palette))
    case 'facts':
      return renderFacts(block.facts, sheet)
    case 'table':
      return renderTerminalTable(block, sheet)
    case 'chart':
      return renderBars(block, sheet)
    case 'commands':
      return block.lines.map((line) => `  ${showControls(line)}`)
    case 'fold':
      return [
        palette.strong(showControls(block.title)),
        ...renderReport(block.blocks, { ...sheet, rowsMax: foldedRowsMax }),
      ]
  }
}

function renderFacts(facts: readonly Fact[], { palette, width }: Sheet): readonly string[] {
  const labelWidth = Math.max(...facts.map(({ label }) => measureColumns(label)))
  return facts.flatMap(({ label, value }) => {
    const head = label + ' '.repeat(labelWidth - measureColumns(label) + 2)
    const lines = wrapText(value.map(showSpan).join(''), width - labelWidth - 2)
    return indent(head, lines).map(
      (line) =>
        palette.faint(line.slice(0, head.length)) +
        paintFact(value, palette)(line.slice(head.length)),
    )
  })
}

/** A value is coloured only where it is one judged word. */
function paintFact(value: Text, palette: Palette): (text: string) => string {
  const [only, ...others] = value
  if (others.length > 0 || only === undefined || typeof only === 'string' || !('tone' in only))
    return (text) => text
  return paintTone(only.tone, palette)
}

function renderBars({ title, points }: ChartBlock, { palette }: Sheet): readonly string[] {
  const largest = Math.max(1, ...points.map(({ sizeBytes }) => sizeBytes))
  const bars = points.map(({ label, sizeBytes }) => {
    const bar = '█'.repeat(Math.max(1, Math.round((sizeBytes / largest) * barCharacters)))
    return `${showControls(label)}  ${palette.good(bar)} ${formatSize(sizeBytes)}`
  })
  return [palette.strong(showControls(title)), ...bars]
}

/** The first line after `head`, the others below it. */
function indent(head: string, lines: readonly string[]): readonly string[] {
  return lines.map((line, index) => (index === 0 ? head : ' '.repeat(head.length)) + line)
}
