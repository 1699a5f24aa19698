import type { Backup, BackupStatus } from './backup.ts'
import { backupStatuses } from './backup.ts'
import { latestCompleted } from './latest-completed.ts'
import type { Statistics } from './result.ts'

/**
 * Figures over all entries of a manifest, tombstones included in `total` and `byStatus`.
 *
 * The last COMPLETED backup is dated by when it completed. An age is never negative: a date ahead
 * of `now` is a clock that differs.
 */
export function computeStatistics(backups: readonly Backup[], now: Date): Statistics {
  const byStatus = countByStatus(backups)
  const ended = byStatus.COMPLETED + byStatus.FAILED
  const last = latestCompleted(backups)
  return {
    total: backups.length,
    byStatus,
    storedBytes: backups
      .filter((backup) => backup.status === 'COMPLETED')
      .reduce((sum, backup) => sum + backup.fileSize, 0),
    ...(ended > 0 && { successRate: byStatus.COMPLETED / ended }),
    ...(last && describeLast(last, now)),
  }
}

function countByStatus(backups: readonly Backup[]): Record<BackupStatus, number> {
  const counts = Object.fromEntries(backupStatuses.map((status) => [status, 0])) as Record<
    BackupStatus,
    number
  >
  for (const { status } of backups) counts[status] += 1
  return counts
}

function describeLast(last: Backup, now: Date) {
  const lastCompletedAt = last.completedAt ?? last.startedAt
  return {
    lastCompletedAt,
    lastCompletedId: last.id,
    lastCompletedAgeMs: Math.max(0, now.getTime() - Date.parse(lastCompletedAt)),
  }
}
