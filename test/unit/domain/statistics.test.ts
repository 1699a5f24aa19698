import { describe, expect, test } from 'vitest'
import { listBackups } from '../../../action/domain/list-backups.ts'
import { computeStatistics } from '../../../action/domain/statistics.ts'
import { makeBackup } from '../../support/make-backup.ts'

const now = new Date('2026-11-22T12:00:00.000Z')
const ids = Array.from({ length: 25 }, (_, n) => `202611${String(n + 1).padStart(2, '0')}`)
const nights = ids.map((day) =>
  makeBackup({
    id: `${day}T030000Z-aaaa`,
    createdAt: `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T03:00:00.000Z`,
  }),
)

describe('computeStatistics', () => {
  test('counts by status and sums what is COMPLETED', () => {
    const backups = [
      makeBackup({ fileSize: 10, completedAt: '2026-11-22T03:10:00.000Z' }),
      makeBackup({
        id: '20261101T030000Z-aaaa',
        createdAt: '2026-11-01T03:00:00.000Z',
        fileSize: 5,
      }),
      makeBackup({ id: '20261102T030000Z-aaaa', status: 'FAILED', fileSize: 0 }),
      makeBackup({ id: '20261103T030000Z-aaaa', status: 'DELETED', fileSize: 99 }),
    ]
    expect(computeStatistics(backups, now)).toEqual({
      total: 4,
      byStatus: { PENDING: 0, IN_PROGRESS: 0, COMPLETED: 2, FAILED: 1, DELETED: 1 },
      storedBytes: 15,
      successRate: 2 / 3,
      lastCompletedAt: '2026-11-22T03:10:00.000Z',
      lastCompletedId: '20261122T030012Z-k7q2',
      lastCompletedAgeMs: 8 * 3_600_000 + 50 * 60_000,
    })
  })

  test('of nothing has neither a rate nor a last backup', () => {
    expect(computeStatistics([], now)).toEqual({
      total: 0,
      byStatus: { PENDING: 0, IN_PROGRESS: 0, COMPLETED: 0, FAILED: 0, DELETED: 0 },
      storedBytes: 0,
    })
  })

  test('never gives a negative age, and dates a backup without end by its start', () => {
    const { completedAt: _, ...ahead } = makeBackup({ createdAt: '2026-11-22T13:00:00.000Z' })
    expect(computeStatistics([ahead], now)).toMatchObject({
      lastCompletedAt: '2026-11-22T13:00:00.000Z',
      lastCompletedAgeMs: 0,
    })
  })
})

describe('listBackups', () => {
  test('pages through all entries, newest first', () => {
    const pages = [1, 2, 3].map((page) => listBackups(nights, { page, perPage: 10 }))
    expect(pages.flatMap(({ backups }) => backups)).toEqual(nights.toReversed())
    expect(pages[2]).toMatchObject({ page: 3, perPage: 10, pages: 3, matching: 25 })
  })

  test('gives an empty page beyond the end, with the number of pages', () => {
    expect(listBackups(nights, { page: 9, perPage: 10 })).toMatchObject({ backups: [], pages: 3 })
    expect(listBackups([], { page: 1, perPage: 20 })).toMatchObject({ pages: 1, matching: 0 })
  })

  test('filters by type and status, and hides DELETED unless asked for', () => {
    const deleted = makeBackup({ status: 'DELETED' })
    const failed = makeBackup({ id: '20261101T030000Z-aaaa', status: 'FAILED', type: 'WEEKLY' })
    const query = { page: 1, perPage: 20 }
    const backups = [deleted, failed]
    expect(listBackups(backups, query).backups).toEqual([failed])
    expect(listBackups(backups, { ...query, all: true }).matching).toBe(2)
    expect(listBackups(backups, { ...query, status: 'DELETED' }).backups).toEqual([deleted])
    expect(listBackups(backups, { ...query, status: 'COMPLETED' }).matching).toBe(0)
    expect(listBackups(backups, { ...query, type: 'WEEKLY' }).backups).toEqual([failed])
    expect(listBackups(backups, { ...query, type: 'DAILY' }).matching).toBe(0)
  })

  test.each([
    { page: 0, perPage: 20 },
    { page: 1.5, perPage: 20 },
    { page: Number.NaN, perPage: 20 },
    { page: 1, perPage: 0 },
    { page: 1, perPage: 1001 },
  ])('refuses %j', (query) => {
    expect(() => listBackups([], query)).toThrow(/^Cannot list backups: /)
  })
})
