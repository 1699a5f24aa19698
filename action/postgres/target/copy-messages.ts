/** Types of messages: https://www.postgresql.org/docs/current/protocol-message-formats.html */
export const messageType = { query: 0x51, copyData: 0x64, copyDone: 0x63 }

/** A type, and a size that counts itself but not the type. */
const headerBytes = 5

/** The beginning of a message with `size` bytes behind it. */
export function messageHeader(type: number, size: number): Buffer {
  const bytes = Buffer.alloc(headerBytes)
  bytes.writeUInt8(type, 0)
  bytes.writeUInt32BE(size + 4, 1)
  return bytes
}

/** Rows as they stand in a plain dump, a message for each chunk: the server finds the ends of lines itself. */
export async function* linesAsMessages(
  rows: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of rows) {
    yield messageHeader(messageType.copyData, chunk.length)
    yield chunk
  }
}

/**
 * Rows as they stand in an archive: the head of a piece has as many bytes as that of a message, which is
 * written over it, so that nothing is copied. The chunks are changed.
 */
export async function* piecesAsMessages(
  rows: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  /** Of the piece that a chunk's end cut. */
  let left = 0
  /** A head that a chunk's end cut. */
  let cut = Buffer.alloc(0)
  for await (const chunk of rows) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
    let from = 0
    if (cut.length > 0) {
      from = Math.min(headerBytes - cut.length, bytes.length)
      cut = Buffer.concat([cut, bytes.subarray(0, from)])
      if (cut.length < headerBytes) continue
      left = rewrite(cut, 0)
      yield cut
      cut = Buffer.alloc(0)
    }
    let at = from + left
    while (at + headerBytes <= bytes.length) at += headerBytes + rewrite(bytes, at)
    left = Math.max(at - bytes.length, 0)
    const end = Math.min(at, bytes.length)
    if (end < bytes.length) cut = Buffer.from(bytes.subarray(end))
    if (end > from) yield bytes.subarray(from, end)
  }
}

/** @returns the size of the piece */
function rewrite(bytes: Buffer, at: number): number {
  const size = bytes.readUInt32LE(at + 1)
  bytes[at] = messageType.copyData
  bytes.writeUInt32BE(size + 4, at + 1)
  return size
}
