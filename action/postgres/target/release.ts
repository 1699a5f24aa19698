/** Smaller chunks may lie in memory that node shares out. */
const RELEASED_BYTES_MIN = 64 * 1024

/**
 * Frees what a chunk lies in where the chunk reaches to its end: what lay before it was written
 * earlier. Left to the garbage collector, a gigabyte of chunks costs seconds of collections.
 */
export function release({ buffer, byteOffset, length }: Uint8Array): void {
  const isLast = byteOffset + length === buffer.byteLength
  if (!isLast || buffer.byteLength < RELEASED_BYTES_MIN) return
  if (buffer instanceof ArrayBuffer) buffer.transfer(0)
}
