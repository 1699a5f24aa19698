import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Streams } from '../../../action/job/ports.ts'
import { createStreams } from '../../../action/stream/create-streams.ts'
import { dumpText } from './dump-text.ts'

let directory = ''
let streams: Streams

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'streams-'))
  streams = createStreams({ temporaryDirectory: directory, cores: 2 })
})

afterEach(async () => {
  await streams.close()
  await rm(directory, { recursive: true, force: true })
})

async function* inPieces(bytes: Uint8Array, sizeBytes = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += sizeBytes) {
    yield bytes.subarray(at, at + sizeBytes)
  }
}

async function gather(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) {
    parts.push(chunk)
  }
  return Buffer.concat(parts)
}

const dump = Buffer.from(dumpText)
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describe('createStreams', { timeout: 30_000 }, () => {
  it('compress gives one gzip member, its totals and the rows of a plain dump', async () => {
    const stream = streams.compress(inPieces(dump), { level: 9, format: 'plain' })
    expect(() => stream.totals()).toThrow()
    const stored = await gather(stream.chunks)
    expect(gunzipSync(stored)).toEqual(dump)
    expect(stream.totals()).toEqual({
      rawSize: dump.length,
      storedSize: stored.length,
      checksum: sha256(stored),
      tables: { "S.x.t;'$$": 1, 'public.My "Table': 3, 'public.empty_one': 0, 'public.p1': 2 },
    })
    expect(stream.progress()).toEqual({ rawBytes: dump.length, storedBytes: stored.length })
  })

  it('compress counts no rows of a custom dump', async () => {
    const stream = streams.compress(inPieces(dump), { level: 1, format: 'custom' })
    await gather(stream.chunks)
    expect(stream.totals().tables).toBeUndefined()
  })

  it('inspect finds in stored bytes what compress said of them', async () => {
    const stream = streams.compress(inPieces(dump), { level: 6, format: 'plain' })
    const stored = await gather(stream.chunks)
    expect(await streams.inspect(inPieces(stored, 7), 'plain')).toMatchObject({
      ...stream.totals(),
      isWhole: true,
      metaCommands: [],
      largeObjects: true,
    })
  })

  it('inspect asks of a custom dump that it begins as one', async () => {
    const magic = gzipSync(Buffer.from('PGDMP and so on'))
    const other = gzipSync(Buffer.from('PGDM'))
    expect(await streams.inspect(inPieces(magic, 3), 'custom')).toMatchObject({ isWhole: true })
    expect(await streams.inspect(inPieces(other), 'custom')).toMatchObject({ isWhole: false })
  })

  const whole = gzipSync(dump)
  const flipped = Buffer.from(whole)
  flipped[200] = (flipped[200] ?? 0) ^ 4
  const wrongCrc = Buffer.from(whole)
  wrongCrc[whole.length - 8] = (wrongCrc[whole.length - 8] ?? 0) ^ 1

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['text', dump],
    ['half a header', whole.subarray(0, 5)],
    ['a header', whole.subarray(0, 10)],
    ['half a member', whole.subarray(0, whole.length / 2)],
    ['a member without its last byte', whole.subarray(0, -1)],
    ['a member without its trailer', whole.subarray(0, -8)],
    ['a member with a flipped bit', flipped],
    ['a member with another CRC-32', wrongCrc],
    ['zeros after the member', Buffer.concat([whole, Buffer.alloc(4)])],
    ['garbage after the member', Buffer.concat([whole, dump])],
    ['two members', Buffer.concat([whole, whole])],
    ['much garbage after the member', Buffer.concat([whole, Buffer.alloc(5_000_000, 7)])],
  ])('inspect and spool refuse %s as corrupt and leave no file', async (_name, bytes) => {
    const refusal = { code: 'backup_corrupt', stage: 'check' }
    await expect(streams.inspect(inPieces(bytes, 65536), 'plain')).rejects.toMatchObject(refusal)
    await expect(streams.spool(inPieces(bytes, 65536), 'plain')).rejects.toMatchObject(refusal)
    expect(await readdir(directory)).toEqual([])
  })

  it('spool keeps the stored bytes in a private file that close removes', async () => {
    const { file, inspection } = await streams.spool(inPieces(whole), 'plain')
    expect(await readFile(file.path)).toEqual(whole)
    expect(file.size).toBe(whole.length)
    expect((await stat(file.path)).mode & 0o777).toBe(0o600)
    expect(inspection).toMatchObject({ isWhole: true, checksum: sha256(whole) })
    expect(await gather(streams.expand(file))).toEqual(dump)
    expect(await gather(streams.expand(file))).toEqual(dump)
    await streams.close()
    await streams.close()
    expect(await readdir(directory)).toEqual([])
  })

  it('expand refuses a file that was changed meanwhile', async () => {
    const { file } = await streams.spool(inPieces(whole), 'plain')
    await writeFile(file.path, flipped)
    await expect(gather(streams.expand(file))).rejects.toMatchObject({ code: 'backup_corrupt' })
    expect(await readdir(directory)).toHaveLength(1)
  })

  it('passes on what the source throws', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield whole.subarray(0, 100)
      throw new Error('the network is gone')
    }
    const stream = streams.compress(broken(), { level: 9, format: 'plain' })
    await expect(gather(stream.chunks)).rejects.toThrow('the network is gone')
    await expect(streams.inspect(broken(), 'plain')).rejects.toThrow('the network is gone')
    await expect(streams.spool(broken(), 'plain')).rejects.toThrow('the network is gone')
    expect(await readdir(directory)).toEqual([])
  })

  it('stops at once where the signal fires while the source is silent', async () => {
    const stop = new AbortController()
    const { promise: asked, resolve: onAsked } = Promise.withResolvers<void>()
    async function* silent(): AsyncGenerator<Uint8Array> {
      yield whole.subarray(0, 100)
      onAsked()
      await new Promise(() => {})
    }
    const reason = new Error('enough')
    const { signal } = stop
    const compressing = gather(
      streams.compress(silent(), { level: 9, format: 'plain', signal }).chunks,
    )
    const spooling = streams.spool(silent(), 'plain', signal)
    const ends = Promise.allSettled([compressing, spooling])
    await asked
    stop.abort(reason)
    expect(await ends).toEqual([
      { status: 'rejected', reason },
      { status: 'rejected', reason },
    ])
    expect(await readdir(directory)).toEqual([])
  })

  it('tells the source to stop where the reader leaves half-way', async () => {
    let isStopped = false
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          yield dump
        }
      } finally {
        isStopped = true
      }
    }
    for await (const chunk of streams.compress(endless(), { level: 1, format: 'plain' }).chunks) {
      if (chunk.length > 10) {
        break
      }
    }
    expect(isStopped).toBe(true)
  })

  it('close ends the threads of a stream that is still being read', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        yield Buffer.alloc(300_000, 'some row\n')
      }
    }
    const { chunks } = streams.compress(endless(), { level: 9, format: 'plain' })
    const reader = chunks[Symbol.asyncIterator]()
    for (let taken = 0; taken < 5; taken++) {
      await reader.next()
    }
    await streams.close()
    const rest = (async () => {
      for (;;) {
        await reader.next()
      }
    })()
    await expect(rest).rejects.toMatchObject({ code: 'cancelled', stage: 'compress' })
  })

  it('freeBytes tells the room on the disk', async () => {
    expect(await streams.freeBytes()).toBeGreaterThan(0)
  })
})
