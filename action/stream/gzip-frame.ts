/**
 * A member's ten first bytes: deflate, no name, no time (so that equal input gives equal bytes),
 * "slowest" or "fastest" for the levels that gzip marks so, written on Unix. RFC 1952.
 */
export function gzipHeader(level: number): Uint8Array {
  const speed = level === 9 ? 2 : level === 1 ? 4 : 0
  return Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, speed, 3)
}

/** A member's eight last bytes: its content's CRC-32 and size modulo 2^32. */
export function gzipTrailer(crc: number, rawSize: number): Uint8Array {
  const end = Buffer.alloc(8)
  end.writeUInt32LE(crc, 0)
  end.writeUInt32LE(rawSize % 2 ** 32, 4)
  return end
}
