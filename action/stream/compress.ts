import { createHash } from 'node:crypto'
import type { CompressedStream, CompressOptions, StreamTotals } from '../job/ports.ts'
import { createArchiveScanner } from './archive-scanner.ts'
import { compressBlocks } from './compress-blocks.ts'
import { crc32Combine } from './crc32-combine.ts'
import type { createDeflatePool } from './deflate-pool.ts'
import { createDumpScanner } from './dump-scanner.ts'
import { gzipHeader, gzipTrailer } from './gzip-frame.ts'
import { levelSettings } from './level-settings.ts'
import { scanPiece } from './line-breaks.ts'
import { readSource } from './read-source.ts'

/** One gzip member, made of blocks that are compressed at the same time. */
export function compress(
  source: AsyncIterable<Uint8Array>,
  options: CompressOptions,
  threadsMax: number,
  createPool?: typeof createDeflatePool,
): CompressedStream {
  const { level, signal } = options
  const settings = levelSettings(level)
  const hash = createHash('sha256')
  const scanner = options.format === 'plain' ? createDumpScanner() : undefined
  const archive =
    options.format === 'custom' ? createArchiveScanner({ countRows: true }) : undefined
  let rawSize = 0
  let storedSize = 0
  let totals: StreamTotals | undefined

  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of readSource(source, signal)) {
      rawSize += chunk.length
      yield chunk
    }
  }
  async function* member(): AsyncGenerator<Uint8Array> {
    let crc = 0
    yield gzipHeader(level)
    const blocks = compressBlocks(counted(), settings, threadsMax, signal, createPool)
    for await (const block of blocks) {
      crc = crc32Combine(crc, block.crc, block.raw.length)
      if (scanner !== undefined) {
        scanPiece(scanner, block.raw, () => block)
      }
      archive?.push(block.raw)
      yield block.stored
    }
    yield gzipTrailer(crc, rawSize)
  }
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for await (const chunk of member()) {
      hash.update(chunk)
      storedSize += chunk.length
      yield chunk
    }
    const tables = scanner?.end().tables ?? archive?.end()?.tables
    totals = {
      rawSize,
      storedSize,
      checksum: hash.digest('hex'),
      ...(tables !== undefined && { tables }),
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
