import type { Backup } from './backup.ts'
import { describeBackup } from './describe-backup.ts'
import { formatCount } from './format-count.ts'
import { formatDuration } from './format-duration.ts'
import { formatNumber } from './format-number.ts'
import { formatSize } from './format-size.ts'
import { type Block, code, type Report, type Tone } from './report.ts'
import { reportMessage } from './report-message.ts'
import { reportRotation } from './report-rotation.ts'
import { reportStatistics } from './report-statistics.ts'
import { reportWarnings } from './report-warnings.ts'
import { listRestoreCommands } from './restore-commands.ts'
import type { BackupResult } from './result.ts'

/** Bars of the chart: more than these cannot be told apart. */
const chartPointsMax = 30

/** A backup as the job summary tells it: what, how large, how long, how to get it back. */
export function reportBackup(result: BackupResult): Report {
  const { backup, rotation, statistics, history, notes } = result
  return [
    { kind: 'title', tone: judge(result), text: nameOutcome(result) },
    ...reportMessage(result.message),
    ...reportWarnings(result.warnings),
    ...(backup === undefined ? [] : [{ kind: 'facts' as const, facts: describeBackup(backup) }]),
    // Without the address, as on a status card, there is nothing to copy from.
    ...(backup === undefined || backup.fileUrl === '' ? [] : listRestoreCommands(backup)),
    ...(statistics === undefined ? [] : reportStatistics(statistics)),
    ...(history === undefined ? [] : drawHistory(history)),
    ...(rotation === undefined ? [] : reportRotation(rotation)),
    ...(backup === undefined ? [] : listTables(backup)),
    ...listNotes(notes ?? []),
  ]
}

function judge({ ok, warnings, reasonCode }: BackupResult): Tone {
  if (!ok) return 'bad'
  return warnings.length > 0 || reasonCode.startsWith('committed') ? 'doubtful' : 'good'
}

function nameOutcome({ backup, ok }: BackupResult) {
  if (backup === undefined) return [ok ? 'Backup' : 'No backup was made']
  if (backup.status !== 'COMPLETED') return ['Backup of ', code(backup.database), ' failed']
  const duration = backup.durationMs === undefined ? '' : ` in ${formatDuration(backup.durationMs)}`
  return ['Backup of ', code(backup.database), ` · ${formatSize(backup.fileSize)}${duration}`]
}

function drawHistory(history: NonNullable<BackupResult['history']>): readonly Block[] {
  if (history.length < 2) return []
  const points = history
    .slice(-chartPointsMax)
    .map(({ at, fileSize }) => ({ label: at.slice(5, 10), sizeBytes: fileSize }))
  return [{ kind: 'chart', title: 'Stored size of the last backups', points }]
}

/** Rows per table, the largest first. */
function listTables({ tables }: Backup): readonly Block[] {
  const entries = Object.entries(tables ?? {})
  if (entries.length === 0) return []
  const rows = entries
    .sort(([nameA, a], [nameB, b]) => b - a || (nameA < nameB ? -1 : 1))
    .map(([name, count]) => [[code(name)], [formatNumber(count)]])
  const columns = [{ title: 'Table' }, { title: 'Rows', align: 'right' as const }]
  return [
    {
      kind: 'fold',
      title: `Rows of ${formatCount(entries.length, 'table')}`,
      blocks: [{ kind: 'table', columns, rows }],
    },
  ]
}

function listNotes(notes: readonly string[]): readonly Block[] {
  if (notes.length === 0) return []
  const blocks = notes.map((note) => ({ kind: 'paragraph' as const, text: [note] }))
  return [{ kind: 'fold', title: 'Programs and versions', blocks }]
}
