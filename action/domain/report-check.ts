import { formatAge } from './format-age.ts'
import type { AgedBackup, Freshness } from './judge-freshness.ts'
import { type Column, code, type Report, type Text } from './report.ts'
import { reportMessage } from './report-message.ts'
import { reportWarnings } from './report-warnings.ts'
import type { CheckResult } from './result.ts'

/** How old the newest backup of each database is, and whether that is young enough. */
export function reportCheck(result: CheckResult): Report {
  const { databases, limits, ok } = result
  const isProofAsked = limits.maxVerifiedAgeMs !== undefined
  const isDoubtful = result.warnings.length > 0
  const columns: readonly Column[] = [
    { title: 'Database' },
    { title: 'Newest backup', isWhole: true },
    { title: 'Age', align: 'right', isWhole: true },
    { title: 'Newest verified', isWhole: true, isSpare: true },
    { title: 'Its age', align: 'right', isWhole: true },
    { title: 'Verdict', isProse: true },
  ]
  return [
    {
      kind: 'title',
      tone: ok ? (isDoubtful ? 'doubtful' : 'good') : 'bad',
      text: [ok ? 'Backups are fresh' : 'Backups are stale'],
    },
    ...reportMessage(result.message),
    ...reportWarnings(result.warnings),
    ...(databases.length === 0
      ? []
      : [
          {
            kind: 'table' as const,
            columns,
            rows: databases.map((freshness) => [
              [code(freshness.database)],
              ...showAged(freshness.newest),
              ...showAged(freshness.verified),
              judge(freshness),
            ]),
          },
        ]),
    { kind: 'facts', facts: listLimits(limits, isProofAsked) },
  ]
}

function showAged(aged: AgedBackup | undefined): readonly [Text, Text] {
  return aged === undefined ? [['none'], ['']] : [[code(aged.id)], [formatAge(aged.ageMs)]]
}

function judge({ problems, flaggedId }: Freshness): Text {
  if (problems.length > 0) {
    return [{ tone: 'bad', text: problems.map(({ text }) => text).join('; ') }]
  }
  return flaggedId === undefined
    ? [{ tone: 'good', text: 'fresh' }]
    : [{ tone: 'doubtful', text: `fresh, but ${flaggedId} is flagged` }]
}

function listLimits({ maxAgeMs, maxVerifiedAgeMs }: CheckResult['limits'], isProofAsked: boolean) {
  const verified = isProofAsked ? `${(maxVerifiedAgeMs ?? 0) / 86_400_000} d` : 'not asked for'
  return [
    { label: 'Oldest backup that is fresh', value: [`${maxAgeMs / 3_600_000} h`] },
    { label: 'Oldest verified one', value: [verified] },
  ]
}
