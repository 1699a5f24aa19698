import { type ByteStore, countHolders, type Segment } from './byte-store.ts'

async function* readChunks(
  chunks: readonly Buffer[],
  start: number,
  end: number,
): AsyncGenerator<Buffer> {
  let offset = 0
  for (const chunk of chunks) {
    const from = Math.max(start - offset, 0)
    const to = Math.min(end - offset, chunk.length)
    if (from < to) yield chunk.subarray(from, to)
    offset += chunk.length
    if (offset >= end) return
  }
}

function createSegment(chunks: Buffer[]): Segment {
  return {
    size: chunks.reduce((sum, chunk) => sum + chunk.length, 0),
    read: (start, end) => readChunks(chunks, start, end),
    ...countHolders(async () => {
      chunks.length = 0
    }),
  }
}

/** Keeps the very chunks that arrived, without copying them together. */
export function createMemoryByteStore(): ByteStore {
  return {
    async open() {
      const chunks: Buffer[] = []
      return {
        write(chunk) {
          chunks.push(chunk)
        },
        finish: async () => createSegment(chunks),
        async discard() {
          chunks.length = 0
        },
      }
    },
    async close() {},
  }
}
