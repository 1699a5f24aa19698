import type { Backup } from './backup.ts'
import { isFlagged } from './find-anomaly.ts'
import { formatAge } from './format-age.ts'
import { isGood, isProven } from './is-good.ts'
import { sortNewestFirst } from './newest-first.ts'

/** The backup that there is to fall back on. */
export type LastGood =
  | {
      readonly kind: 'found'
      readonly id: string
      readonly ageMs: number
      readonly isVerified: boolean
    }
  | { readonly kind: 'none' }
  /** The bucket could not be asked. */
  | { readonly kind: 'unknown' }

/** The newest good backup of a database, or of the prefix where the database is not known. */
export function findLastGood(
  backups: readonly Backup[],
  { database, now }: { readonly database?: string | undefined; readonly now: Date },
): LastGood {
  const own = backups.filter(
    (backup) =>
      isGood(backup) &&
      !isFlagged(backup) &&
      backup.purpose !== 'safety' &&
      (database === undefined || backup.database === database),
  )
  const [newest] = sortNewestFirst(own, 'startedAt')
  if (newest === undefined) return { kind: 'none' }
  const ageMs = now.getTime() - Date.parse(newest.startedAt)
  return { kind: 'found', id: newest.id, ageMs, isVerified: isProven(newest) }
}

/** In words: which, how old, whether it was ever verified. */
export function describeLastGood(last: LastGood): string {
  if (last.kind === 'none') return 'none'
  if (last.kind === 'unknown') return 'not known: the bucket could not be asked'
  return `${last.id}, ${formatAge(last.ageMs)}, ${last.isVerified ? 'verified' : 'never verified'}`
}
