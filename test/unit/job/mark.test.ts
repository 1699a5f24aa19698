import { describe, expect, test } from 'vitest'
import { type MarkRequest, mark } from '../../../action/job/mark.ts'
import { createFakeWorld } from '../../support/fakes/fake-world.ts'
import { makeBackup } from '../../support/make-backup.ts'

const anomaly = { reasons: ['has 1 row where the 9 before it have 900 rows at the median'] }
const older = makeBackup({ id: '20261120T030012Z-aaaa', createdAt: '2026-11-20T03:00:12.000Z' })
const flagged = makeBackup({
  id: '20261121T030012Z-bbbb',
  createdAt: '2026-11-21T03:00:12.000Z',
  anomaly,
})
const newest = makeBackup({ anomaly })
const request: MarkRequest = { command: 'pin', wanted: older.id, actor: 'ada' }
const now = '2026-11-22T09:00:00.000Z'

function createWorld() {
  const world = createFakeWorld({ now })
  for (const backup of [older, flagged, newest]) world.addEntry(backup)
  return world
}

describe('mark', () => {
  test('pins, says who and when, and audits it', async () => {
    const world = createWorld()
    const result = await mark(world.ports, request)
    expect(result).toMatchObject({ ok: true, reasonCode: 'completed', changedIds: [older.id] })
    expect(world.entry(older.id)?.pinned).toEqual({ at: now, by: 'ada' })
    expect(world.catalogState.audits).toMatchObject([
      { action: 'pin', outcome: 'completed', actor: 'ada', backupIds: [older.id] },
    ])
  })

  test('unpins, and leaves everything else of the entry', async () => {
    const world = createWorld()
    await mark(world.ports, request)
    const result = await mark(world.ports, { ...request, command: 'unpin' })
    expect(result.backup).toEqual(older)
    expect(world.entry(older.id)).toEqual(older)
  })

  test('changes nothing twice', async () => {
    const world = createWorld()
    await mark(world.ports, request)
    world.clock.advance(1_000)
    const again = await mark(world.ports, { ...request, actor: 'grace' })
    expect(again).toMatchObject({ ok: true, reasonCode: 'nothing_to_do', changedIds: [] })
    expect(world.entry(older.id)?.pinned?.by).toBe('ada')
    expect(world.catalogState.written).toHaveLength(1)
  })

  test('accepts the one that is meant, and the flagged ones of its database before it', async () => {
    const world = createWorld()
    const foreign = { ...flagged, id: '20261119T030012Z-cccc', database: 'crm' }
    world.addEntry(foreign)
    const result = await mark(world.ports, { ...request, command: 'accept', wanted: 'latest' })
    expect(result.changedIds).toEqual([flagged.id, newest.id])
    expect(result.message).toContain('and 1 flagged backup before it')
    expect(world.entry(newest.id)).toMatchObject({ anomaly, accepted: { by: 'ada' } })
    expect(world.entry(older.id)).toEqual(older)
    expect(world.entry(foreign.id)).toEqual(foreign)
  })

  test('accepts none that is newer than the one that is meant', async () => {
    const world = createWorld()
    await mark(world.ports, { ...request, command: 'accept', wanted: flagged.id })
    expect(world.entry(newest.id)?.accepted).toBeUndefined()
  })

  test.each([
    ['an id that nobody knows', '20261120T030012Z-zzzz', 'backup_unknown'],
    ['a backup that failed', '20261118T030012Z-dddd', 'backup_not_completed'],
  ])('refuses %s', async (_, wanted, code) => {
    const world = createWorld()
    world.addEntry(makeBackup({ id: '20261118T030012Z-dddd', status: 'FAILED' }))
    await expect(mark(world.ports, { ...request, wanted })).rejects.toMatchObject({ code })
    expect(world.catalogState.written).toEqual([])
  })

  test.each(['stale', 'unsupported'] as const)('fails where the index ends %s', async (index) => {
    const world = createWorld()
    world.catalogState.index = () => index
    if (index === 'unsupported') await world.addBackup({ id: older.id })
    await expect(mark(world.ports, request)).rejects.toMatchObject({ code: 'manifest_unwritable' })
    expect(world.catalogState.audits).toEqual([])
  })
})
