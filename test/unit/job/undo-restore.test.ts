import { describe, expect, test } from 'vitest'
import { isFailure } from '../../../action/domain/failure.ts'
import { type UndoRequest, undoRestore } from '../../../action/job/undo-restore.ts'
import { createFakeWorld, type FakeWorld } from '../../support/fakes/fake-world.ts'
import { unreachable } from '../../support/fakes/watch-port.ts'

const id = '20261121T030012Z-aaaa'
const kept = 'shop__pre_20261121t030012z_aaaa'
const undone = 'shop__undone_20261121t030012z_aaaa'
const request: UndoRequest = { id, confirm: 'shop', dryRun: false, actor: 'ada' }
const restored = { 'public.orders': 3 }
const before = { 'public.old': 1 }

function createUndoWorld(): FakeWorld {
  const world = createFakeWorld()
  world.targetState.databases.set('shop', restored)
  world.targetState.databases.set(kept, before)
  return world
}

function run(world: FakeWorld, changes: Partial<UndoRequest> = {}) {
  return undoRestore(world.ports, { ...request, ...changes }, new AbortController().signal)
}

describe('undoRestore', () => {
  test('brings the kept database back and keeps what the restore had made', async () => {
    const world = createUndoWorld()
    const result = await run(world)
    expect(result).toMatchObject({ ok: true, reasonCode: 'completed' })
    expect(Object.fromEntries(world.targetState.databases)).toEqual({
      shop: before,
      [undone]: restored,
    })
    expect(world.catalogState.audits).toMatchObject([{ action: 'undo', outcome: 'restored' }])
    expect(world.catalogState.leases.size).toBe(0)
    expect(world.targetState.isLocked).toBe(false)
  })

  test('a dry run changes nothing', async () => {
    const world = createUndoWorld()
    const result = await run(world, { dryRun: true })
    expect(result).toMatchObject({ ok: true, reasonCode: 'dry_run', dryRun: true })
    expect(world.calls.names.filter((name) => /swap|lock|Lease|change/.test(name))).toEqual([])
  })

  test('wants the name of the target', async () => {
    const world = createUndoWorld()
    const error = await run(world, { confirm: 'other' }).catch((thrown: unknown) => thrown)
    expect(isFailure(error, 'confirmation_mismatch')).toBe(true)
    expect(world.calls.names).toEqual([])
  })

  test('fails and says so where no database was kept', async () => {
    const world = createFakeWorld()
    const result = await run(world)
    expect(result).toMatchObject({
      ok: false,
      stage: 'plan',
      reasonCode: 'target_unfit',
      message: `Cannot undo the restore: there is no database "${kept}", expected the one that the restore of ${id} kept`,
      hint: expect.stringContaining('safety backup'),
    })
    expect(Object.fromEntries(world.targetState.databases)).toEqual({ shop: before })
    expect(world.catalogState.audits).toMatchObject([{ action: 'undo' }])
  })

  test('fails and says so where an earlier undo took the name', async () => {
    const world = createUndoWorld()
    world.targetState.databases.set(undone, restored)
    const result = await run(world)
    expect(result).toMatchObject({
      ok: false,
      message: `Cannot undo the restore: there is a database "${undone}" already, expected a free name`,
    })
    expect(world.targetState.databases.get('shop')).toBe(restored)
  })

  test('a dry run promises nothing that the exchange would refuse', async () => {
    const result = await run(createFakeWorld(), { dryRun: true })
    expect(result).toMatchObject({ ok: false, reasonCode: 'target_unfit' })
  })

  test('a failing call at any port leaves both as before or exchanged', async () => {
    const probe = createUndoWorld()
    await run(probe)
    for (const [place, name] of probe.calls.names.entries()) {
      const world = createUndoWorld()
      world.calls.onCall = (_called, at, moment) => {
        if (at === place && moment === 'before') throw unreachable()
      }
      const result = await run(world)
      const rows = world.targetState.databases.get('shop')
      expect(result.ok, name).toBe(rows === before)
      expect([before, restored], name).toContain(rows)
      expect(world.targetState.databases.size, name).toBe(2)
    }
  })
})
