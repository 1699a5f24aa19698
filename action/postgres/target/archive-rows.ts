import type { ArchiveRows } from '../../job/ports.ts'
import type { OffsetReader } from './read-by-offset.ts'
import { inPlaceOf } from './release.ts'

/** Before each piece: a sign, and a size in four bytes, lowest first. */
const headBytes = 5

/** What pg_dump writes behind the last row, which would end a COPY of the protocol's early. */
const endPiece = Buffer.concat([Buffer.of(0, 5, 0, 0, 0), Buffer.from('\\.\n\n\n')])

/**
 * The rows of a table in an archive, as COPY takes them.
 *
 * @param reader stands anywhere before them, and at their end afterwards
 */
export async function* readArchiveRows(
  reader: OffsetReader,
  { start, end }: Pick<ArchiveRows, 'start' | 'end'>,
): AsyncGenerator<Uint8Array> {
  await reader.skip(start)
  yield* joinPieces(piecesOf(reader, { start, end }))
}

async function* piecesOf(
  reader: OffsetReader,
  { start, end }: Pick<ArchiveRows, 'start' | 'end'>,
): AsyncGenerator<Uint8Array> {
  yield* reader.until(Math.max(start, end - endPiece.length))
  const last = Buffer.concat(await Array.fromAsync(reader.until(end)))
  if (!last.equals(endPiece)) yield last
}

/**
 * What is in pieces, moved together over the heads between them: the server takes few large messages faster than
 * one for each row, and by more than the moving costs. The chunks are changed.
 */
export async function* joinPieces(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  /** Of the piece that a chunk's end cut. */
  let left = 0
  /** A head that a chunk's end cut. */
  let cut = new Uint8Array()
  for await (const bytes of pieces) {
    let at = 0
    if (cut.length > 0) {
      at = Math.min(headBytes - cut.length, bytes.length)
      cut = Buffer.concat([cut, bytes.subarray(0, at)])
      if (cut.length < headBytes) continue
      left = readSize(cut, 0)
      cut = new Uint8Array()
    }
    const from = at
    let to = Math.min(from + left, bytes.length)
    at = from + left
    while (at + headBytes <= bytes.length) {
      const start = at + headBytes
      at = start + readSize(bytes, at)
      const end = Math.min(at, bytes.length)
      bytes.copyWithin(to, start, end)
      to += end - start
    }
    left = Math.max(at - bytes.length, 0)
    if (at < bytes.length) cut = Uint8Array.from(bytes.subarray(at))
    if (to > from) yield inPlaceOf(bytes, from, to)
  }
}

function readSize(bytes: Uint8Array, at: number): number {
  const low = (bytes[at + 1] ?? 0) | ((bytes[at + 2] ?? 0) << 8) | ((bytes[at + 3] ?? 0) << 16)
  return low + (bytes[at + 4] ?? 0) * 2 ** 24
}
