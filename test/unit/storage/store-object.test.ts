import { describe, expect, it } from 'vitest'
import { Failure } from '../../../action/domain/failure.ts'
import { createVault } from '../../../action/storage/create-vault.ts'
import { createManualClock, settle } from './manual-clock.ts'
import { createMemoryWorld, type MemoryWorld, someId, unreachable } from './memory-world.ts'

const key = `shop/backups/${someId}/shop.sql.gz`
const place = { bucket: 'bucket', host: 'host', region: 'auto' }
const request = { key, metadata: { nonce: 'nonce-1' }, partSize: 10 }

async function* chunks(...sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let value = 0
  for (const size of sizes) {
    yield Uint8Array.from({ length: size }, () => value++ % 251)
  }
}

function counting(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => index % 251)
}

function open(rules: Parameters<typeof createMemoryWorld>[0] = {}) {
  const world = createMemoryWorld(rules)
  return { world, vault: createVault(world, place) }
}

function parts(world: MemoryWorld): number {
  return world.store.calls.filter(({ operation }) => operation === 'putPart').length
}

function isClean(world: MemoryWorld): boolean {
  return world.store.uploads.size === 0
}

describe('vault.store', () => {
  it.each([
    [[25], 3],
    [[10], 1],
    [[3, 3, 3, 3, 3, 3, 3], 3],
    [[20], 2],
    [[1], 1],
    [[], 1],
    [[0, 5, 0, 15, 0], 2],
  ])('stores chunks of %j as equal parts, %i of them', async (sizes, count) => {
    const { world, vault } = open()
    const size = sizes.reduce((sum, one) => sum + one, 0)
    const sent: number[] = []
    const { putPart } = world.store
    world.store.putPart = (upload, number, bytes, purpose) => {
      sent[number - 1] = bytes.length
      return putPart(upload, number, bytes, purpose)
    }
    expect(await vault.store(request, chunks(...sizes))).toEqual({ size })
    expect(parts(world)).toBe(count)
    for (const length of sent.slice(0, -1)) expect(length).toBe(request.partSize)
    expect(Buffer.from(world.store.objects.get(key)?.bytes ?? []).equals(counting(size))).toBe(true)
    expect(world.store.objects.get(key)?.metadata).toEqual({ nonce: 'nonce-1' })
    expect(isClean(world)).toBe(true)
  })

  it('tells the upload before the first part is sent', async () => {
    const { world, vault } = open()
    let seen: string | undefined
    await vault.store(
      {
        ...request,
        onStarted: (uploadId) => {
          seen = uploadId
          expect(parts(world)).toBe(0)
        },
      },
      chunks(5),
    )
    expect(seen).toBe('upload-1')
  })

  it('keeps at most two parts in flight and takes no more than three from the source', async () => {
    const { world, vault } = open()
    let flying = 0
    let flyingMost = 0
    const answers: (() => void)[] = []
    world.store.putPart = async (_upload, number) => {
      flying += 1
      flyingMost = Math.max(flyingMost, flying)
      await new Promise<void>((resolve) => answers.push(resolve))
      flying -= 1
      return { number, etag: `"part-${number}"` }
    }
    let taken = 0
    async function* source() {
      for (let count = 0; count < 12; count += 1) {
        taken += 5
        yield new Uint8Array(5)
      }
    }
    // The store in memory holds none of these bytes, so HEAD rightly disagrees.
    const storing = expect(vault.store(request, source())).rejects.toMatchObject({
      code: 'upload_failed',
    })
    await settle()
    expect(taken).toBe(30)
    while (answers.length > 0) {
      answers.shift()?.()
      await settle()
      expect(taken).toBeLessThanOrEqual(60)
    }
    await storing
    expect(flyingMost).toBe(2)
  })

  it('fills no more than three buffers, whatever the size', async () => {
    const { world, vault } = open()
    const buffers = new Set<ArrayBufferLike>()
    const { putPart } = world.store
    world.store.putPart = async (upload, number, bytes, purpose) => {
      buffers.add(bytes.buffer)
      await settle()
      return await putPart(upload, number, bytes, purpose)
    }
    await vault.store(request, chunks(...Array.from({ length: 40 }, () => 7)))
    expect(buffers.size).toBeLessThanOrEqual(3)
  })

  it('rethrows what the source threw, and leaves neither object nor upload', async () => {
    const { world, vault } = open()
    const error = new Failure({ code: 'dump_failed', stage: 'dump', message: 'Cannot dump' })
    async function* source() {
      yield* chunks(25)
      throw error
    }
    await expect(vault.store(request, source())).rejects.toBe(error)
    expect(world.store.objects.size).toBe(0)
    expect(isClean(world)).toBe(true)
  })

  it('rethrows what onStarted threw, and aborts', async () => {
    const { world, vault } = open()
    const onStarted = () => Promise.reject(unreachable())
    await expect(vault.store({ ...request, onStarted }, chunks(5))).rejects.toMatchObject({
      code: 'bucket_unreachable',
    })
    expect(isClean(world)).toBe(true)
    expect(parts(world)).toBe(0)
  })

  it('stops the source where a part fails for good', async () => {
    const { world, vault } = open()
    world.store.meddle = ({ operation, nth }) =>
      operation === 'putPart' && nth === 2 ? { fail: unreachable() } : undefined
    let isStopped = false
    async function* source() {
      try {
        while (true) {
          yield new Uint8Array(5)
          await settle()
        }
      } finally {
        isStopped = true
      }
    }
    await expect(vault.store(request, source())).rejects.toMatchObject({
      code: 'bucket_unreachable',
    })
    expect(isStopped).toBe(true)
    expect(isClean(world)).toBe(true)
    expect(world.store.objects.size).toBe(0)
  })

  it('ends with the reason of the signal, even where the source hangs', async () => {
    const clock = createManualClock()
    const world = createMemoryWorld({}, clock)
    const vault = createVault(world, place)
    const abort = new AbortController()
    async function* source() {
      yield new Uint8Array(25)
      await new Promise(() => {})
    }
    const storing = vault.store({ ...request, signal: abort.signal }, source())
    const outcome = expect(storing).rejects.toThrow('stopped')
    await settle()
    abort.abort(new Error('stopped'))
    await clock.advance(5_000)
    await outcome
    expect(isClean(world)).toBe(true)
  })

  it('aborts once more after the first abort, for parts that arrived late', async () => {
    const { world, vault } = open()
    async function* source() {
      yield* chunks(25)
      throw new Error('no more')
    }
    await expect(vault.store(request, source())).rejects.toThrow('no more')
    const aborts = world.store.calls.filter(({ operation }) => operation === 'abortUpload')
    expect(aborts).toHaveLength(2)
  })

  it('warns where the upload could not be aborted, and still tells what went wrong', async () => {
    const { world, vault } = open()
    world.store.meddle = ({ operation }) =>
      operation === 'abortUpload' ? { fail: unreachable() } : undefined
    async function* source() {
      yield* chunks(25)
      throw new Error('no more')
    }
    await expect(vault.store(request, source())).rejects.toThrow('no more')
    expect(world.warnings.join()).toContain('could not be aborted')
  })

  it.each(['unknown', 'missing', 'condition_failed', 'conflict'] as const)(
    'asks HEAD where completing answered "%s" but had happened',
    async (kind) => {
      const { world, vault } = open()
      world.store.meddle = ({ operation }) =>
        operation === 'completeUpload' ? { butAnswer: kind } : undefined
      expect(await vault.store(request, chunks(25))).toEqual({ size: 25 })
    },
  )

  it('completes again where nothing had happened', async () => {
    const { world, vault } = open()
    world.store.meddle = ({ operation, nth }) =>
      operation === 'completeUpload' && nth < 4 ? { instead: 'unknown' } : undefined
    expect(await vault.store(request, chunks(25))).toEqual({ size: 25 })
  })

  it('fails and aborts where it cannot be completed', async () => {
    const { world, vault } = open()
    world.store.meddle = ({ operation }) =>
      operation === 'completeUpload' ? { instead: 'unknown' } : undefined
    await expect(vault.store(request, chunks(25))).rejects.toMatchObject({ code: 'upload_failed' })
    expect(isClean(world)).toBe(true)
    expect(world.store.objects.size).toBe(0)
  })

  it.each(['honoured', 'refused', 'ignored'] as const)(
    'never writes over another object where conditions are %s',
    async (conditions) => {
      const { world, vault } = open({ conditions })
      world.store.set(key, 'theirs', { nonce: 'nonce-0' })
      await expect(vault.store(request, chunks(25))).rejects.toMatchObject({
        code: 'upload_failed',
      })
      expect(world.store.text(key)).toBe('theirs')
      expect(isClean(world)).toBe(true)
    },
  )

  it.each(['refused', 'ignored'] as const)('stores where conditions are %s', async (conditions) => {
    const { vault } = open({ conditions })
    expect(await vault.store(request, chunks(25))).toEqual({ size: 25 })
  })

  it('fails where HEAD says another size', async () => {
    const { world, vault } = open()
    const { head } = world.store
    world.store.head = async (name, purpose) => {
      const facts = await head(name, purpose)
      return facts === undefined ? undefined : { ...facts, size: facts.size - 1 }
    }
    await expect(vault.store(request, chunks(25))).rejects.toThrow('holds 24 bytes, expected 25')
  })
})
