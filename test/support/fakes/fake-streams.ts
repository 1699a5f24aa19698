import { createHash } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'
import { Failure } from '../../../action/domain/failure.ts'
import type { Inspection, Streams, StreamTotals } from '../../../action/job/ports.ts'
import { readDump } from './fake-dump.ts'

/** What a test sees of the streams, and does to them. */
export interface StreamsState {
  /** Spooled files by path. */
  readonly files: Map<string, Uint8Array>
  freeBytes: number
}

/** The contract of `Streams` in memory, with node's own gzip. */
export function createFakeStreams(): { readonly streams: Streams; readonly state: StreamsState } {
  const state: StreamsState = { files: new Map(), freeBytes: 1_000_000_000 }
  const keep = (path: string, bytes: Uint8Array) => {
    state.files.set(path, bytes)
    return { path, size: bytes.length }
  }
  const streams: Streams = {
    compress: (source) => {
      let totals: StreamTotals | undefined
      async function* chunks() {
        const raw = Buffer.concat(await Array.fromAsync(source))
        const bytes = gzipSync(raw)
        totals = measure(bytes, raw)
        yield bytes
      }
      return {
        chunks: chunks(),
        progress: () => ({ rawBytes: 0, storedBytes: 0 }),
        totals: () => {
          if (totals === undefined) throw new Error('The stream has not ended')
          return totals
        },
      }
    },
    inspect: async (stored) => inspect(await collect(stored)),
    spool: async (stored) => {
      const bytes = await collect(stored)
      return { file: keep(`/tmp/${state.files.size}.gz`, bytes), inspection: inspect(bytes) }
    },
    expand: async function* ({ path }) {
      yield gunzipSync(state.files.get(path) ?? new Uint8Array())
    },
    freeBytes: async () => state.freeBytes,
    close: async () => state.files.clear(),
  }
  return { streams, state }
}

async function collect(stored: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  return Buffer.concat(await Array.fromAsync(stored))
}

function measure(bytes: Uint8Array, raw: Uint8Array): StreamTotals {
  return {
    rawSize: raw.length,
    storedSize: bytes.length,
    checksum: createHash('sha256').update(bytes).digest('hex'),
    tables: readDump(Buffer.from(raw).toString()).rows,
  }
}

function inspect(bytes: Uint8Array): Inspection {
  let raw: Uint8Array
  try {
    raw = gunzipSync(bytes)
  } catch (cause) {
    throw new Failure({
      code: 'backup_corrupt',
      stage: 'check',
      message: 'Cannot decompress the backup: its compressed data are damaged, expected one member',
      cause,
    })
  }
  const { isWhole, metaCommands } = readDump(Buffer.from(raw).toString())
  return { ...measure(bytes, raw), isWhole, metaCommands, largeObjects: false }
}
