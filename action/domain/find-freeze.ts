import type { Backup } from './backup.ts'
import { type AnomalyLimits, findAnomaly, isFlagged } from './find-anomaly.ts'
import { isGood } from './is-good.ts'

/**
 * Why nothing COMPLETED of ONE database is removed now: a backup of it is flagged and nobody has
 * accepted it, or its newest one looks wrong although it was made without being judged.
 *
 * @param newestFirst entries of one database, newest first, none dated in the future
 * @returns a clause, or `undefined` where rotation goes on
 */
export function findFreeze(
  newestFirst: readonly Backup[],
  limits: AnomalyLimits,
): string | undefined {
  const good = newestFirst.filter((backup) => isGood(backup) && backup.purpose !== 'safety')
  const flagged = good.find(isFlagged)
  if (flagged !== undefined) {
    const reasons = (flagged.anomaly?.reasons ?? []).join(' and ')
    return `backup ${flagged.id} is flagged and not accepted: it ${reasons}`
  }
  const [newest, ...earlier] = good
  if (newest === undefined || newest.accepted !== undefined) return undefined
  const [reason] = findAnomaly(newest, earlier, limits)
  return reason === undefined ? undefined : `the newest backup (${newest.id}) ${reason}`
}
