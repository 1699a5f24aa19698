import type { Backup } from './backup.ts'
import { isStale, isUnfinished } from './is-stale.ts'
import { sortNewestFirst } from './newest-first.ts'

/**
 * The unfinished backups of one database, oldest first: those that may still run, and those that
 * count as dead and may be marked FAILED.
 */
export function findInProgress(
  backups: readonly Backup[],
  database: string,
  now: Date,
): { readonly running: readonly Backup[]; readonly stale: readonly Backup[] } {
  const unfinished = sortNewestFirst(
    backups.filter((backup) => backup.database === database && isUnfinished(backup)),
    'startedAt',
  ).reverse()
  return {
    running: unfinished.filter((backup) => !isStale(backup, now)),
    stale: unfinished.filter((backup) => isStale(backup, now)),
  }
}
