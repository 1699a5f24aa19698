import { describeBackup } from './describe-backup.ts'
import { code, type Report, type Text, type Tone } from './report.ts'
import { reportMessage } from './report-message.ts'
import { reportWarnings } from './report-warnings.ts'
import type { DeleteResult } from './result.ts'

/** The deletion of one backup, or what it would be. */
export function reportDelete(result: DeleteResult): Report {
  const { backup } = result
  return [
    {
      kind: 'title',
      tone: judge(result),
      text: nameOutcome(result),
    },
    ...reportMessage(result.message),
    ...reportWarnings(result.warnings),
    ...(backup === undefined ? [] : [{ kind: 'facts' as const, facts: describeBackup(backup) }]),
  ]
}

function nameOutcome({ backup, dryRun, removal, ok }: DeleteResult): Text {
  const id = backup === undefined ? ['Backup'] : ['Backup ', code(backup.id)]
  if (dryRun) return [...id, ' would be deleted']
  if (removal === 'deleted') return [...id, ' deleted']
  if (removal === 'retained') return [...id, ' retained by the bucket']
  return [...id, ok ? ' kept' : ' not deleted']
}

function judge({ ok, dryRun, removal }: DeleteResult): Tone {
  if (!ok) return 'bad'
  if (dryRun) return 'neutral'
  return removal === 'deleted' ? 'good' : 'doubtful'
}
