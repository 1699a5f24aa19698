import { describe, expect, test } from 'vitest'
import { entryOf } from '../../../action/domain/entry-of-record.ts'
import type { DoctorCheck } from '../../../action/domain/result.ts'
import { diagnose } from '../../../action/job/diagnose.ts'
import { examineBackups } from '../../../action/job/examine-backups.ts'
import { examineDatabase } from '../../../action/job/examine-database.ts'
import { createFakeWorld } from '../../support/fakes/fake-world.ts'
import { unreachable } from '../../support/fakes/watch-port.ts'
import { makeBackup } from '../../support/make-backup.ts'
import { createAgedWorld, newestId, retention } from './aged-world.ts'

function check(state: DoctorCheck['state'], name = 'a check'): DoctorCheck {
  return { name, state, text: 'text' }
}

function statesOf(checks: readonly DoctorCheck[]) {
  return Object.fromEntries(checks.map(({ name, state }) => [name, state]))
}

describe('diagnose', () => {
  const { ports } = createFakeWorld()

  test.each([
    [['ok'], true, 'No check of 1 failed'],
    [['ok', 'unknown'], true, 'No check of 2 failed, 1 could not be found out'],
    [['failed', 'unknown', 'skipped'], false, '1 of 3 checks failed'],
  ] as const)('%j ends with ok: %s', async (states, ok, message) => {
    const checks = states.map((state) => check(state))
    const result = await diagnose(ports, [{ name: 'all', run: async () => checks }])
    expect(result).toMatchObject({ ok, message, checks })
    expect(result.reasonCode).toBe(ok ? 'completed' : 'doctor_failed')
    expect(result.hint).toBe(ok ? undefined : 'a check: text')
  })

  test('goes on after an examination that fails, which is a failed check, redacted', async () => {
    const result = await diagnose(ports, [
      {
        name: 'the bucket',
        run: async () => {
          throw unreachable('hush')
        },
      },
      { name: 'the rest', run: async () => [check('ok', 'the rest')] },
    ])
    expect(statesOf(result.checks)).toEqual({ 'the bucket': 'failed', 'the rest': 'ok' })
    expect(result.checks[0]?.text).toContain('***')
  })

  test('lets a defect through', async () => {
    const run = async () => {
      throw new TypeError('a defect')
    }
    await expect(diagnose(ports, [{ name: 'x', run }])).rejects.toThrow('a defect')
  })
})

describe('examineBackups', () => {
  const examine = (
    dependencies: Omit<Parameters<typeof examineBackups>[0], 'keepsManifest'>,
    keepsManifest = true,
  ) => examineBackups({ ...dependencies, keepsManifest: async () => keepsManifest }, retention)

  test('finds no fault in a bucket that cannot keep a manifest', async () => {
    const world = await createAgedWorld()
    world.catalogState.manifest = undefined
    expect(statesOf(await examine(world.ports, false))['manifest']).toBe('ok')
  })

  test('finds a prefix well whose last success is recent', async () => {
    const world = await createAgedWorld()
    const checks = await examine(world.ports)
    expect(statesOf(checks)).toEqual({ manifest: 'ok', 'last success': 'ok', retention: 'ok' })
    expect(world.calls.names.filter((name) => /change|write|remove/.test(name))).toEqual([])
  })

  test('finds nothing wrong before the first backup, and no success', async () => {
    const checks = await examine(createFakeWorld().ports)
    expect(statesOf(checks)).toMatchObject({ manifest: 'ok', 'last success': 'unknown' })
  })

  test('finds a night that was missed', async () => {
    const world = await createAgedWorld()
    world.clock.advance(3 * 3_600_000)
    const checks = await examine(world.ports)
    expect(statesOf(checks)['last success']).toBe('failed')
  })

  test('finds entries without record, records without entry, and a manifest that is gone', async () => {
    const lost = await createAgedWorld()
    lost.catalogState.records.delete(newestId)
    expect(statesOf(await examine(lost.ports))['manifest']).toBe('failed')
    const unlisted = await createAgedWorld()
    unlisted.addEntry(makeBackup({ ...entryOf(unlisted.newest), status: 'FAILED' }))
    const [found] = await examine(unlisted.ports)
    expect(found?.text).toContain(`1 record without a COMPLETED entry (${newestId})`)
    expect(found?.advice).toContain('npm run backup:delete -- <id>')
    expect(found).toMatchObject({ state: 'failed', advice: expect.stringContaining('repair') })
    const gone = await createAgedWorld()
    gone.catalogState.manifest = undefined
    expect(statesOf(await examine(gone.ports))['manifest']).toBe('failed')
  })
})

describe('examineDatabase', () => {
  test('finds connection, privileges and programs well', async () => {
    const { ports } = createFakeWorld()
    const checks = await examineDatabase(() => ports.source)
    expect(new Set(checks.map(({ state }) => state))).toEqual(new Set(['ok']))
    expect(checks.map(({ name }) => name)).toEqual([
      'connection',
      'privileges',
      'pg_dump',
      'psql',
      'pg_restore',
    ])
  })

  test('skips what needs a connection where there is none', async () => {
    const checks = await examineDatabase(() => {
      throw unreachable()
    })
    expect(checks.map(({ state }) => state)).toEqual(['failed', 'skipped', 'skipped'])
  })

  test.each([
    ['source.findObstacles', 'privileges', ['failed']],
    ['source.prepareClient', 'pg_dump', ['failed']],
  ])('finds a failing %s', async (method, name, states) => {
    const world = createFakeWorld()
    world.calls.onCall = (called) => {
      if (called === method) throw unreachable()
    }
    const checks = await examineDatabase(() => world.ports.source)
    expect(checks.filter((found) => found.name === name).map(({ state }) => state)).toEqual(states)
    expect(checks[0]?.state).toBe('ok')
  })

  test('tells every obstacle', async () => {
    const world = createFakeWorld()
    world.sourceState.obstacles = ['table a cannot be read', 'row security on b']
    const checks = await examineDatabase(() => world.ports.source)
    expect(checks[1]).toMatchObject({ name: 'privileges', state: 'failed' })
    expect(checks[1]?.text).toBe('table a cannot be read; row security on b')
  })
})
