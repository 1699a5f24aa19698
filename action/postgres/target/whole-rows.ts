import { inPlaceOf } from './release.ts'

const lineBreak = 0x0a

/** Rows as COPY takes them, cut anywhere. */
export interface RowsPart {
  readonly bytes: Uint8Array
  /** Whether a row ends with it, so that the next may go elsewhere. */
  readonly endsRow: boolean
}

/**
 * Divides rows where one ends, as close to the ends of the chunks as it can. In the text format of COPY a line break
 * is always the end of a row; those of values are escaped.
 */
export async function* divideAtRows(rows: AsyncIterable<Uint8Array>): AsyncGenerator<RowsPart> {
  for await (const chunk of rows) {
    const end = chunk.lastIndexOf(lineBreak) + 1
    if (end === 0 || end === chunk.length) {
      yield { bytes: chunk, endsRow: end > 0 }
      continue
    }
    // A copy: the two may go different ways, and whichever is sent first frees the memory of both.
    const begun = Uint8Array.from(chunk.subarray(end))
    yield { bytes: inPlaceOf(chunk, 0, end), endsRow: true }
    yield { bytes: begun, endsRow: false }
  }
}
