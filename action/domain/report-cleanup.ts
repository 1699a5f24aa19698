import type { Report } from './report.ts'
import { reportRotation } from './report-rotation.ts'
import { reportStatistics } from './report-statistics.ts'
import { reportWarnings } from './report-warnings.ts'
import type { CleanupResult } from './result.ts'

/** A clean-up: what went, what stayed and why, what is left. */
export function reportCleanup(result: CleanupResult): Report {
  const { rotation } = result
  // Rotation's own warnings are among the result's; its refusal is the result's message.
  const { refusal: _, ...rest } = rotation
  const title = rotation.dryRun ? 'Clean-up, nothing changed' : 'Clean-up'
  return [
    { kind: 'title', tone: result.ok ? 'good' : 'bad', text: [title] },
    { kind: 'paragraph', text: [result.message] },
    ...reportWarnings([...result.warnings, ...rotation.warnings]),
    ...reportRotation(rest),
    ...reportStatistics(result.statistics),
  ]
}
