import type { Backup, BackupType } from './backup.ts'
import { sortNewestFirst } from './newest-first.ts'

/**
 * The newest COMPLETED backup, whatever its purpose or its verification.
 *
 * Newest by `startedAt`: a dump shows the database as it was when it began, so of two that overlap
 * the one that began later has the newer data.
 */
export function latestCompleted(
  backups: readonly Backup[],
  filter: { readonly database?: string; readonly type?: BackupType } = {},
): Backup | undefined {
  const candidates = backups.filter(
    (backup) =>
      backup.status === 'COMPLETED' &&
      (filter.database === undefined || backup.database === filter.database) &&
      (filter.type === undefined || backup.type === filter.type),
  )
  return sortNewestFirst(candidates, 'startedAt')[0]
}
