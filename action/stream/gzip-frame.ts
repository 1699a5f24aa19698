/**
 * A member's ten first bytes: deflate, no name, no time (so that equal input gives equal bytes),
 * "slowest" or "fastest" for the levels that gzip marks so, written on Unix. RFC 1952.
 */
export function gzipHeader(level: number): Uint8Array {
  const speed = level === 9 ? 2 : level === 1 ? 4 : 0
  return Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, speed, 3)
}

/** A final deflate block without content, then the member's CRC-32 and its size modulo 2^32. */
export function gzipEnd(crc: number, rawSize: number): Uint8Array {
  const end = Buffer.alloc(10)
  end.writeUInt16LE(3, 0)
  end.writeUInt32LE(crc >>> 0, 2)
  end.writeUInt32LE(rawSize % 2 ** 32, 6)
  return end
}
