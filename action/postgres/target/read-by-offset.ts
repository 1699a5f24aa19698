import { release } from './release.ts'

/** Reads a stream part by part, in order. */
export interface OffsetReader {
  /**
   * The bytes from where it stands up to `offset`, or to the end. To be read to its end before the next
   * part is asked for. A chunk belongs to who gets it.
   */
  until(offset?: number): AsyncGenerator<Uint8Array>
  /** Reads on to `offset` and lets go of what lies before. */
  skip(offset: number): Promise<void>
  /** Lets go of the source. Idempotent. */
  close(): Promise<void>
}

/** A reader that stands at the first byte of `source`. */
export function readByOffset(source: AsyncIterable<Uint8Array>): OffsetReader {
  const iterator = source[Symbol.asyncIterator]()
  let stand = 0
  let rest: Uint8Array | undefined
  const take = async () => {
    const chunk = rest ?? (await iterator.next()).value
    rest = undefined
    return chunk instanceof Uint8Array ? chunk : undefined
  }
  async function* until(offset = Number.POSITIVE_INFINITY): AsyncGenerator<Uint8Array> {
    while (stand < offset) {
      const chunk = await take()
      if (chunk === undefined) return
      const size = Math.min(chunk.length, offset - stand)
      stand += size
      if (size === chunk.length) {
        yield chunk
        continue
      }
      rest = chunk.subarray(size)
      // A copy: the rest goes elsewhere, and frees the memory that both lie in.
      yield Buffer.from(chunk.subarray(0, size))
    }
  }
  return {
    until,
    async skip(offset) {
      for await (const chunk of until(offset)) release(chunk)
    },
    async close() {
      await iterator.return?.()
    },
  }
}
