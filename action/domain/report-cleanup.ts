import type { Report, Tone } from './report.ts'
import { reportMessage } from './report-message.ts'
import { reportRotation } from './report-rotation.ts'
import { reportStatistics } from './report-statistics.ts'
import { reportWarnings } from './report-warnings.ts'
import type { CleanupResult } from './result.ts'

/** A clean-up: what went, what stayed and why, what is left. */
export function reportCleanup(result: CleanupResult): Report {
  const { rotation } = result
  // Heading, sentence and refusal of the rotation are the result's own here.
  const { refusal: _, ...rest } = rotation
  const title = rotation.dryRun ? 'Clean-up, nothing changed' : 'Clean-up'
  return [
    { kind: 'title', tone: judge(result), text: [title] },
    ...reportMessage(result.message),
    ...reportWarnings([...result.warnings, ...rotation.warnings]),
    ...reportRotation(rest).filter(({ kind }) => kind !== 'paragraph' && kind !== 'heading'),
    ...reportStatistics(result.statistics),
  ]
}

function judge({ ok, rotation }: CleanupResult): Tone {
  if (!ok) return 'bad'
  if (rotation.dryRun) return 'neutral'
  return rotation.retained.length > 0 ? 'doubtful' : 'good'
}
