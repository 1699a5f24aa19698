/** Smaller chunks may lie in memory that node shares out. */
const releasedSizeMinBytes = 64 * 1024

/**
 * Gives the memory of a chunk back at once where the chunk reaches to the end of it. Left to the
 * garbage collector, half a megabyte at a time, a gigabyte brings dozens of collections.
 *
 * Only for chunks that are read in order by one reader: what lay before it in the same memory is gone too.
 */
export function release(chunk: Uint8Array): void {
  const { buffer, byteOffset, length } = chunk
  if (buffer.byteLength < releasedSizeMinBytes) return
  if (buffer instanceof ArrayBuffer && byteOffset + length === buffer.byteLength) {
    buffer.transfer(0)
  }
}
