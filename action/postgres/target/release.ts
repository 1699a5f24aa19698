/** Smaller chunks may lie in memory that node shares out. */
const RELEASED_BYTES_MIN = 64 * 1024

/** Parts that stand for a chunk which reached to the end of what it lies in. */
const standIns = new WeakSet<Uint8Array>()

/** The part of a chunk that is left of it: it is released as the chunk would be. */
export function inPlaceOf(chunk: Uint8Array, start: number, end: number): Uint8Array {
  const part = chunk.subarray(start, end)
  if (reachesEnd(chunk)) standIns.add(part)
  return part
}

/**
 * Frees what a chunk lies in where the chunk reaches to its end: what lay before it was written
 * earlier. Left to the garbage collector, a gigabyte of chunks costs seconds of collections.
 */
export function release(chunk: Uint8Array): void {
  const { buffer } = chunk
  if (buffer.byteLength < RELEASED_BYTES_MIN) return
  if (!reachesEnd(chunk) && !standIns.has(chunk)) return
  if (buffer instanceof ArrayBuffer) buffer.transfer(0)
}

function reachesEnd({ buffer, byteOffset, length }: Uint8Array): boolean {
  return byteOffset + length === buffer.byteLength
}

/**
 * For chunks that are read in order and leave on several ways: each is released once it and all before it have left, since
 * they may lie in the same memory.
 *
 * @returns takes the next chunk; what it gives says that the chunk has left
 */
export function releaseInOrder(): (chunk: Uint8Array) => () => void {
  const waiting: { readonly chunk: Uint8Array; hasLeft: boolean }[] = []
  return (chunk) => {
    const entry = { chunk, hasLeft: false }
    waiting.push(entry)
    return () => {
      entry.hasLeft = true
      while (waiting[0]?.hasLeft) {
        release(waiting[0].chunk)
        waiting.shift()
      }
    }
  }
}
