import { composeReport } from './compose-report.ts'
import { formatNumber } from './format-number.ts'
import type { Block, Report, TableBlock } from './report.ts'
import type { FailureResult, Result } from './result.ts'
import { showControls } from './show-controls.ts'
import { renderChart } from './summary-chart.ts'
import { escapeMarkdown, markTone, renderText } from './summary-text.ts'

/** Rows of one table; more are counted, not shown. */
const tableRowsMax = 500
/** GitHub drops a summary above 1 MiB whole; other steps of the job have their own. */
const summaryBytesMax = 1_000_000
const cutNotice = '\n\n… cut: the summary would be longer than GitHub shows.'

export interface SummaryOptions {
  /** Ages are counted from here. */
  readonly now: Date
  /** Address of the folder `docs/` of the version in use. */
  readonly docsUrl?: string
}

/**
 * A result as the Markdown of a job summary. Foreign text in it is inert, and it is never longer
 * than GitHub shows.
 */
export function renderSummary(result: Result | FailureResult, options: SummaryOptions): string {
  return renderReport(composeReport(result, options.now), options.docsUrl)
}

/** Blocks as Markdown, bounded. */
export function renderReport(report: Report, docsUrl?: string): string {
  const parts: string[] = []
  let sizeBytes = new TextEncoder().encode(cutNotice).byteLength
  for (const block of report) {
    const part = renderBlock(block, docsUrl)
    sizeBytes += new TextEncoder().encode(part).byteLength + 2
    if (sizeBytes > summaryBytesMax) return `${parts.join('\n\n')}${cutNotice}`
    parts.push(part)
  }
  return parts.join('\n\n')
}

function renderBlock(block: Block, docsUrl: string | undefined): string {
  switch (block.kind) {
    case 'title':
      return `## ${markTone(block.tone)} ${renderText(block.text, docsUrl)}`
    case 'heading':
      return `### ${escapeMarkdown(block.text)}`
    case 'paragraph':
      return renderText(block.text, docsUrl).trimStart()
    case 'notice':
      return `> ${markTone(block.tone)} ${renderText(block.text, docsUrl)}`
    case 'facts':
      return renderFacts(block.facts, docsUrl)
    case 'table':
      return renderTable(block, docsUrl)
    case 'chart':
      return renderChart(block)
    case 'commands':
      return renderCommands(block.language, block.lines)
    case 'fold': {
      const inner = renderReport(block.blocks, docsUrl)
      return `<details><summary>${escapeMarkdown(block.title)}</summary>\n\n${inner}\n\n</details>`
    }
  }
}

function renderFacts(facts: Extract<Block, { kind: 'facts' }>['facts'], docsUrl?: string): string {
  const rows = facts.map(
    ({ label, value }) => `| **${escapeMarkdown(label)}** | ${renderText(value, docsUrl)} |`,
  )
  return ['| | |', '| --- | --- |', ...rows].join('\n')
}

function renderTable({ columns, rows }: TableBlock, docsUrl?: string): string {
  const head = `| ${columns.map(({ title }) => escapeMarkdown(title)).join(' | ')} |`
  const rule = `| ${columns.map(({ align }) => (align === 'right' ? '---:' : '---')).join(' | ')} |`
  const shown = rows
    .slice(0, tableRowsMax)
    .map((row) => `| ${row.map((cell) => renderText(cell, docsUrl)).join(' | ')} |`)
  const hidden = rows.length - shown.length
  const more = hidden === 0 ? [] : ['', `… ${formatNumber(hidden)} more`]
  return [head, rule, ...shown, ...more].join('\n')
}

/** The fence is longer than any run of back-ticks inside, so no line can end it. */
function renderCommands(language: string, lines: readonly string[]): string {
  const body = lines.map(showControls)
  const runs =
    body
      .join('\n')
      .match(/`+/g)
      ?.map((run) => run.length) ?? []
  const fence = '`'.repeat(Math.max(2, ...runs) + 1)
  return [`${fence}${language}`, ...body, fence].join('\n')
}
