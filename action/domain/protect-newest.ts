import type { Backup } from './backup.ts'
import { isGood, isProven } from './is-good.ts'

/**
 * The backups of ONE database that no age may remove, with the reason: its newest `keepLast` good
 * ones, its newest `keepLast` proven ones, and its newest COMPLETED one, whatever that is worth.
 *
 * The sets are joined, since a run of fresh backups that nobody has checked must not push out the
 * ones that are known to restore. A backup whose check failed takes no place among the good, nor
 * does a safety backup, which is kept anyway and holds what a restore replaced.
 *
 * @param newestFirst entries of one database, newest first, none dated in the future
 */
export function protectNewest(
  newestFirst: readonly Backup[],
  keepLast: number,
): ReadonlyMap<string, string> {
  const candidates = newestFirst.filter((backup) => backup.purpose !== 'safety')
  const good = candidates.filter(isGood).slice(0, keepLast)
  const proven = candidates.filter(isProven).slice(0, keepLast)
  const newest = newestFirst.find((backup) => backup.status === 'COMPLETED')
  return new Map([
    ...(newest ? [reason(newest, 'the newest of its database, though its check failed')] : []),
    ...proven.map((backup, place) => reason(backup, rank(place, 'verified', keepLast))),
    ...good.map((backup, place) => reason(backup, rank(place, 'COMPLETED', keepLast))),
  ])
}

function reason(backup: Backup, text: string): readonly [string, string] {
  return [backup.id, text]
}

function rank(place: number, kind: string, keepLast: number): string {
  return place === 0
    ? `the newest ${kind} backup of its database`
    : `one of the newest ${keepLast} ${kind} backups of its database`
}
