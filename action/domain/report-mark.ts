import { describeBackup } from './describe-backup.ts'
import { code, type Report } from './report.ts'
import { reportMessage } from './report-message.ts'
import { reportWarnings } from './report-warnings.ts'
import type { MarkResult } from './result.ts'

const outcomes: Readonly<Record<MarkResult['command'], string>> = {
  pin: 'pinned',
  unpin: 'not pinned',
  accept: 'accepted',
}

/** What a person said of a backup, and the backup. */
export function reportMark(result: MarkResult): Report {
  const { backup, command, changedIds, ok } = result
  const tone = !ok ? 'bad' : changedIds.length === 0 ? 'neutral' : 'good'
  return [
    { kind: 'title', tone, text: ['Backup ', code(backup.id), ` ${outcomes[command]}`] },
    ...reportMessage(result.message),
    ...reportWarnings(result.warnings),
    { kind: 'facts', facts: describeBackup(backup) },
  ]
}
