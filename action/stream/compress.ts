import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { constants, crc32, deflateRaw } from 'node:zlib'
import type { CompressedStream, CompressOptions, StreamTotals } from '../job/ports.ts'
import { createDumpScanner } from './dump-scanner.ts'
import { gzipEnd, gzipHeader } from './gzip-frame.ts'
import { readSource } from './read-source.ts'

const blockSizeBytes = 256 * 1024
const windowSizeBytes = 32 * 1024
const deflate = promisify(deflateRaw)

/** One gzip member, made of blocks that are compressed at the same time. */
export function compress(
  source: AsyncIterable<Uint8Array>,
  options: CompressOptions,
  blocksInFlightMax: number,
): CompressedStream {
  const hash = createHash('sha256')
  const scanner = options.format === 'plain' ? createDumpScanner() : undefined
  let rawSize = 0
  let storedSize = 0
  let crc = 0
  let totals: StreamTotals | undefined

  async function* measured(): AsyncGenerator<Uint8Array> {
    for await (const chunk of readSource(source, options.signal)) {
      rawSize += chunk.length
      crc = crc32(chunk, crc)
      scanner?.push(chunk)
      yield chunk
    }
  }
  async function* chunks(): AsyncGenerator<Uint8Array> {
    const parts = member(measured(), options.level, blocksInFlightMax, () => gzipEnd(crc, rawSize))
    for await (const chunk of parts) {
      hash.update(chunk)
      storedSize += chunk.length
      yield chunk
    }
    totals = {
      rawSize,
      storedSize,
      checksum: hash.digest('hex'),
      ...(scanner === undefined ? {} : { tables: scanner.end().tables }),
    }
  }
  return {
    chunks: chunks(),
    progress: () => ({ rawBytes: rawSize, storedBytes: storedSize }),
    totals() {
      if (totals === undefined) {
        throw new Error('Totals were asked for before the stream had ended')
      }
      return totals
    },
  }
}

async function* member(
  raw: AsyncIterable<Uint8Array>,
  level: number,
  blocksInFlightMax: number,
  end: () => Uint8Array,
): AsyncGenerator<Uint8Array> {
  const inFlight: Promise<Uint8Array>[] = []
  let dictionary = Buffer.alloc(0)
  yield gzipHeader(level)
  for await (const block of blocks(raw)) {
    const settings = { level, finishFlush: constants.Z_SYNC_FLUSH }
    const work = deflate(block, dictionary.length === 0 ? settings : { ...settings, dictionary })
    work.catch(() => {
      // Awaited in its turn below.
    })
    inFlight.push(work)
    dictionary = block.subarray(Math.max(0, block.length - windowSizeBytes))
    while (inFlight.length >= blocksInFlightMax) {
      const done = await inFlight.shift()
      if (done !== undefined) {
        yield done
      }
    }
  }
  for (const work of inFlight) {
    yield await work
  }
  yield end()
}

async function* blocks(raw: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer<ArrayBuffer>> {
  let block = Buffer.alloc(blockSizeBytes)
  let filled = 0
  for await (const chunk of raw) {
    let at = 0
    while (at < chunk.length) {
      const taken = Math.min(chunk.length - at, blockSizeBytes - filled)
      block.set(chunk.subarray(at, at + taken), filled)
      filled += taken
      at += taken
      if (filled === blockSizeBytes) {
        yield block
        block = Buffer.alloc(blockSizeBytes)
        filled = 0
      }
    }
  }
  if (filled > 0) {
    yield block.subarray(0, filled)
  }
}
