import type { Backup, BackupStatus } from './backup.ts'
import { describeFlag, describePin, describeVerification } from './describe-backup.ts'
import { formatAge } from './format-age.ts'
import { formatCount } from './format-count.ts'
import { formatDuration } from './format-duration.ts'
import { formatInstant } from './format-instant.ts'
import { formatSize } from './format-size.ts'
import { type Block, code, type Report, type Text, type Tone } from './report.ts'
import { reportStatistics } from './report-statistics.ts'
import { reportWarnings } from './report-warnings.ts'
import type { ListResult } from './result.ts'

/** The tone in which a status is shown. */
export const statusTones: Readonly<Record<BackupStatus, Tone>> = {
  PENDING: 'doubtful',
  IN_PROGRESS: 'doubtful',
  COMPLETED: 'good',
  FAILED: 'bad',
  DELETED: 'neutral',
}

/** One page of backups and the figures over all of them. */
export function reportList(result: ListResult, now: Date): Report {
  const { backups, page, pages, matching, statistics, problem } = result
  const stale: readonly Block[] =
    problem === undefined
      ? []
      : [{ kind: 'notice', tone: 'doubtful', text: [`Told from the records: ${problem}`] }]
  return [
    {
      kind: 'title',
      tone: result.ok ? 'neutral' : 'bad',
      text: [`${formatCount(matching, 'backup')}${pages > 1 ? `, page ${page} of ${pages}` : ''}`],
    },
    ...stale,
    ...reportWarnings(result.warnings),
    ...(backups.length === 0
      ? [{ kind: 'paragraph' as const, text: [explainEmpty(result)] }]
      : [tabulate(backups, now)]),
    ...reportStatistics(statistics),
  ]
}

function explainEmpty({ matching, page, pages, statistics }: ListResult): string {
  if (matching > 0) return `Page ${page} is empty; the last one is ${pages}`
  return statistics.total === 0
    ? 'There is no backup under this prefix yet'
    : 'No backup passes the filter'
}

function tabulate(backups: readonly Backup[], now: Date): Block {
  return {
    kind: 'table',
    columns: [
      { title: 'Backup', isWhole: true },
      { title: 'Status', isWhole: true },
      { title: 'Type', isWhole: true },
      { title: 'Database' },
      { title: 'Size', align: 'right', isWhole: true },
      { title: 'Duration', align: 'right', isWhole: true, isSpare: true },
      { title: 'Age', align: 'right', isWhole: true },
      { title: 'Remarks', isProse: true, isSpare: true },
    ],
    rows: backups.map((backup) => [
      [code(backup.id)],
      [{ tone: statusTones[backup.status], text: backup.status }],
      [`${backup.type}${backup.purpose === 'safety' ? ' (safety)' : ''}`],
      [code(backup.database)],
      [backup.fileSize === 0 ? '' : formatSize(backup.fileSize)],
      [backup.durationMs === undefined ? '' : formatDuration(backup.durationMs)],
      [formatAge(now.getTime() - Date.parse(backup.startedAt))],
      describeState(backup),
    ]),
  }
}

/** The proof of a good backup, the reason of a failed one. */
function describeState(backup: Backup): Text {
  if (backup.status === 'FAILED') return backup.error === undefined ? [] : [backup.error]
  if (backup.status === 'DELETED')
    return backup.deletedAt === undefined ? [] : [`deleted ${formatInstant(backup.deletedAt)}`]
  const remarks = [describeVerification(backup), describeFlag(backup), describePin(backup)]
  return remarks
    .filter((remark) => remark !== undefined)
    .flatMap((remark, place) => (place === 0 ? [remark] : ['; ', remark]))
}
