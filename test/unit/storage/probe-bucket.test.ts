import { describe, expect, it } from 'vitest'
import { Failure } from '../../../action/domain/failure.ts'
import { probeBucket } from '../../../action/storage/probe-bucket.ts'
import type { ProbeFinding } from '../../../action/storage/probe-finding.ts'
import { createMemoryWorld, unreachable } from './memory-world.ts'

function states(findings: readonly ProbeFinding[]): Record<string, string> {
  return Object.fromEntries(
    findings.map(({ name, state }) => [name.replace('bucket: ', ''), state]),
  )
}

const sound = {
  reachable: 'ok',
  list: 'ok',
  write: 'ok',
  read: 'ok',
  delete: 'ok',
  'conditional writes': 'ok',
  'multipart upload': 'ok',
  clock: 'unknown',
  'unfinished uploads': 'ok',
}

describe('probeBucket', () => {
  it('finds a sound bucket sound, and leaves it as it was', async () => {
    const world = createMemoryWorld()
    expect(states(await probeBucket(world, 'quick'))).toEqual(sound)
    expect(world.store.objects.size + world.store.uploads.size).toBe(0)
  })

  it('races eight writers at full level', async () => {
    const world = createMemoryWorld()
    expect(states(await probeBucket(world, 'full'))).toEqual({ ...sound, race: 'ok' })
    expect(world.store.objects.size + world.store.uploads.size).toBe(0)
  })

  it('finds conditions that are ignored', async () => {
    const world = createMemoryWorld({ conditions: 'ignored' })
    expect(states(await probeBucket(world, 'full'))).toMatchObject({
      'conditional writes': 'failed',
      race: 'failed',
    })
  })

  it('finds conditions that are refused, with which one can live', async () => {
    const world = createMemoryWorld({ conditions: 'refused' })
    const findings = await probeBucket(world, 'full')
    expect(states(findings)).toMatchObject({ 'conditional writes': 'ok', race: 'unknown' })
    expect(findings.find(({ name }) => name.endsWith('writes'))?.advice).toContain('concurrency')
  })

  it('tries nothing on a bucket that cannot be reached', async () => {
    const world = createMemoryWorld()
    world.store.meddle = ({ operation }) =>
      operation === 'list' ? { fail: unreachable() } : undefined
    const found = states(await probeBucket(world, 'quick'))
    expect(found['reachable']).toBe('failed')
    expect(new Set(Object.values(found).slice(1))).toEqual(new Set(['unknown']))
    expect(Object.keys(found)).toEqual(Object.keys(sound))
    expect(world.store.calls.map(({ operation }) => operation)).toEqual(['list'])
  })

  it('tells a listing that is denied from a bucket that cannot be reached', async () => {
    const world = createMemoryWorld()
    const denied = new Failure({
      code: 'bucket_access_denied',
      stage: 'check',
      message: 'Cannot list',
    })
    world.store.meddle = ({ operation }) => (operation === 'list' ? { fail: denied } : undefined)
    expect(states(await probeBucket(world, 'quick'))).toEqual({ ...sound, list: 'failed' })
  })

  it('finds a bucket from which nothing may be deleted', async () => {
    const world = createMemoryWorld({ locks: () => true })
    expect(states(await probeBucket(world, 'quick'))).toEqual({ ...sound, delete: 'failed' })
    expect(world.warnings.join()).toContain('may not be deleted')
  })

  it.each([
    [{ kind: 'never' }, 'unknown'],
    [{ kind: 'unknown' }, 'unknown'],
    [{ kind: 'days', days: 3 }, 'ok'],
  ] as const)('judges uploads that expire as %j', async (expiry, state) => {
    const findings = await probeBucket(createMemoryWorld({ expiry }), 'quick')
    expect(states(findings)['unfinished uploads']).toBe(state)
  })

  it.each([
    [0, 'ok'],
    [-299_000, 'ok'],
    [600_000, 'failed'],
    [-600_000, 'failed'],
  ])('judges a clock that is off by %i ms', async (offsetMs, state) => {
    const world = createMemoryWorld()
    const now = world.clock.now()
    world.serverClock.learn(new Date(now.getTime() + offsetMs).toUTCString(), now)
    expect(states(await probeBucket(world, 'quick'))['clock']).toBe(state)
  })
})
