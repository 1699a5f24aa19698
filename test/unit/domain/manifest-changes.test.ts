import { describe, expect, test } from 'vitest'
import { isStale } from '../../../action/domain/is-stale.ts'
import { latestCompleted } from '../../../action/domain/latest-completed.ts'
import { findBackup, putBackup, updateBackup } from '../../../action/domain/manifest-changes.ts'
import { sortNewestFirst } from '../../../action/domain/newest-first.ts'
import { makeBackup, makeManifest } from '../../support/make-backup.ts'

const first = makeBackup({ id: '20261120T030000Z-aaaa', createdAt: '2026-11-20T03:00:00.000Z' })
const second = makeBackup({ id: '20261121T030000Z-bbbb', createdAt: '2026-11-21T03:00:00.000Z' })
const now = new Date('2026-11-22T12:00:00.000Z')

describe('changes of a manifest', () => {
  test('putBackup adds an entry at the end', () => {
    expect(putBackup(makeManifest([first]), second)).toEqual(makeManifest([first, second]))
  })

  test('putBackup replaces an entry in its place, and keeps unknown keys', () => {
    const manifest = { ...makeManifest([first, second]), later: true }
    const changed = { ...first, status: 'FAILED' as const }
    expect(putBackup(manifest, changed)).toEqual({ ...manifest, backups: [changed, second] })
    expect(manifest.backups).toEqual([first, second])
  })

  test('updateBackup changes one entry, and nothing for an unknown id', () => {
    const manifest = makeManifest([first, second])
    const changed = updateBackup(manifest, second.id, (backup) => ({ ...backup, fileSize: 5 }))
    expect(findBackup(changed, second.id)?.fileSize).toBe(5)
    expect(findBackup(changed, first.id)).toBe(first)
    expect(updateBackup(manifest, 'unknown', () => first)).toBe(manifest)
  })
})

describe('latestCompleted', () => {
  test('is the newest COMPLETED that the filter admits', () => {
    const other = makeBackup({ ...second, id: '20261122T030000Z-cccc', database: 'other' })
    const weekly = { ...first, type: 'WEEKLY' as const }
    const failed = makeBackup({ id: '20261123T030000Z-dddd', status: 'FAILED' })
    const backups = [weekly, other, second, failed]
    expect(latestCompleted(backups, { database: 'shop' })).toBe(second)
    expect(latestCompleted(backups, { type: 'WEEKLY' })).toBe(weekly)
    expect(latestCompleted(backups, { type: 'MONTHLY' })).toBeUndefined()
    expect(latestCompleted(backups)).toBe(other)
  })

  test('prefers the later start to the later end', () => {
    const long = { ...first, completedAt: '2026-11-21T09:00:00.000Z' }
    expect(latestCompleted([long, second])).toBe(second)
  })
})

describe('sortNewestFirst', () => {
  test('sorts equal instants by id and unreadable ones last', () => {
    const twin = { ...second, id: '20261121T030000Z-cccc' }
    const unreadable = { ...first, id: '20261119T030000Z-aaaa', createdAt: 'soon' }
    const sorted = [twin, second, first, unreadable]
    expect(sortNewestFirst([unreadable, second, first, twin])).toEqual(sorted)
    expect(sortNewestFirst([twin, first, unreadable, second])).toEqual(sorted)
    expect(sortNewestFirst([first, first])).toEqual([first, first])
  })
})

describe('isStale', () => {
  const running = makeBackup({ status: 'IN_PROGRESS', createdAt: '2026-11-22T03:00:00.000Z' })

  test.each([
    ['at its limit', { staleAfter: '2026-11-22T12:00:00.000Z' }, false],
    ['a millisecond past its limit', { staleAfter: '2026-11-22T11:59:59.999Z' }, true],
    ['a day old without limit', { startedAt: '2026-11-21T12:00:00.000Z' }, false],
    ['older without limit', { startedAt: '2026-11-21T11:59:59.999Z' }, true],
    ['of an unreadable start', { startedAt: 'soon' }, false],
  ])('of one %s', (_, changes, expected) => {
    expect(isStale({ ...running, ...changes }, now)).toBe(expected)
    expect(isStale({ ...running, ...changes, status: 'PENDING' }, now)).toBe(expected)
    expect(isStale({ ...running, ...changes, status: 'COMPLETED' }, now)).toBe(false)
  })
})
