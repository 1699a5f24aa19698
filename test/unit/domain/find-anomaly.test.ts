import { describe, expect, it } from 'vitest'
import type { Backup } from '../../../action/domain/backup.ts'
import { findAnomaly, usualLimits } from '../../../action/domain/find-anomaly.ts'
import { flagRecord, flagWarnings } from '../../../action/domain/flag-record.ts'
import { makeBackup, makeRecord } from '../../support/make-backup.ts'

const mebibyte = 1024 * 1024

/** The backup of so many nights ago. */
function night(ago: number, changes: Partial<Backup> = {}): Backup {
  const day = String(21 - ago).padStart(2, '0')
  return makeBackup({
    id: `202611${day}T030012Z-k7q2`,
    createdAt: `2026-11-${day}T03:00:12.000Z`,
    fileSize: 100 * mebibyte,
    tables: { 'public.orders': 900, 'public.items': 100 },
    ...changes,
  })
}

const usual = [1, 2, 3, 4, 5].map((ago) => night(ago))
const accepted = { at: '2026-11-21T09:00:00.000Z', by: 'ada' }
const anomaly = { reasons: ['has 1 MiB where the 9 before it have 100 MiB at the median'] }

describe('findAnomaly', () => {
  it('finds a stored size and a number of rows that fell below their share', () => {
    const small = night(0, { fileSize: 20 * mebibyte - 1, tables: { 'public.orders': 199 } })
    expect(findAnomaly(small, usual, usualLimits)).toEqual([
      'has 20 MiB where the 5 before it have 100 MiB at the median',
      'has 199 rows where the 5 before it have 1,000 rows at the median',
    ])
  })

  it('finds nothing in what is at its share', () => {
    const least = night(0, { fileSize: 20 * mebibyte, tables: { 'public.orders': 200 } })
    expect(findAnomaly(least, usual, usualLimits)).toEqual([])
  })

  it('takes the limits as they are given, and 0 as none', () => {
    const half = night(0, { fileSize: 50 * mebibyte, tables: { 'public.orders': 500 } })
    expect(findAnomaly(half, usual, { sizePercent: 51, rowsPercent: 50 })).toHaveLength(1)
    expect(findAnomaly(half, usual, { sizePercent: 50, rowsPercent: 51 })).toHaveLength(1)
    const empty = night(0, { fileSize: 1, tables: {} })
    expect(findAnomaly(empty, usual, { sizePercent: 0, rowsPercent: 0 })).toEqual([])
  })

  const tiny = { fileSize: 1, tables: { 'public.orders': 0 } }
  const others: readonly [string, Backup, readonly Backup[]][] = [
    ['only four came before', night(0, tiny), usual.slice(1)],
    ['it is a safety backup', night(0, { ...tiny, purpose: 'safety' }), usual],
    ['it is of another format', night(0, { ...tiny, format: 'custom' }), usual],
    [
      'it holds a part only',
      night(0, { ...tiny, selection: { tables: ['public.orders'] } }),
      usual,
    ],
    [
      'the others are of another database',
      night(0, tiny),
      usual.map((b) => ({ ...b, database: 'x' })),
    ],
    ['a check found the others bad', night(0, tiny), usual.map(fail)],
    ['the others are flagged themselves', night(0, tiny), usual.map((b) => ({ ...b, anomaly }))],
    [
      'sizes and rows are tiny anyway',
      night(0, tiny),
      usual.map((b) => ({ ...b, fileSize: 65_535, tables: { a: 99 } })),
    ],
  ]
  it.each(others)('finds nothing where %s', (_, backup, earlier) => {
    expect(findAnomaly(backup, earlier, usualLimits)).toEqual([])
  })

  it('compares two backups of the same part', () => {
    const selection = { tables: ['public.orders'] }
    const earlier = usual.map((backup) => ({ ...backup, selection }))
    expect(findAnomaly(night(0, { ...tiny, selection }), earlier, usualLimits)).toHaveLength(2)
  })

  it('looks at the size alone where rows are not counted', () => {
    const { tables: _, ...uncounted } = night(0, tiny)
    expect(findAnomaly(uncounted, usual, usualLimits)).toHaveLength(1)
  })

  it('measures by an accepted backup from then on', () => {
    const emptied = night(1, {
      fileSize: mebibyte,
      tables: { 'public.orders': 200 },
      anomaly,
      accepted,
    })
    const like = night(0, { fileSize: mebibyte, tables: { 'public.orders': 200 } })
    expect(findAnomaly(like, [emptied, ...usual], usualLimits)).toEqual([])
    expect(findAnomaly(night(0, tiny), [emptied, ...usual], usualLimits)).toEqual([
      'has 1 B where the one before it has 1 MiB',
      'has 0 rows where the one before it has 200 rows',
    ])
  })

  it('is not worn down by a week of bad dumps', () => {
    const bad = [1, 2, 3, 4, 5, 6].map((ago) => night(ago, { ...tiny, anomaly }))
    const good = [7, 8, 9, 10, 11].map((ago) => night(ago))
    expect(findAnomaly(night(0, tiny), [...bad, ...good], usualLimits)).toHaveLength(2)
  })
})

function fail(backup: Backup): Backup {
  return { ...backup, verification: { level: 'bytes', outcome: 'failed', at: backup.createdAt } }
}

describe('flagRecord', () => {
  const record = makeRecord({ createdAt: '2026-11-22T03:00:12.000Z', fileSize: mebibyte })

  it('writes the reasons into the record, whatever the order of the entries', () => {
    const later = makeBackup({ id: '20261123T030012Z-k7q2', createdAt: '2026-11-23T03:00:12.000Z' })
    const flagged = flagRecord(record, [later, ...usual.toReversed()], usualLimits)
    expect(flagged.anomaly?.reasons).toEqual([
      'has 1 MiB where the 5 before it have 100 MiB at the median',
    ])
    expect(flagWarnings(flagged)).toEqual([expect.stringContaining('is suspiciously small')])
    expect(flagWarnings({ ...flagged, accepted })).toEqual([])
  })

  it('leaves a record alone that is as usual, or that nobody asked to compare', () => {
    expect(flagRecord(record, usual, undefined)).toBe(record)
    expect(flagRecord(record, [], usualLimits)).toBe(record)
  })
})
