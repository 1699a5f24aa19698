import type { Backup } from './backup.ts'
import { formatSize } from './format-size.ts'
import { isGood } from './is-good.ts'

/** Fewer earlier backups say nothing about what is usual. */
const earlierMin = 5
/** More than a month of nights, so that a week of bad dumps does not become what is usual. */
const earlierMax = 40
/** Below this share of the usual size a dump is suspect. */
const shareMin = 0.2
/** Below this usual size, in bytes, a dump is mostly its own frame, and shares mean nothing. */
const usualSizeMin = 64 * 1024

/**
 * Why the newest backup of ONE database looks wrong: it is far smaller than those before it.
 *
 * Rotation poisoning: a source that lost its data, or an attacker who emptied it, goes on to write
 * small COMPLETED backups, and age then deletes every good one. Only backups of the same format are
 * compared.
 *
 * @param newestFirst entries of one database, newest first, none dated in the future
 * @returns a clause, or `undefined` where nothing is suspect
 */
export function findShrinkage(newestFirst: readonly Backup[]): string | undefined {
  const good = newestFirst.filter((backup) => isGood(backup) && backup.purpose !== 'safety')
  const [newest, ...others] = good
  if (newest === undefined) return undefined
  const earlier = others.filter((backup) => backup.format === newest.format).slice(0, earlierMax)
  if (earlier.length < earlierMin) return undefined
  const usual = median(earlier.map((backup) => backup.fileSize))
  if (usual < usualSizeMin || newest.fileSize >= usual * shareMin) return undefined
  return (
    `the newest backup (${newest.id}) has ${formatSize(newest.fileSize)} ` +
    `where the ${earlier.length} before it have ${formatSize(usual)} at the median`
  )
}

/** The least of the upper half. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return Math.min(...sorted.slice(Math.floor(sorted.length / 2)))
}
