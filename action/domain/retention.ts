import type { Backup } from './backup.ts'
import { Failure } from './failure.ts'
import { type AnomalyLimits, usualLimits } from './find-anomaly.ts'
import { findFreeze } from './find-freeze.ts'
import { guardTotalLoss } from './guard-total-loss.ts'
import type { RetentionDays } from './is-expired.ts'
import { isGood } from './is-good.ts'
import { isFuture, judgeRetention, type RetentionView, type Verdict } from './judge-retention.ts'
import { sortNewestFirst } from './newest-first.ts'
import { protectNewest } from './protect-newest.ts'
import type { RetentionItem } from './result.ts'

/** How long the tombstone of a deleted backup stays in the manifest. */
const tombstoneMs = 90 * 86_400_000

/** What the user chose. */
export interface RetentionSettings {
  readonly days: RetentionDays
  /** So many newest COMPLETED of each database are never deleted; at least 1. */
  readonly keepLast: number
  /** After a backup that failed nothing but FAILED entries is deleted. */
  readonly afterFailedBackup?: boolean
  /** @default {@link usualLimits} */
  readonly anomalyLimits?: AnomalyLimits
}

export interface RetentionRequest extends RetentionSettings {
  readonly backups: readonly Backup[]
  readonly now: Date
}

/** What rotation is going to do. A dry run shows it, a run carries it out: the same value. */
export interface RetentionPlan {
  /** Every entry but tombstones, newest first, each with its fate and the reason. */
  readonly items: readonly RetentionItem[]
  /** Why nothing may be deleted at all; every item is then kept. */
  readonly refusal?: string
  readonly warnings: readonly string[]
  /** Unfinished backups that count as dead: to be marked FAILED, their uploads aborted. */
  readonly staleIds: readonly string[]
  /** DELETED entries old enough to leave the manifest; they have no objects. */
  readonly tombstonesToDrop: readonly string[]
}

/**
 * Decides the fate of every entry of a manifest, by age and under every guard.
 *
 * Pure and independent of the order of entries. `isExpired` says what is old; the guards say what is
 * kept all the same: the newest good and the newest verified backups of each database, pinned, MANUAL
 * and safety backups, the future, the unknown, the unfinished, everything COMPLETED of a database
 * with a suspicious backup that nobody has accepted. A second plan over what the first one left deletes nothing.
 *
 * @throws {Failure} `invalid_input` for a `keepLast` or days that are not whole numbers in range
 */
export function planRetention(request: RetentionRequest): RetentionPlan {
  requireSettings(request)
  const live = sortNewestFirst(request.backups.filter((backup) => backup.status !== 'DELETED'))
  const view = observe(live, request)
  const verdicts = live.map((backup) => ({ backup, verdict: judgeRetention(backup, view) }))
  const items = verdicts.map(({ backup, verdict }) => toItem(backup, verdict))
  return {
    ...guardTotalLoss(live, items),
    warnings: [
      ...[...view.frozen.values()].sort().map((why) => `No COMPLETED backup is deleted: ${why}`),
      ...verdicts.flatMap(({ verdict }) => verdict.warning ?? []),
    ],
    staleIds: verdicts.filter(({ verdict }) => verdict.isStale).map(({ backup }) => backup.id),
    tombstonesToDrop: findOldTombstones(request.backups, request.now),
  }
}

/** Whether a plan changes nothing: no deletion, nothing stale, no tombstone to drop. */
export function isIdle(plan: RetentionPlan): boolean {
  return (
    plan.items.every(({ decision }) => decision === 'keep') &&
    plan.staleIds.length === 0 &&
    plan.tombstonesToDrop.length === 0
  )
}

function observe(live: readonly Backup[], request: RetentionRequest): RetentionView {
  const ids = live.map((backup) => backup.id)
  const past = live.filter((backup) => !isFuture(backup, request.now))
  const groups = [...groupByDatabase(past)]
  return {
    now: request.now,
    days: request.days,
    afterFailedBackup: request.afterFailedBackup ?? false,
    ambiguousIds: new Set(ids.toSorted().filter((id, place, sorted) => id === sorted[place - 1])),
    protected: new Map(groups.flatMap(([, group]) => [...protectNewest(group, request.keepLast)])),
    frozen: new Map(
      groups.flatMap(([database, group]) => {
        const freeze = findFreeze(group, request.anomalyLimits ?? usualLimits)
        return freeze === undefined ? [] : [[database, freeze] as const]
      }),
    ),
    covered: new Set(past.filter(isGood).map((backup) => backup.database)),
  }
}

function groupByDatabase(backups: readonly Backup[]): Map<string, Backup[]> {
  return Map.groupBy(backups, (backup) => backup.database)
}

function toItem(backup: Backup, { decision, reason }: Verdict): RetentionItem {
  const { id, type, status, createdAt, fileSize } = backup
  return { id, type, status, createdAt, fileSize, decision, reason }
}

function findOldTombstones(backups: readonly Backup[], now: Date): string[] {
  return backups
    .filter((backup) => {
      const deletedAt = Date.parse(backup.deletedAt ?? backup.createdAt)
      return backup.status === 'DELETED' && now.getTime() - deletedAt > tombstoneMs
    })
    .map((backup) => backup.id)
    .sort()
}

function requireSettings({ keepLast, days }: RetentionSettings): void {
  requireWhole('keep-last', keepLast, 1)
  requireWhole('retention-daily-days', days.daily, 0)
  requireWhole('retention-weekly-days', days.weekly, 0)
  requireWhole('retention-monthly-days', days.monthly, 0)
  requireWhole('retention-failed-days', days.failed, 0)
}

function requireWhole(input: string, value: number, min: number): void {
  if (Number.isSafeInteger(value) && value >= min) return
  throw new Failure({
    code: 'invalid_input',
    stage: 'inputs',
    message: `Cannot rotate: "${input}" is ${value}, expected a whole number of at least ${min}`,
    hint: `Set "${input}" to a whole number.`,
  })
}
