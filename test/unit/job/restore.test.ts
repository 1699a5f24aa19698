import { describe, expect, test } from 'vitest'
import type { BackupResult, RestorePlan } from '../../../action/domain/result.ts'
import { backUp } from '../../../action/job/back-up.ts'
import type { RestoreRequest } from '../../../action/job/plan-restore.ts'
import { restore } from '../../../action/job/restore.ts'
import { changingMethods } from '../../support/fakes/fake-target.ts'
import { createFakeWorld, type FakeWorld } from '../../support/fakes/fake-world.ts'
import { unreachable } from '../../support/fakes/watch-port.ts'
import { backUpRequest } from './back-up-request.ts'

const id = '20261121T030012Z-aaaa'
const keptName = 'shop__pre_20261121t030012z_aaaa'
const before = { 'public.old': 1 }
const after = { 'public.orders': 3 }

function restoreRequest(changes: Partial<RestoreRequest> = {}): RestoreRequest {
  return {
    wanted: id,
    mode: 'swap',
    confirm: 'shop',
    allowDifferentDatabase: false,
    delaySeconds: 10,
    safetyBackup: true,
    dryRun: false,
    jobs: 1,
    schemas: [],
    tables: [],
    noOwner: false,
    noPrivileges: false,
    host: 'db.test',
    isAsked: false,
    actor: 'ada',
    ...changes,
  }
}

async function createRestoreWorld(changes: Parameters<FakeWorld['addBackup']>[0] = { id }) {
  const world = createFakeWorld()
  await world.addBackup({ createdAt: '2026-11-21T03:00:12.000Z', ...changes }, after)
  return world
}

function run(
  world: FakeWorld,
  changes: Partial<RestoreRequest> = {},
  options: {
    readonly signal?: AbortSignal
    readonly agree?: (plan: RestorePlan) => Promise<boolean>
    readonly takeSafetyBackup?: (signal: AbortSignal) => Promise<BackupResult>
  } = {},
) {
  const safety = backUpRequest({ type: 'MANUAL', purpose: 'safety', overlap: 'allow' })
  const takeSafetyBackup = (signal: AbortSignal) => backUp(world.ports, safety, signal)
  const { agree } = options
  return restore(
    {
      ...world.ports,
      takeSafetyBackup: options.takeSafetyBackup ?? takeSafetyBackup,
      ...(agree !== undefined && { agree }),
    },
    restoreRequest(changes),
    options.signal ?? new AbortController().signal,
  )
}

function rowsOf(world: FakeWorld, name = 'shop') {
  return world.targetState.databases.get(name)
}

function changes(world: FakeWorld): string[] {
  return world.calls.names.filter((name) => changingMethods.has(name))
}

function scratches(world: FakeWorld): string[] {
  return [...world.targetState.databases.keys()].filter((name) => name.startsWith('scratch_'))
}

describe('restore by swap', () => {
  test('goes through its steps in order and keeps the old database', async () => {
    const world = await createRestoreWorld()
    const result = await run(world)
    expect(result).toMatchObject({ ok: true, reasonCode: 'completed', restoredTables: after })
    expect(result.steps.map(({ name }) => name)).toEqual([
      'plan',
      'delay',
      'download',
      'safety backup',
      'tidy',
      'restore',
      'carry over',
      'analyze',
      'exchange',
    ])
    expect(rowsOf(world)).toEqual(after)
    expect(rowsOf(world, keptName)).toEqual(before)
    expect(scratches(world)).toEqual([])
    expect(result.undo).toContain(`--undo=${id}`)
    expect(result.dropOld).toBe(`DROP DATABASE "${keptName}";`)
    expect(world.clock.slept).toContain(10_000)
    expect(world.entry(id)?.restores).toMatchObject([{ outcome: 'restored', target: 'shop' }])
    expect(world.catalogState.audits.at(-1)).toMatchObject({
      action: 'restore',
      outcome: 'restored',
      actor: 'ada',
      target: 'db.test/shop',
    })
  })

  test('changes nothing on the server before the bytes are proven and the target is safe', async () => {
    const world = await createRestoreWorld()
    world.targetState.dead.push({ name: 'scratch_dead', createdAt: new Date(0) })
    world.targetState.databases.set('scratch_dead', {})
    let isSafe = false
    world.calls.onCall = (name, _place, moment) => {
      if (moment === 'before' && changingMethods.has(name)) expect(isSafe).toBe(true)
      const completed = world.catalogState.manifest?.backups.filter(
        (backup) => backup.purpose === 'safety' && backup.status === 'COMPLETED',
      )
      isSafe = completed?.length === 1 && world.calls.names.includes('streams.spool')
    }
    const result = await run(world)
    expect(result.ok).toBe(true)
    expect(world.entry(result.safetyBackupId ?? '')).toMatchObject({ purpose: 'safety' })
    expect(changes(world)[0]).toBe('target.drop')
    expect(world.targetState.dead).toEqual([])
    expect(world.log.lines.join()).toContain('"scratch_dead"')
  })

  test('holds the lease and the lock while it works, and gives both back', async () => {
    const world = await createRestoreWorld()
    world.calls.onCall = (name) => {
      if (!changingMethods.has(name)) return
      expect(world.catalogState.leases.has('exclusive')).toBe(true)
      expect(world.targetState.isLocked).toBe(true)
    }
    await run(world)
    expect(world.catalogState.leases.size).toBe(0)
    expect(world.targetState.isLocked).toBe(false)
  })

  test.each([
    [{}, 'another run'],
    [{ mode: 'new-database', restoreDatabase: 'copy' }, 'another run'],
  ] as const)('refuses while %s: the lease is held', async (request, holder) => {
    const world = await createRestoreWorld()
    world.catalogState.leases.set('exclusive', holder)
    const result = await run(world, request)
    expect(result).toMatchObject({ ok: false, reasonCode: 'lease_held' })
    expect(changes(world)).toEqual([])
  })

  test('refuses while another restore has the lock, and gives the lease back', async () => {
    const world = await createRestoreWorld()
    world.targetState.isLocked = true
    const result = await run(world)
    expect(result).toMatchObject({ ok: false, reasonCode: 'lease_held' })
    expect(world.catalogState.leases.size).toBe(0)
    expect(changes(world)).toEqual([])
  })

  test.each([
    ['catalogState', 'loseLeases'],
    ['targetState', 'loseLock'],
  ] as const)('aborts when %s.%s', async (part, method) => {
    const world = await createRestoreWorld()
    world.calls.onCall = (name) => {
      if (name !== 'target.analyze') return
      if (part === 'catalogState') world.catalogState.loseLeases()
      else world.targetState.loseLock()
    }
    const result = await run(world)
    expect(result, method).toMatchObject({ ok: false, reasonCode: 'lease_held' })
    expect(rowsOf(world)).toEqual(before)
    expect(scratches(world)).toEqual([])
    expect(world.entry(id)?.restores).toMatchObject([{ outcome: 'failed' }])
  })

  test('a failing call at any port leaves the target as before or whole, and says which', async () => {
    const probe = await createRestoreWorld()
    await run(probe)
    expect(probe.calls.names.length).toBeGreaterThan(25)
    for (const moment of ['before', 'after'] as const) {
      for (const [place, name] of probe.calls.names.entries()) {
        const world = await createRestoreWorld()
        world.calls.onCall = (_name, at, when) => {
          if (at === place && when === moment) throw unreachable()
        }
        const label = `${name} ${place} ${moment}`
        const result = await run(world)
        expect([before, after], label).toContainEqual(rowsOf(world))
        const isRestored = JSON.stringify(rowsOf(world)) === JSON.stringify(after)
        // A swap whose answer is lost is resolved by the adapter; releases warn there as well.
        const isUnknown = ['target.swap', 'lease.release'].includes(name) && moment === 'after'
        if (!isUnknown) expect(result.ok, label).toBe(isRestored)
        if (isRestored) expect(rowsOf(world, keptName), label).toEqual(before)
        if (name !== 'target.drop') expect(scratches(world), label).toEqual([])
        const isLockLost = name === 'target.lock' && moment === 'after'
        expect(world.targetState.isLocked, label).toBe(isLockLost)
        expect(world.catalogState.leases.size, label).toBe(
          name === 'catalog.acquireLease' && moment === 'after' ? 1 : 0,
        )
      }
    }
  })

  test('cancelled at any call it leaves the target as before or whole', async () => {
    const probe = await createRestoreWorld()
    await run(probe)
    for (const [place, name] of probe.calls.names.entries()) {
      const world = await createRestoreWorld()
      const cancel = new AbortController()
      world.calls.onCall = (called, at, when) => {
        if (at !== place || when !== 'before') return
        cancel.abort(new Error('cancelled'))
        // What is noted after the exchange does not listen to the run's signal.
        if (!world.calls.names.includes('target.swap') || called === 'target.swap') {
          throw cancel.signal.reason
        }
      }
      const result = await run(world, {}, { signal: cancel.signal })
      expect([before, after], name).toContainEqual(rowsOf(world))
      expect(result.ok, name).toBe(
        rowsOf(world) !== undefined && 'public.orders' in (rowsOf(world) ?? {}),
      )
      if (!result.ok) expect(result.reasonCode, name).toBe('cancelled')
      expect(world.targetState.isLocked, name).toBe(false)
    }
  })
})

describe('what stops a restore before the target is touched', () => {
  test.each([
    ['another checksum', (world: FakeWorld) => bend(world, (bytes) => bytes.fill(0, 12, 14))],
    ['a byte less', (world: FakeWorld) => bend(world, (bytes) => bytes.subarray(0, -1))],
    ['other bytes of that size', (world: FakeWorld) => bend(world, (bytes) => bytes.fill(7))],
  ])('bytes with %s', async (_name, spoil) => {
    const world = await createRestoreWorld()
    spoil(world)
    const result = await run(world)
    expect(result).toMatchObject({ ok: false, reasonCode: 'backup_corrupt', stage: 'check' })
    expect(changes(world)).toEqual([])
    expect(world.sourceState.dumps).toBe(0)
  })

  test.each([
    ['fails', { ok: false, reasonCode: 'dump_failed' }],
    ['ends well without a backup', { ok: true, reasonCode: 'completed' }],
  ] as const)('a safety backup that %s', async (_name, ending) => {
    const world = await createRestoreWorld()
    const made: BackupResult = {
      version: 1,
      command: 'backup',
      message: 'It ended',
      warnings: [],
      ...ending,
    }
    const result = await run(world, {}, { takeSafetyBackup: async () => made })
    expect(result).toMatchObject({ ok: false, reasonCode: 'safety_backup_failed' })
    expect(changes(world)).toEqual([])
  })

  test.each([
    ['an unknown id', { wanted: '20261121T030012Z-zzzz' }, 'backup_unknown'],
    ['no confirmation', { confirm: 'another' }, 'confirmation_mismatch'],
  ] as const)('%s', async (_name, request, code) => {
    const world = await createRestoreWorld()
    const result = await run(world, request)
    expect(result).toMatchObject({ ok: false, reasonCode: code, stage: 'plan' })
    expect(world.calls.names).not.toContain('catalog.acquireLease')
  })

  test('everything that is against it, and what to do about each', async () => {
    const world = await createRestoreWorld()
    const taken = `shop__pre_${id.toLowerCase().replaceAll('-', '_')}`
    world.targetState.databases.set(taken, {})
    const result = await run(world, { confirm: 'another' })
    expect(result.message.split('\n')).toEqual([
      'Cannot restore: "confirm" is another name, expected the target\'s name "shop"',
      `Cannot restore: there is a database "${taken}" already, expected a free name`,
    ])
    expect(result.hint).toBe(
      'Set "confirm" to the name of the database that will be replaced. An earlier restore of this backup kept the database that it replaced: undo that restore, or drop what it kept.',
    )
  })

  test.each([
    ['missing', (world: FakeWorld) => world.catalogState.records.delete(id)],
    ['unreadable', (world: FakeWorld) => world.catalogState.records.set(id, 'corrupt')],
  ])('a record that is %s', async (_name, spoil) => {
    const world = await createRestoreWorld()
    spoil(world)
    expect((await run(world)).reasonCode).toBe('record_disagrees')
  })

  test('a record and an entry that disagree', async () => {
    const world = await createRestoreWorld()
    const entry = world.entry(id)
    if (entry !== undefined) world.addEntry({ ...entry, checksum: 'f'.repeat(64) })
    expect((await run(world)).reasonCode).toBe('record_disagrees')
  })

  test('a dry run tells the plan and does nothing', async () => {
    const world = await createRestoreWorld()
    const dry = await run(world, { dryRun: true, confirm: 'shop' })
    expect(dry).toMatchObject({ ok: true, reasonCode: 'dry_run', dryRun: true })
    expect(dry.message).toContain('will be replaced by backup')
    expect(changes(world)).toEqual([])
    expect(world.calls.names).not.toContain('catalog.acquireLease')
    expect(world.catalogState.written).toEqual([])
    const real = await run(world)
    expect(real.plan).toEqual(dry.plan)
  })

  test('a person who says no', async () => {
    const world = await createRestoreWorld()
    const result = await run(world, {}, { agree: async () => false })
    expect(result.reasonCode).toBe('nothing_to_do')
    expect(world.clock.slept).toEqual([])
  })

  test('a cancel within the delay', async () => {
    const world = await createRestoreWorld()
    const cancel = new AbortController()
    const agree = async () => {
      cancel.abort(new Error('cancelled'))
      return true
    }
    const result = await run(world, {}, { signal: cancel.signal, agree })
    expect(result).toMatchObject({ ok: false, reasonCode: 'cancelled' })
    expect(world.calls.names).not.toContain('catalog.acquireLease')
  })
})

describe('what a restore makes of its scratch database', () => {
  test('rows that are not those of the record: dropped, and the target as before', async () => {
    const world = await createRestoreWorld()
    world.targetState.bend = () => ({ 'public.orders': 2 })
    const result = await run(world)
    expect(result).toMatchObject({ ok: false, reasonCode: 'restore_incomplete' })
    expect(rowsOf(world)).toEqual(before)
    expect(scratches(world)).toEqual([])
  })

  test('a selection is not compared with the whole', async () => {
    const world = await createRestoreWorld()
    world.targetState.bend = () => ({ 'public.orders': 2 })
    expect((await run(world, { tables: ['orders'] })).ok).toBe(true)
  })

  test('a scratch that cannot be dropped is told and does not hide the cause', async () => {
    const world = await createRestoreWorld()
    world.calls.onCall = (name) => {
      if (name === 'target.load' || name === 'target.drop') throw unreachable(name)
    }
    const result = await run(world)
    expect(result.message).toContain('target.load')
    expect(world.log.warnings.join()).toContain('could not be dropped now')
  })

  test('complaints about sequences are warned about', async () => {
    const world = await createRestoreWorld()
    world.targetState.complaints = ['A sequence lags']
    expect((await run(world)).ok).toBe(true)
    expect(world.log.warnings).toContain('A sequence lags')
  })
})

describe('the other modes', () => {
  test('new-database makes one beside the target and leaves the target alone', async () => {
    const world = await createRestoreWorld()
    const result = await run(world, { mode: 'new-database', restoreDatabase: 'copy' })
    expect(result).toMatchObject({ ok: true, plan: { restoreInto: 'copy', safetyBackup: false } })
    expect(result).not.toHaveProperty('undo')
    expect(rowsOf(world)).toEqual(before)
    expect(rowsOf(world, 'copy')).toEqual(after)
    expect(world.sourceState.dumps).toBe(0)
    expect(world.clock.slept).toEqual([])
  })

  test('in-place loads into the target in one go', async () => {
    const world = await createRestoreWorld()
    const result = await run(world, { mode: 'in-place' })
    expect(result).toMatchObject({ ok: true, restoredTables: after })
    expect(result.steps.map(({ name }) => name)).toContain('restore in place')
    expect(rowsOf(world)).toEqual(after)
    expect(changes(world)).toEqual(['target.load'])
  })

  test('in-place says that the target is replaced where its rows cannot be counted', async () => {
    const world = await createRestoreWorld()
    world.calls.onCall = (name) => {
      if (name === 'target.countRows') throw unreachable()
    }
    const result = await run(world, { mode: 'in-place' })
    expect(result).toMatchObject({ ok: true, reasonCode: 'completed' })
    expect(world.log.warnings.join()).toContain('could not be counted')
    expect(world.entry(id)?.restores).toMatchObject([{ outcome: 'restored' }])
  })

  test('in-place tells rows that differ from the record', async () => {
    const world = await createRestoreWorld()
    world.targetState.bend = () => ({ 'public.orders': 2 })
    const result = await run(world, { mode: 'in-place' })
    expect(result).toMatchObject({ ok: false, reasonCode: 'restore_incomplete' })
    expect(result.hint).toContain('committed')
  })

  test('a custom archive comes back', async () => {
    const world = await createRestoreWorld({ id, format: 'custom' })
    expect((await run(world)).ok).toBe(true)
    expect(rowsOf(world)).toEqual(after)
  })

  test('a target that does not exist needs no safety backup and keeps nothing', async () => {
    const world = await createRestoreWorld()
    world.targetState.databases.delete('shop')
    const result = await run(world)
    expect(result).toMatchObject({ ok: true, plan: { safetyBackup: false } })
    expect(result.plan).not.toHaveProperty('keepAs')
    expect(rowsOf(world)).toEqual(after)
  })
})

describe('what is written about a restore', () => {
  test.each(['stale', 'unsupported'] as const)(
    'an index that ends %s does not make a restored target a failure',
    async (index) => {
      const world = await createRestoreWorld()
      world.catalogState.index = () => index
      const result = await run(world, { safetyBackup: false })
      expect(result.ok).toBe(true)
      expect(rowsOf(world)).toEqual(after)
    },
  )

  test('nor does an audit trail that hangs until its time is over', async () => {
    const world = await createRestoreWorld()
    world.calls.onCall = (name) => {
      if (name === 'catalog.writeAudit') throw unreachable()
    }
    const result = await run(world)
    expect(result.ok).toBe(true)
    expect(world.log.warnings.join()).toContain('audit object could not be written')
  })
})

function bend(world: FakeWorld, change: (bytes: Uint8Array) => Uint8Array): void {
  for (const [key, held] of world.vaultState.objects) {
    world.vaultState.objects.set(key, { ...held, bytes: change(Uint8Array.from(held.bytes)) })
  }
}
