import type { Backup } from './backup.ts'
import type { BackupRecord } from './backup-record.ts'
import { type AnomalyLimits, findAnomaly, isFlagged } from './find-anomaly.ts'
import { sortNewestFirst } from './newest-first.ts'

/**
 * The record with what makes it suspect beside the backups before it. In the record and not only in
 * the index, so that a rebuilt index still freezes rotation.
 *
 * @param backups entries as they were when this backup began
 * @param limits absent: nothing is compared
 */
export function flagRecord(
  record: BackupRecord,
  backups: readonly Backup[],
  limits: AnomalyLimits | undefined,
): BackupRecord {
  if (limits === undefined) return record
  const earlier = backups.filter(({ createdAt }) => createdAt <= record.createdAt)
  const reasons = findAnomaly(record, sortNewestFirst(earlier), limits)
  return reasons.length === 0 ? record : { ...record, anomaly: { reasons: [...reasons] } }
}

/** What to do about a flagged backup. */
export const flagAdvice =
  'Look at the database: has it really become that much smaller? If so, run accept; if not, find the cause and delete the backup. Until then rotation removes nothing COMPLETED.'

/** What must be said loudly of a flagged backup. */
export function flagWarnings(backup: Backup): readonly string[] {
  if (!isFlagged(backup)) return []
  return [
    `Backup ${backup.id} is suspiciously small: no COMPLETED backup of "${backup.database}" is removed by age until somebody has looked at it and run accept, or delete`,
  ]
}
