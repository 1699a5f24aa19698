import type { Backup } from './backup.ts'
import { formatNumber } from './format-number.ts'
import { formatSize } from './format-size.ts'
import { isGood } from './is-good.ts'

/** Fewer earlier backups say nothing about what is usual. */
const earlierMin = 5
/** More than a month of nights, so that a week of bad dumps does not become what is usual. */
const earlierMax = 40
/** Below this usual size, in bytes, a dump is mostly its own frame, and shares mean nothing. */
const usualSizeMin = 64 * 1024
/** Below so many usual rows a share means nothing. */
const usualRowsMin = 100

/** Below these shares of the median, in percent, a backup is suspect; 0 is never below. */
export interface AnomalyLimits {
  readonly sizePercent: number
  readonly rowsPercent: number
}

/** What counts where nobody chose. */
export const usualLimits: AnomalyLimits = { sizePercent: 20, rowsPercent: 20 }

type Measured = Pick<
  Backup,
  'fileSize' | 'tables' | 'format' | 'selection' | 'database' | 'purpose'
>

/**
 * Why a backup looks wrong beside those before it: far fewer stored bytes, or far fewer rows, than
 * the median.
 *
 * Rotation poisoning: a source that lost its data, or an attacker who emptied it, goes on to write
 * small COMPLETED backups, and age then deletes every good one. Compared are good backups of the
 * same database, format and selection, without those that are themselves suspect. One that a person
 * accepted is the new usual: what came before it no longer counts, and it suffices alone.
 *
 * @param newestFirst entries made before `backup`, newest first; safety backups are passed over
 * @returns a clause for each reason; none where nothing is suspect
 */
export function findAnomaly(
  backup: Measured,
  newestFirst: readonly Backup[],
  limits: AnomalyLimits,
): readonly string[] {
  if (backup.purpose === 'safety') return []
  const comparable = newestFirst.filter((other) => isComparable(other, backup))
  const place = comparable.findIndex(({ accepted }) => accepted !== undefined)
  const reference = place === -1 ? comparable : comparable.slice(0, place + 1)
  if (reference.length < (place === -1 ? earlierMin : 1)) return []
  const earlier = reference.slice(0, earlierMax)
  return [
    ...judge(
      backup.fileSize,
      earlier.map(({ fileSize }) => fileSize),
      { percent: limits.sizePercent, usualMin: usualSizeMin, show: formatSize },
    ),
    ...judge(
      countRows(backup),
      earlier.flatMap((other) => countRows(other) ?? []),
      { percent: limits.rowsPercent, usualMin: usualRowsMin, show: showRows },
    ),
  ]
}

/** Whether a backup was found suspect and no person has said that it is right. */
export function isFlagged(backup: Pick<Backup, 'anomaly' | 'accepted'>): boolean {
  return backup.anomaly !== undefined && backup.accepted === undefined
}

function isComparable(other: Backup, backup: Measured): boolean {
  return (
    isGood(other) &&
    !isFlagged(other) &&
    other.purpose !== 'safety' &&
    other.database === backup.database &&
    other.format === backup.format &&
    JSON.stringify(other.selection) === JSON.stringify(backup.selection)
  )
}

interface Measure {
  readonly percent: number
  readonly usualMin: number
  readonly show: (value: number) => string
}

function judge(
  value: number | undefined,
  earlier: readonly number[],
  { percent, usualMin, show }: Measure,
): readonly string[] {
  if (value === undefined || earlier.length === 0) return []
  const usual = median(earlier)
  if (usual < usualMin || value * 100 >= usual * percent) return []
  const others =
    earlier.length === 1
      ? `the one before it has ${show(usual)}`
      : `the ${earlier.length} before it have ${show(usual)} at the median`
  return [`has ${show(value)} where ${others}`]
}

function countRows({ tables }: Pick<Backup, 'tables'>): number | undefined {
  if (tables === undefined) return undefined
  return Object.values(tables).reduce((sum, rows) => sum + rows, 0)
}

function showRows(rows: number): string {
  return `${formatNumber(rows)} ${rows === 1 ? 'row' : 'rows'}`
}

/** The least of the upper half. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return Math.min(...sorted.slice(Math.floor(sorted.length / 2)))
}
