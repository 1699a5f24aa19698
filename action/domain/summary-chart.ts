import { formatSize } from './format-size.ts'
import type { ChartBlock } from './report.ts'

/** A bar chart in the dialect of Mermaid, which GitHub draws. The unit is the largest bar's. */
export function renderChart({ title, points }: ChartBlock): string {
  const largest = Math.max(1, ...points.map(({ sizeBytes }) => sizeBytes))
  const unit = formatSize(largest).replace(/^[\d.]+ /, '')
  const scale = largest / Number.parseFloat(formatSize(largest))
  const bars = points.map(({ sizeBytes }) => Number((sizeBytes / scale).toFixed(2)))
  const labels = points.map(({ label }) => `"${label.replace(/[^\w .:-]/g, '?')}"`)
  return [
    '```mermaid',
    'xychart-beta',
    `  title "${title.replace(/[^\w ,.()-]/g, '?')}"`,
    `  x-axis [${labels.join(', ')}]`,
    `  y-axis "${unit}" 0 --> ${Number((Math.max(...bars, 0.01) * 1.1).toFixed(2))}`,
    `  bar [${bars.join(', ')}]`,
    '```',
  ].join('\n')
}
