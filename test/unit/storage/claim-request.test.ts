import { describe, expect, it } from 'vitest'
import { claimRequest, type RequestClaim } from '../../../action/storage/claim-request.ts'
import type { Purpose } from '../../../action/storage/object-store.ts'
import { createMemoryWorld, type MemoryWorld, unreachable } from './memory-world.ts'

const purpose: Purpose = { stage: 'gate', doing: 'claim the request' }
const key = 'shop/audit/requests/rq7-41-0-0123456789ab.json'

function claim(runId: string, attempt = 1): RequestClaim {
  return {
    version: 1,
    at: '2026-11-22T03:00:12.123Z',
    action: 'restore',
    outcome: 'accepted',
    actor: 'octocat',
    backupIds: [],
    runUrl: `https://github.example/acme/shop/actions/runs/${runId}`,
    requestId: 'rq7-41-0-0123456789ab',
    run: { id: runId, attempt },
  }
}

const claimBy = (world: MemoryWorld, runId: string, attempt?: number) =>
  claimRequest(world, claim(runId, attempt), 'account', purpose)
const claimForWorkflows = (world: MemoryWorld, runId: string) =>
  claimRequest(world, claim(runId), 'workflows', purpose)

describe('claimRequest', () => {
  it('gives a request to the first run, for ever, and says which it was', async () => {
    const world = createMemoryWorld()
    expect(await claimBy(world, '5001')).toEqual({ kind: 'claimed' })
    expect(JSON.parse(world.store.text(key))).toEqual(claim('5001'))
    expect(await claimBy(world, '5002')).toEqual({
      kind: 'taken',
      runUrl: 'https://github.example/acme/shop/actions/runs/5001',
    })
    expect(JSON.parse(world.store.text(key))).toEqual(claim('5001'))
  })

  it('gives it again to the same run, whatever its attempt', async () => {
    const world = createMemoryWorld()
    await claimBy(world, '5001')
    expect(await claimBy(world, '5001', 2)).toEqual({ kind: 'claimed' })
    expect(JSON.parse(world.store.text(key))).toEqual(claim('5001'))
  })

  it('gives it to one of many at the same moment', async () => {
    const world = createMemoryWorld()
    const runs = Array.from({ length: 20 }, (_, index) => claimBy(world, String(6_000 + index)))
    const kinds = (await Promise.all(runs)).map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind === 'claimed')).toHaveLength(1)
  })

  it.each(['unknown', 'conflict'] as const)(
    'knows its own claim where the answer to it was lost (%s)',
    async (answer) => {
      const world = createMemoryWorld()
      world.store.meddle = ({ operation, key: asked }) =>
        operation === 'putIf' && asked === key ? { butAnswer: answer } : undefined
      expect(await claimBy(world, '5001')).toEqual({ kind: 'claimed' })
    },
  )

  it('counts what cannot be read there as the claim of somebody', async () => {
    const world = createMemoryWorld()
    world.store.set(key, 'nonsense')
    expect(await claimBy(world, '5001')).toEqual({ kind: 'taken', runUrl: undefined })
  })

  it('fails, and claims nothing, where the bucket does not answer', async () => {
    const world = createMemoryWorld()
    world.store.meddle = ({ operation, key: asked }) => {
      if (operation === 'get' && asked === key) throw unreachable()
      return undefined
    }
    await expect(claimBy(world, '5001')).rejects.toMatchObject({ code: 'bucket_unreachable' })
    expect(world.store.objects.has(key)).toBe(false)
  })

  it('tells runs apart one after the other where the bucket knows no conditions', async () => {
    const world = createMemoryWorld({ conditions: 'refused' })
    expect(await claimBy(world, '5001')).toEqual({ kind: 'claimed' })
    expect((await claimBy(world, '5002')).kind).toBe('taken')
  })

  it('gives one to one run of all workflows, and to none where an account of its own has it', async () => {
    const world = createMemoryWorld()
    expect(await claimForWorkflows(world, '5001')).toEqual({ kind: 'claimed' })
    expect(await claimForWorkflows(world, '5001')).toEqual({ kind: 'claimed' })
    expect((await claimForWorkflows(world, '5002')).kind).toBe('taken')
    const taken = createMemoryWorld()
    await claimBy(taken, '6001')
    expect(await claimForWorkflows(taken, '5001')).toEqual({
      kind: 'taken',
      runUrl: 'https://github.example/acme/shop/actions/runs/6001',
    })
  })

  it('is not kept from an account of its own by what a workflow has claimed', async () => {
    const world = createMemoryWorld()
    await claimForWorkflows(world, '5001')
    expect(await claimBy(world, '6001')).toEqual({ kind: 'claimed' })
    expect((await claimBy(world, '6002')).kind).toBe('taken')
    expect((await claimForWorkflows(world, '5001')).kind).toBe('taken')
  })

  it('claims nothing for workflows where it cannot be seen whether an account has it', async () => {
    const world = createMemoryWorld()
    world.store.meddle = ({ operation, key: asked }) => {
      if (operation === 'get' && asked === key) throw unreachable()
      return undefined
    }
    await expect(claimForWorkflows(world, '5001')).rejects.toMatchObject({
      code: 'bucket_unreachable',
    })
  })
})
