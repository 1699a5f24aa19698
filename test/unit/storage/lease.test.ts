import { describe, expect, it } from 'vitest'
import { createCatalog } from '../../../action/storage/create-catalog.ts'
import { createManualClock, settle } from './manual-clock.ts'
import { createMemoryWorld, type MemoryWorld, unreachable } from './memory-world.ts'

const key = 'shop/lease/restore.json'

function open(rules: Parameters<typeof createMemoryWorld>[0] = {}) {
  const clock = createManualClock()
  const world = createMemoryWorld(rules, clock)
  return { clock, world, catalog: createCatalog(world) }
}

interface Seen {
  readonly holder: string
  readonly generation: number
  readonly expiresAt: string
  readonly nonce: string
}

function lease(world: MemoryWorld): Seen {
  return JSON.parse(world.store.text(key)) as Seen
}

describe('catalog.acquireLease', () => {
  it('holds a lease that others cannot take', async () => {
    const { world, catalog } = open()
    const held = await catalog.acquireLease('restore', 'run 1')
    expect(lease(world)).toMatchObject({
      holder: 'run 1',
      generation: 1,
      expiresAt: '2026-11-22T03:00:30.000Z',
    })
    await expect(catalog.acquireLease('restore', 'run 2')).rejects.toMatchObject({
      code: 'lease_held',
      message: expect.stringContaining('run 1') as unknown,
    })
    await held.release()
  })

  it('renews until it is released, and then others may have it', async () => {
    const { clock, world, catalog } = open()
    const first = await catalog.acquireLease('restore', 'run 1')
    await clock.advance(95_000)
    expect(first.lost.aborted).toBe(false)
    expect(lease(world)).toMatchObject({ generation: 1, expiresAt: '2026-11-22T03:02:00.000Z' })
    await first.release()
    await first.release()
    expect(clock.sleeping).toBe(0)
    const second = await catalog.acquireLease('restore', 'run 2')
    expect(lease(world)).toMatchObject({ holder: 'run 2', generation: 2 })
    await second.release()
  })

  it('takes over from a holder that died, and tells one that had only slept', async () => {
    const { clock, world, catalog } = open()
    const first = await catalog.acquireLease('restore', 'run 1')
    const alive = world.store.meddle
    world.store.meddle = ({ operation }) =>
      operation === 'putIf' || operation === 'get' ? { fail: unreachable() } : undefined
    await clock.advance(31_000)
    expect(first.lost.aborted).toBe(true)
    expect(first.lost.reason).toMatchObject({ code: 'lease_held', stage: 'lease' })
    world.store.meddle = alive
    const second = await catalog.acquireLease('restore', 'run 2')
    expect(lease(world)).toMatchObject({ holder: 'run 2', generation: 2 })
    await first.release()
    expect(lease(world)).toMatchObject({ holder: 'run 2' })
    await second.release()
  })

  it('survives renewals whose answers are lost', async () => {
    const { clock, world, catalog } = open()
    const held = await catalog.acquireLease('restore', 'run 1')
    world.store.meddle = ({ operation, nth }) =>
      operation !== 'putIf'
        ? undefined
        : nth % 2 === 0
          ? { butAnswer: 'unknown' }
          : { instead: 'unknown' }
    await clock.advance(120_000)
    expect(held.lost.aborted).toBe(false)
    await held.release()
  })

  it('is lost at once where another one has it', async () => {
    const { clock, world, catalog } = open()
    const held = await catalog.acquireLease('restore', 'run 1')
    world.store.set(key, JSON.stringify({ ...lease(world), nonce: 'theirs' }))
    await clock.advance(12_000)
    expect(held.lost.aborted).toBe(true)
    await held.release()
    expect(lease(world)).toMatchObject({ nonce: 'theirs' })
  })

  it('acquires where the answer to it was lost', async () => {
    const { clock, world, catalog } = open()
    let isFirst = true
    world.store.meddle = ({ operation, key: name }) => {
      if (operation !== 'putIf' || name !== key || !isFirst) return undefined
      isFirst = false
      return { butAnswer: 'unknown' }
    }
    const acquiring = catalog.acquireLease('restore', 'run 1')
    await settle()
    await clock.advance(1_000)
    await (await acquiring).release()
  })

  it('lets exactly one of eight have it', async () => {
    const { clock, catalog } = open()
    const attempts = Array.from({ length: 8 }, (_, index) =>
      catalog.acquireLease('restore', `run ${index}`),
    )
    const settled = Promise.allSettled(attempts)
    await clock.advance(20_000)
    const winners = (await settled).filter(({ status }) => status === 'fulfilled')
    expect(winners).toHaveLength(1)
    for (const winner of winners) if (winner.status === 'fulfilled') await winner.value.release()
  })

  it('removes its object where the provider deletes under a condition', async () => {
    const { world, catalog } = open({ removesConditionally: true })
    await (await catalog.acquireLease('restore', 'run 1')).release()
    expect(world.store.objects.size).toBe(0)
  })

  it('makes a key of any name', async () => {
    const { world, catalog } = open()
    await (await catalog.acquireLease('../manifest.json', 'run 1')).release()
    expect([...world.store.objects.keys()]).toEqual([
      expect.stringMatching(/^shop\/lease\/[0-9a-f]{32}\.json$/),
    ])
  })

  it.each(['refused', 'ignored'] as const)(
    'goes on with a warning where conditions are %s',
    async (conditions) => {
      const { world, catalog } = open({ conditions })
      const held = await catalog.acquireLease('restore', 'run 1')
      expect(held.lost.aborted).toBe(false)
      expect(world.warnings.join()).toContain('cannot hold leases')
      await held.release()
    },
  )
})
