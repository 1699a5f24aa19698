import { execFileSync, spawnSync } from 'node:child_process'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { compress } from '../../../action/stream/compress.ts'
import { createDeflatePool } from '../../../action/stream/deflate-pool.ts'
import { noise } from './random-bytes.ts'
import { realisticDump } from './realistic-dump.ts'

const blockSize = 256 * 1024
const options = { level: 9, format: 'plain' } as const

async function* inPieces(bytes: Uint8Array, sizeBytes = 65_536): AsyncGenerator<Uint8Array> {
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

async function zipped(
  raw: Uint8Array,
  level = 9,
  threads = 2,
  sizeBytes = 65_536,
): Promise<Buffer> {
  const source = inPieces(raw, sizeBytes)
  return await gather(compress(source, { level, format: 'custom' }, threads).chunks)
}

function hasProgram(name: string): boolean {
  return spawnSync(name, ['--version']).status === 0
}

describe('compress', { timeout: 60_000 }, () => {
  it.each([
    0,
    1,
    2,
    100,
    blockSize - 1,
    blockSize,
    blockSize + 1,
    2 * blockSize,
    3 * blockSize,
    3 * blockSize + 1,
    9 * blockSize - 3,
  ])('makes of %i bytes one member that every program reads', async (size) => {
    const text = realisticDump(4000).subarray(0, size)
    for (const raw of [text, noise(text.length), Buffer.alloc(text.length)]) {
      const stored = await zipped(raw)
      expect(Buffer.compare(gunzipSync(stored), raw)).toBe(0)
      execFileSync('gzip', ['-t'], { input: stored })
    }
  })

  it('adds next to nothing to what cannot be compressed', async () => {
    const raw = noise(5 * blockSize)
    const theirs = execFileSync('gzip', ['-9'], { input: raw, maxBuffer: 2 ** 28 }).length
    expect((await zipped(raw)).length).toBeLessThanOrEqual(theirs)
  })

  it('gives the same bytes whatever the threads and chunks', async () => {
    const raw = realisticDump(4000)
    const stored = await zipped(raw)
    for (const [threads, sizeBytes] of [
      [1, 65_536],
      [3, 1000],
      [2, 5_000_000],
    ] as const) {
      expect(Buffer.compare(await zipped(raw, 9, threads, sizeBytes), stored)).toBe(0)
    }
  })

  it('is never larger than GNU gzip of the same level on a realistic dump', {
    timeout: 60_000,
  }, async () => {
    const raw = realisticDump(8000)
    for (let level = 1; level <= 9; level++) {
      const theirs = execFileSync('gzip', [`-${level}`], { input: raw, maxBuffer: 2 ** 28 }).length
      const ours = (await zipped(raw, level)).length
      expect({ level, ratio: ours / theirs <= 1 ? 'fine' : ours / theirs }).toEqual({
        level,
        ratio: 'fine',
      })
    }
  })

  it('makes of more than 100 MB a member that gzip, pigz and node read', {
    timeout: 120_000,
  }, async () => {
    const piece = realisticDump(10_000)
    async function* source(): AsyncGenerator<Uint8Array> {
      for (let sent = 0; sent < 105e6; sent += piece.length) {
        yield piece
      }
    }
    const stream = compress(source(), { level: 1, format: 'plain' }, 2)
    const stored = await gather(stream.chunks)
    const { rawSize, tables } = stream.totals()
    const copies = rawSize / piece.length
    expect(tables?.['public.orders']).toBe(10_000 * copies)
    const node = gunzipSync(stored)
    expect(node.length).toBe(rawSize)
    expect(Buffer.compare(node.subarray(-piece.length), piece)).toBe(0)
    const settings = { input: stored, maxBuffer: 2 ** 28 }
    for (const program of ['gzip', 'pigz'].filter(hasProgram)) {
      expect(Buffer.compare(execFileSync(program, ['-dc'], settings), node)).toBe(0)
    }
  })

  it('fails where a thread crashes', async () => {
    for (const program of ['throw new Error("no memory")', 'process.exit(3)']) {
      let isStopped = false
      async function* source(): AsyncGenerator<Uint8Array> {
        try {
          for (;;) {
            yield noise(100_000)
          }
        } finally {
          isStopped = true
        }
      }
      const stream = compress(source(), options, 2, (memory, threads) =>
        createDeflatePool(memory, threads, program),
      )
      await expect(gather(stream.chunks)).rejects.toMatchObject({
        code: 'unexpected',
        stage: 'compress',
      })
      expect(isStopped).toBe(true)
    }
  })

  it('stops at once where the signal fires while threads hang', async () => {
    const stop = new AbortController()
    const reason = new Error('enough')
    const stream = compress(
      inPieces(noise(20 * blockSize)),
      { ...options, signal: stop.signal },
      2,
      (memory, threads) => {
        setImmediate(() => stop.abort(reason))
        return createDeflatePool(memory, threads, 'for (;;);')
      },
    )
    await expect(gather(stream.chunks)).rejects.toBe(reason)
  })

  it('reads no more than it has room for while nobody takes its output', async () => {
    let blocks = 0
    async function* source(): AsyncGenerator<Uint8Array> {
      for (; blocks < 1000; blocks++) {
        yield noise(blockSize, blocks)
      }
    }
    const { chunks } = compress(source(), { ...options, level: 1 }, 2)
    const reader = chunks[Symbol.asyncIterator]()
    for (let taken = 0; taken < 20; taken++) {
      await reader.next()
      // Two threads with two blocks each, one being filled, one being read, one in hand.
      expect(blocks).toBeLessThanOrEqual(taken + 7)
    }
    await reader.return?.()
    expect(blocks).toBeLessThan(30)
  })

  it('does not keep the process alive when it is left half-way', () => {
    const url = new URL('../../../action/stream/create-streams.ts', import.meta.url).href
    const script = `
      const { createStreams } = await import(${JSON.stringify(url)})
      async function* source() { for (;;) yield Buffer.alloc(300000, 'some row\\n') }
      const streams = createStreams({ temporaryDirectory: '/nowhere', cores: 2 })
      const { chunks } = streams.compress(source(), { level: 9, format: 'plain' })
      const reader = chunks[Symbol.asyncIterator]()
      for (let n = 0; n < 9; n++) await reader.next()
      console.log('left')
    `
    const settings = { encoding: 'utf8', timeout: 20_000 } as const
    expect(execFileSync(process.execPath, ['--input-type=module', '-e', script], settings)).toBe(
      'left\n',
    )
  })
})
