import type { Backup } from './backup.ts'

const dayMs = 86_400_000

/** How many days of 86,400 s each kind of entry is kept. MANUAL has none: it is kept for ever. */
export interface RetentionDays {
  readonly daily: number
  readonly weekly: number
  readonly monthly: number
  /** Of a FAILED entry, whatever its type but MANUAL. */
  readonly failed: number
}

/**
 * The days for which an entry is kept, counted from `createdAt`; `undefined` where age never
 * expires it: MANUAL (FAILED ones too), and a type that this version does not know.
 */
export function retentionDaysOf(
  backup: Pick<Backup, 'type' | 'status'>,
  days: RetentionDays,
): number | undefined {
  if (backup.type === 'MANUAL') return undefined
  if (backup.status === 'FAILED') return days.failed
  if (backup.type === 'DAILY') return days.daily
  if (backup.type === 'WEEKLY') return days.weekly
  return backup.type === 'MONTHLY' ? days.monthly : undefined
}

/**
 * Whether an entry is strictly older than its retention. Exact, and blind to every guard that
 * {@link planRetention} puts over it.
 *
 * The age is counted from `createdAt`: the instant at which the entry came to be, which every entry
 * has, the FAILED ones included. An instant that cannot be read expires nothing.
 */
export function isExpired(
  backup: Pick<Backup, 'type' | 'status' | 'createdAt'>,
  now: Date,
  days: RetentionDays,
): boolean {
  const kept = retentionDaysOf(backup, days)
  return kept !== undefined && now.getTime() - Date.parse(backup.createdAt) > kept * dayMs
}

/** The last instant at which an entry is kept, in epoch milliseconds; `undefined` for ever. */
export function keptUntil(
  backup: Pick<Backup, 'type' | 'status' | 'createdAt'>,
  days: RetentionDays,
): number | undefined {
  const kept = retentionDaysOf(backup, days)
  return kept === undefined ? undefined : Date.parse(backup.createdAt) + kept * dayMs
}
