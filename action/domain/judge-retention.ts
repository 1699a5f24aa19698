import { type Backup, backupStatuses, backupTypes } from './backup.ts'
import { formatInstant } from './format-instant.ts'
import { isExpired, keptUntil, type RetentionDays, retentionDaysOf } from './is-expired.ts'
import { isGood } from './is-good.ts'
import { isStale, isUnfinished, staleAt } from './is-stale.ts'

/** What is known around a backup when its fate is decided. */
export interface RetentionView {
  readonly now: Date
  readonly days: RetentionDays
  readonly afterFailedBackup: boolean
  /** Ids that more than one entry bears. */
  readonly ambiguousIds: ReadonlySet<string>
  /** By id: why no age may remove it. */
  readonly protected: ReadonlyMap<string, string>
  /** By database: why nothing COMPLETED of it is removed now. */
  readonly frozen: ReadonlyMap<string, string>
  /** Databases that have a good backup, not dated in the future. */
  readonly covered: ReadonlySet<string>
}

/** A fate, the reason in one clause, and what people must be told besides. */
export interface Verdict {
  readonly decision: 'keep' | 'delete'
  readonly reason: string
  readonly warning?: string
  /** An unfinished backup that counts as dead. */
  readonly isStale?: true
}

/**
 * Whether an entry is kept or deleted. Guards first, age last: whatever is not understood is kept.
 *
 * A backup whose check failed neither counts as good nor protects anything. Age removes it like any
 * other, with a warning that names it, but only while its database has a good one.
 */
export function judgeRetention(backup: Backup, view: RetentionView): Verdict {
  return (
    judgeUnknown(backup, view) ??
    judgeUnfinished(backup, view) ??
    judgeLasting(backup, view) ??
    judgeExpired(backup, view)
  )
}

/** Whether an instant of the entry lies ahead of `now`: a clock was wrong, so its age is unknown. */
export function isFuture(
  backup: Pick<Backup, 'createdAt' | 'startedAt' | 'completedAt'>,
  now: Date,
): boolean {
  return [backup.createdAt, backup.startedAt, backup.completedAt].some(
    (instant) => instant !== undefined && Date.parse(instant) > now.getTime(),
  )
}

function judgeUnknown(backup: Backup, view: RetentionView): Verdict | undefined {
  if (view.ambiguousIds.has(backup.id)) return keepLoudly(backup, 'its id is used more than once')
  if (!isOneOf(backupTypes, backup.type)) return keepLoudly(backup, 'its type is unknown')
  if (!isOneOf(backupStatuses, backup.status)) return keepLoudly(backup, 'its status is unknown')
  if (Number.isNaN(Date.parse(backup.createdAt))) return keepLoudly(backup, 'its date is unknown')
  return isFuture(backup, view.now) ? keepLoudly(backup, 'it is dated in the future') : undefined
}

function judgeUnfinished(backup: Backup, { now }: RetentionView): Verdict | undefined {
  if (!isUnfinished(backup)) return undefined
  const limit = formatInstant(new Date(staleAt(backup)))
  return isStale(backup, now)
    ? { ...keep(`unfinished, counts as dead since ${limit}: it becomes FAILED`), isStale: true }
    : keep(`unfinished, counts as running until ${limit}`)
}

function judgeLasting(backup: Backup, view: RetentionView): Verdict | undefined {
  if (backup.pinned !== undefined) {
    return keep(`pinned by ${backup.pinned.by} on ${formatInstant(backup.pinned.at)}`)
  }
  if (backup.purpose === 'safety') return keep('a safety backup never expires')
  const until = keptUntil(backup, view.days)
  if (until === undefined) return keep(`${backup.type} never expires`)
  const reason = view.protected.get(backup.id)
  if (reason !== undefined) return keep(reason)
  if (isExpired(backup, view.now, view.days)) return undefined
  return keep(`within its ${daysOf(backup, view)}, until ${formatInstant(new Date(until))}`)
}

function judgeExpired(backup: Backup, view: RetentionView): Verdict {
  const expired = `older than its ${daysOf(backup, view)}`
  if (backup.status === 'FAILED') return { decision: 'delete', reason: expired }
  if (view.afterFailedBackup) {
    return keep(`${expired}, but after a failed backup only FAILED entries are removed`)
  }
  const frozen = view.frozen.get(backup.database)
  if (frozen !== undefined) return keep(`${expired}, but ${frozen}`)
  if (isGood(backup)) return { decision: 'delete', reason: expired }
  if (!view.covered.has(backup.database)) {
    return keepLoudly(backup, 'its check failed, and its database has no good backup')
  }
  return {
    decision: 'delete',
    reason: `${expired}, and its check failed`,
    warning: `Backup ${backup.id} is removed by age; its last check had failed`,
  }
}

function daysOf(backup: Backup, { days }: RetentionView): string {
  const kept = retentionDaysOf(backup, days)
  const kind = backup.status === 'FAILED' ? 'FAILED' : backup.type
  return `${kept} ${kept === 1 ? 'day' : 'days'} as ${kind}`
}

function keep(reason: string): Verdict {
  return { decision: 'keep', reason }
}

function keepLoudly(backup: Backup, why: string): Verdict {
  return { ...keep(why), warning: `Backup ${backup.id} is kept: ${why}` }
}

function isOneOf(words: readonly string[], word: string): boolean {
  return words.includes(word)
}
