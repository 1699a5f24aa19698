import type { Backup } from './backup.ts'
import { isFlagged } from './find-anomaly.ts'
import { formatAge } from './format-age.ts'
import { isGood, isProven } from './is-good.ts'
import { isUnfinished } from './is-stale.ts'
import { sortNewestFirst } from './newest-first.ts'

/** Clocks of two runners differ by less; a backup dated further ahead has no age that could be trusted. */
const clockSkewMaxMs = 10 * 60_000

export interface FreshnessLimits {
  /** Longest age of the newest good backup. */
  readonly maxAgeMs: number
  /** Longest age of the newest verified one; absent where none is asked for. */
  readonly maxVerifiedAgeMs?: number
}

/** A backup, and how old what it holds was when asked: its age counts from the start of its dump. */
export interface AgedBackup {
  readonly id: string
  readonly startedAt: string
  readonly ageMs: number
}

/** One way in which the backups of a database are not what they should be. */
export interface FreshnessProblem {
  readonly code: 'backup_stale' | 'verification_stale'
  readonly text: string
}

/** How one database stands. */
export interface Freshness {
  readonly database: string
  readonly newest?: AgedBackup
  readonly verified?: AgedBackup
  /** The id of a flagged backup that nobody has accepted. */
  readonly flaggedId?: string
  /** The id of a backup under way. */
  readonly unfinishedId?: string
  readonly problems: readonly FreshnessProblem[]
}

/**
 * Whether the newest good backup of each database, and its newest verified one, are young enough.
 *
 * A backup whose check failed does not count, nor does a safety backup, which holds what a restore
 * replaced, nor one dated in the future, which would silence the alarm until then.
 *
 * @param database only this one, also where it has no backup at all; else every one that has entries
 */
export function judgeFreshness(
  backups: readonly Backup[],
  {
    now,
    limits,
    database,
  }: { readonly now: Date; readonly limits: FreshnessLimits; readonly database?: string },
): readonly Freshness[] {
  const own = backups.filter((backup) => backup.status !== 'DELETED' && backup.purpose !== 'safety')
  const names =
    database === undefined ? [...new Set(own.map((backup) => backup.database))].sort() : [database]
  return names.map((name) =>
    judgeDatabase(
      name,
      sortNewestFirst(
        own.filter((backup) => backup.database === name),
        'startedAt',
      ),
      now,
      limits,
    ),
  )
}

function judgeDatabase(
  database: string,
  newestFirst: readonly Backup[],
  now: Date,
  limits: FreshnessLimits,
): Freshness {
  const past = newestFirst.filter(
    ({ startedAt }) => Date.parse(startedAt) <= now.getTime() + clockSkewMaxMs,
  )
  const newest = toAged(past.find(isGood), now)
  const verified = toAged(past.find(isProven), now)
  const flagged = past.find((backup) => isGood(backup) && isFlagged(backup))
  const unfinished = past.find(isUnfinished)
  return {
    database,
    ...(newest && { newest }),
    ...(verified && { verified }),
    ...(flagged && { flaggedId: flagged.id }),
    ...(unfinished && { unfinishedId: unfinished.id }),
    problems: [
      ...judgeAge(newest, limits.maxAgeMs, 'backup_stale'),
      ...(limits.maxVerifiedAgeMs === undefined
        ? []
        : judgeAge(verified, limits.maxVerifiedAgeMs, 'verification_stale')),
    ],
  }
}

function toAged(backup: Backup | undefined, now: Date): AgedBackup | undefined {
  if (backup === undefined) return undefined
  const { id, startedAt } = backup
  return { id, startedAt, ageMs: Math.max(0, now.getTime() - Date.parse(startedAt)) }
}

function judgeAge(
  aged: AgedBackup | undefined,
  maxMs: number,
  code: FreshnessProblem['code'],
): readonly FreshnessProblem[] {
  const kind = code === 'backup_stale' ? 'COMPLETED' : 'verified'
  if (aged === undefined) return [{ code, text: `there is no ${kind} backup` }]
  if (aged.ageMs <= maxMs) return []
  return [{ code, text: `the newest ${kind} backup (${aged.id}) is of ${formatAge(aged.ageMs)}` }]
}
