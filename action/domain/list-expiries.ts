import type { Backup } from './backup.ts'
import { keptUntil, type RetentionDays } from './is-expired.ts'

/**
 * The last instant at which age keeps each backup, by id. Who is pinned, a safety backup or MANUAL never
 * expires and is left out. Guards keep more than that: this is when rotation may look at it first.
 */
export function listExpiries(
  backups: readonly Backup[],
  days: RetentionDays,
): Readonly<Record<string, string>> {
  const entries = backups.flatMap((backup) => {
    const isKept = backup.pinned !== undefined || backup.purpose === 'safety'
    const untilMs = isKept ? undefined : keptUntil(backup, days)
    return untilMs === undefined || Number.isNaN(untilMs)
      ? []
      : [[backup.id, new Date(untilMs).toISOString()] as const]
  })
  return Object.fromEntries(entries)
}
