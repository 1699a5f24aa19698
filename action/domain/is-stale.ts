import type { Backup } from './backup.ts'

/** How long an unfinished backup without `staleAfter` counts as running. */
const unfinishedMaxMs = 86_400_000

/** Whether a backup has begun and has not ended. */
export function isUnfinished(backup: Pick<Backup, 'status'>): boolean {
  return backup.status === 'PENDING' || backup.status === 'IN_PROGRESS'
}

/**
 * Whether an unfinished backup counts as dead: past its `staleAfter`, or begun more than a day ago
 * where it has none. One whose instants cannot be read is never called dead.
 */
export function isStale(
  backup: Pick<Backup, 'status' | 'startedAt' | 'staleAfter'>,
  now: Date,
): boolean {
  return isUnfinished(backup) && now.getTime() > staleAt(backup)
}

/** The last instant at which an unfinished backup counts as running, in epoch milliseconds. */
export function staleAt(backup: Pick<Backup, 'startedAt' | 'staleAfter'>): number {
  return backup.staleAfter === undefined
    ? Date.parse(backup.startedAt) + unfinishedMaxMs
    : Date.parse(backup.staleAfter)
}
