import type { Report } from './report.ts'

/** Keys whose values are words of ours, which a renderer goes by. */
const wordKeys: ReadonlySet<string> = new Set(['kind', 'tone', 'align', 'language', 'page'])

/** The report with every text of it changed, as a redaction does. */
export function mapReport(report: Report, change: (text: string) => string): Report {
  return report.map((block) => mapValue(block, '', change) as Report[number])
}

/** The same shape with other texts, which is all that the cast above says. */
function mapValue(value: unknown, key: string, change: (text: string) => string): unknown {
  if (typeof value === 'string') return wordKeys.has(key) ? value : change(value)
  if (Array.isArray(value)) return value.map((item) => mapValue(item, '', change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, mapValue(inner, name, change)]),
  )
}
