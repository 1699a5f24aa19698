import { describe, expect, test } from 'vitest'
import { type VerifyRequest, verify } from '../../../action/job/verify.ts'
import { createFakeWorld, type FakeWorld } from '../../support/fakes/fake-world.ts'
import { unreachable } from '../../support/fakes/watch-port.ts'

const id = '20261121T030012Z-aaaa'
const rows = { 'public.orders': 3, 'public.items': 4 }
const bytes: VerifyRequest = { wanted: id, level: 'bytes', actor: 'ada' }
const drill: VerifyRequest = { ...bytes, level: 'restore' }

async function createVerifyWorld(): Promise<FakeWorld> {
  const world = createFakeWorld()
  await world.addBackup({ id, createdAt: '2026-11-21T03:00:12.000Z' }, rows)
  return world
}

/** At level `bytes` no target is given, as the composition does it. */
function run(world: FakeWorld, request: VerifyRequest, signal?: AbortSignal) {
  const { target, ...rest } = world.ports
  return verify(request.level === 'restore' ? { ...rest, target } : rest, request, signal)
}

function spoil(world: FakeWorld): void {
  for (const [key, held] of world.vaultState.objects) {
    const bent = Uint8Array.from(held.bytes)
    bent[12] = (bent[12] ?? 0) ^ 1
    world.vaultState.objects.set(key, { ...held, bytes: bent })
  }
}

describe.each([bytes, drill])('verify at level $level', (request) => {
  test('verified: counts, marks and audits', async () => {
    const world = await createVerifyWorld()
    const result = await run(world, request)
    expect(result).toMatchObject({ ok: true, reasonCode: 'verified', outcome: 'verified' })
    expect(result).toMatchObject({ rows: 7, tables: 2 })
    const entry = world.entry(id)
    expect(entry?.verification).toMatchObject({ level: request.level, outcome: 'verified' })
    expect(entry?.verifiedAt).toBe(entry?.verification?.at)
    expect(result.backup).toEqual(entry)
    expect(world.catalogState.audits).toMatchObject([{ action: 'verify', outcome: 'verified' }])
  })

  test('failed: marks the entry as one that is not good, with the reason', async () => {
    const world = await createVerifyWorld()
    spoil(world)
    const result = await run(world, request)
    expect(result).toMatchObject({
      ok: false,
      reasonCode: 'verification_failed',
      outcome: 'failed',
      stage: 'check',
    })
    expect(world.entry(id)?.verification).toMatchObject({ outcome: 'failed' })
    expect(world.entry(id)?.verification?.reason).toBe(result.message)
    expect(world.entry(id)).not.toHaveProperty('verifiedAt')
    expect(world.catalogState.audits).toMatchObject([{ action: 'verify', outcome: 'failed' }])
  })

  test('marks a backup whose bytes are gone, which no later try would find', async () => {
    const world = await createVerifyWorld()
    world.vaultState.objects.clear()
    const result = await run(world, request)
    expect(result).toMatchObject({ ok: false, outcome: 'failed' })
    expect(world.entry(id)?.verification).toMatchObject({ outcome: 'failed' })
  })

  test('could not verify: says nothing of the backup and marks nothing', async () => {
    const world = await createVerifyWorld()
    const before = world.entry(id)
    world.calls.onCall = (name) => {
      if (name === 'vault.read') throw unreachable()
    }
    const result = await run(world, request)
    expect(result).toMatchObject({
      ok: false,
      reasonCode: 'verification_impossible',
      outcome: 'could_not_verify',
    })
    expect(world.entry(id)).toEqual(before)
    expect(world.catalogState.audits).toEqual([])
  })

  test.each([false, true])(
    'its outcome stands where the index cannot be marked (bad: %s)',
    async (isBad) => {
      const world = await createVerifyWorld()
      if (isBad) spoil(world)
      world.calls.onCall = (name) => {
        if (name === 'catalog.change') throw unreachable()
      }
      const result = await run(world, request)
      expect(result.outcome).toBe(isBad ? 'failed' : 'verified')
      expect(result.warnings.join()).toContain('could not be marked')
    },
  )

  test.each(['stale', 'unsupported'] as const)('warns where the index ends %s', async (index) => {
    const world = await createVerifyWorld()
    world.catalogState.index = () => index
    const result = await run(world, request)
    expect(result.outcome).toBe('verified')
    expect(result.warnings).toHaveLength(1)
  })
})

describe('verify', () => {
  test('keeps the date of the last good check when a later one fails', async () => {
    const world = await createVerifyWorld()
    await run(world, bytes)
    const { verifiedAt } = world.entry(id) ?? {}
    spoil(world)
    world.clock.advance(60_000)
    await run(world, bytes)
    expect(world.entry(id)).toMatchObject({ verifiedAt, verification: { outcome: 'failed' } })
  })

  test('refuses what has no readable record, before anything is read', async () => {
    const world = await createVerifyWorld()
    world.catalogState.records.set(id, 'corrupt')
    await expect(run(world, bytes)).rejects.toMatchObject({ code: 'record_disagrees' })
    expect(world.calls.names).not.toContain('vault.read')
  })
})

describe('the drill', () => {
  test('restores into a scratch database, which is dropped, and touches nothing else', async () => {
    const world = await createVerifyWorld()
    await run(world, drill)
    expect([...world.targetState.databases]).toEqual([['shop', { 'public.old': 1 }]])
    expect(world.targetState.isLocked).toBe(false)
    expect(world.calls.names).not.toContain('target.swap')
    expect(world.calls.names).not.toContain('target.rename')
  })

  test('does not say that rows were compared where the record has no count', async () => {
    const world = await createVerifyWorld()
    const record = world.catalogState.records.get(id)
    if (record === undefined || record === 'corrupt') throw new Error('no record')
    const { tables: _, ...uncounted } = record
    world.catalogState.records.set(id, uncounted)
    const result = await run(world, drill)
    expect(result).toMatchObject({ ok: true, outcome: 'verified' })
    expect(result).not.toHaveProperty('rows')
    expect(result).not.toHaveProperty('tables')
  })

  test.each([
    [
      'rows that differ',
      (world: FakeWorld) => {
        world.targetState.bend = () => ({ 'public.orders': 2 })
      },
      {},
    ],
    [
      'a question that is answered with no',
      (world: FakeWorld) => {
        world.targetState.answer = false
      },
      { sql: 'SELECT false' },
    ],
  ] as const)('fails by %s and drops the scratch database', async (_name, prepare, changes) => {
    const world = await createVerifyWorld()
    prepare(world)
    const result = await run(world, { ...drill, ...changes })
    expect(result).toMatchObject({ outcome: 'failed', reasonCode: 'verification_failed' })
    expect([...world.targetState.databases.keys()]).toEqual(['shop'])
  })

  test.each([
    'target.describe',
    'target.lock',
    'target.createScratch',
    'target.load',
    'target.countRows',
  ])('cannot verify where %s fails, and leaves no scratch database', async (method) => {
    const world = await createVerifyWorld()
    world.calls.onCall = (name) => {
      if (name === method) throw unreachable()
    }
    const result = await run(world, drill)
    expect(result.outcome).toBe('could_not_verify')
    expect([...world.targetState.databases.keys()]).toEqual(['shop'])
    expect(world.targetState.isLocked).toBe(false)
  })

  test('cannot verify where the lock is lost', async () => {
    const world = await createVerifyWorld()
    world.calls.onCall = (name) => {
      if (name === 'target.load') world.targetState.loseLock()
    }
    expect((await run(world, drill)).outcome).toBe('could_not_verify')
  })
})
