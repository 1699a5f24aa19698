import type { Backup, BackupStatus } from './backup.ts'
import { describeFlag, describePin, describeVerification } from './describe-backup.ts'
import { formatAge } from './format-age.ts'
import { formatCount } from './format-count.ts'
import { formatDuration } from './format-duration.ts'
import { formatInstant } from './format-instant.ts'
import { formatSize } from './format-size.ts'
import {
  type Block,
  type Column,
  code,
  type Report,
  type Span,
  type Text,
  type Tone,
} from './report.ts'
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
      : [tabulate(result, now)]),
    ...reportStatistics(statistics),
  ]
}

function explainEmpty({ matching, page, pages, statistics }: ListResult): string {
  if (matching > 0) return `Page ${page} is empty; the last one is ${pages}`
  return statistics.total === 0
    ? 'There is no backup under this prefix yet; if there should be, check "bucket" and "prefix" (BACKUP_PREFIX)'
    : 'No backup passes the filter'
}

function tabulate({ backups, keptUntil }: ListResult, now: Date): Block {
  const expires: readonly Column[] = [
    { title: 'Expires', align: 'right', isWhole: true, isSpare: true },
  ]
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
      ...(keptUntil === undefined ? [] : expires),
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
      ...(keptUntil === undefined ? [] : [[describeExpiry(backup, keptUntil[backup.id], now)]]),
      describeState(backup),
    ]),
  }
}

/** When its age may remove it; a word where no date says it. */
function describeExpiry({ status }: Backup, until: string | undefined, now: Date): string {
  if (status !== 'COMPLETED' && status !== 'FAILED') return ''
  if (until === undefined) return 'never'
  const leftMs = Date.parse(until) - now.getTime()
  return leftMs < 0 ? 'due' : formatAge(-leftMs)
}

/** The proof of a good backup, the reason of a failed one. */
function describeState(backup: Backup): Text {
  if (backup.status === 'FAILED') return backup.error === undefined ? [] : [backup.error]
  if (backup.status === 'DELETED')
    return backup.deletedAt === undefined ? [] : [`deleted ${formatInstant(backup.deletedAt)}`]
  const remarks = [describeProof(backup), describeFlag(backup), describePin(backup)]
  return remarks
    .filter((remark) => remark !== undefined)
    .flatMap((remark, place) => (place === 0 ? [remark] : ['; ', remark]))
}

/** In a row of a table nothing else says that this is about verification. */
function describeProof(backup: Backup): Span | undefined {
  const proof = describeVerification(backup)
  return typeof proof === 'object' && 'tone' in proof
    ? { ...proof, text: proof.tone === 'good' ? `verified ${proof.text}` : `check ${proof.text}` }
    : proof
}
