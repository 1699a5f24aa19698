import { describeBackup } from './describe-backup.ts'
import { formatNumber } from './format-number.ts'
import { fact, type Report, type Tone } from './report.ts'
import { reportMessage } from './report-message.ts'
import { reportWarnings } from './report-warnings.ts'
import type { VerifyResult } from './result.ts'

const outcomes = {
  verified: { tone: 'good', text: 'Verified' },
  failed: { tone: 'bad', text: 'Verification failed' },
  could_not_verify: { tone: 'doubtful', text: 'Could not verify' },
} as const satisfies Readonly<
  Record<VerifyResult['outcome'], { readonly tone: Tone; readonly text: string }>
>

/** A verification. "Could not verify" has its own words and is never shown as good. */
export function reportVerify(result: VerifyResult): Report {
  const { backup, level, outcome, rows, tables } = result
  const { tone, text } = outcomes[outcome]
  const count = (value: number | undefined) =>
    value === undefined ? undefined : formatNumber(value)
  // At level bytes the dump is read, and nothing is there to compare it with but its size and checksum.
  const where = level === 'restore' ? 'compared' : 'in the dump'
  return [
    { kind: 'title', tone, text: [text] },
    ...reportMessage(result.message),
    ...reportWarnings(result.warnings),
    {
      kind: 'facts',
      facts: [
        ...fact('Level', level),
        ...fact(`Tables ${where}`, count(tables)),
        ...fact(`Rows ${where}`, count(rows)),
        ...(backup === undefined ? [] : describeBackup(backup)),
      ],
    },
  ]
}
