import { describe, expect, test } from 'vitest'
import { check } from '../../../action/job/check.ts'
import { createFakeWorld } from '../../support/fakes/fake-world.ts'
import { makeBackup } from '../../support/make-backup.ts'

const limits = { maxAgeMs: 26 * 3_600_000 }

/** At 09:00, with one backup of that instant. */
function createWorld(createdAt?: string) {
  const world = createFakeWorld({ now: '2026-11-22T09:00:00.000Z' })
  if (createdAt !== undefined) world.addEntry(makeBackup({ createdAt }))
  return world
}

describe('check', () => {
  test('is content with a fresh backup, and writes nothing', async () => {
    const world = createWorld('2026-11-22T03:00:12.000Z')
    const result = await check(world.ports, { limits })
    expect(result).toMatchObject({ ok: true, reasonCode: 'completed', warnings: [] })
    expect(result.message).toBe('The backups of "shop" are fresh')
    expect(world.calls.names).toEqual(['catalog.read'])
  })

  test('fails where the newest is too old, and says what to do', async () => {
    const world = createWorld('2026-11-20T03:00:12.000Z')
    const result = await check(world.ports, { limits })
    expect(result).toMatchObject({ ok: false, reasonCode: 'backup_stale' })
    expect(result.message).toBe(
      'Cannot call the backups of "shop" fresh: the newest COMPLETED backup (20261122T030012Z-k7q2) is of 2 days ago, expected one of the last 26 hours',
    )
    expect(result.hint).toContain('GitHub drops schedules')
  })

  test('fails where there is no backup at all', async () => {
    const result = await check(createWorld().ports, { limits })
    expect(result).toMatchObject({ ok: false, reasonCode: 'backup_stale', databases: [] })
  })

  test('tells a missing proof from a missing backup', async () => {
    const proof = { ...limits, maxVerifiedAgeMs: 86_400_000 }
    const fresh = await check(createWorld('2026-11-22T03:00:12.000Z').ports, { limits: proof })
    expect(fresh.reasonCode).toBe('verification_stale')
    expect(fresh.message).toContain('there is no verified backup, expected one of the last 1 day')
    const old = await check(createWorld('2026-11-20T03:00:12.000Z').ports, { limits: proof })
    expect(old.reasonCode).toBe('backup_stale')
  })

  test('warns of a flagged backup that nobody has accepted', async () => {
    const world = createWorld()
    world.addEntry(makeBackup({ anomaly: { reasons: ['has 1 row'] } }))
    const result = await check(world.ports, { limits, database: 'shop' })
    expect(result.ok).toBe(true)
    expect(result.warnings).toEqual([expect.stringContaining('is flagged and not accepted')])
  })
})
