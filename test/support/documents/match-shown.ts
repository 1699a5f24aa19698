import { type KnownIds, noteId } from './known-ids.ts'
import { type Piece, splitLine } from './split-line.ts'

/** A line that a page shows. */
export interface ShownLine {
  readonly text: string
  /** Its number on the page. */
  readonly line: number
}

export type Comparison =
  | { readonly kind: 'same'; readonly known: KnownIds }
  /** The first line that is not what came. Absent: an end, or any line where any may stand before. */
  | {
      readonly kind: 'different'
      readonly expected: ShownLine | undefined
      readonly got: string | undefined
    }

/** Stands for any lines, and for none. */
const anyLines = '...'

/**
 * Compares the whole output of a command with what a page shows of it. An id stands for one id of
 * this run and no other, as does a checksum; instants, sizes, durations, versions and widths of columns may differ.
 */
export function matchShown(
  shown: readonly ShownLine[],
  output: readonly string[],
  known: KnownIds,
): Comparison {
  let furthest = { at: -1, came: 0 }

  function match(at: number, came: number, ids: KnownIds): KnownIds | undefined {
    const expected = shown[at]
    if (expected?.text.trim() === anyLines) {
      for (let next = came; next <= output.length; next += 1) {
        const found = match(at + 1, next, ids)
        if (found !== undefined) return found
      }
      return undefined
    }
    const got = output[came]
    if (expected === undefined && got === undefined) return ids
    if (at > furthest.at) furthest = { at, came }
    if (expected === undefined || got === undefined) return undefined
    const noted = matchLine(expected.text, got, ids)
    return noted && match(at + 1, came + 1, noted)
  }

  const found = match(0, 0, known)
  if (found !== undefined) return { kind: 'same', known: found }
  const isAnywhere = shown[furthest.at - 1]?.text.trim() === anyLines
  const got = isAnywhere ? undefined : output[furthest.came]
  return { kind: 'different', expected: shown[furthest.at], got }
}

function matchLine(shown: string, got: string, known: KnownIds): KnownIds | undefined {
  const [expected, came] = [splitLine(shown), splitLine(got)]
  if (expected.length !== came.length) return undefined
  return expected.reduce<KnownIds | undefined>(
    (ids, piece, index) => ids && matchPiece(piece, came[index], ids),
    known,
  )
}

function matchPiece(shown: Piece, got: Piece | undefined, ids: KnownIds): KnownIds | undefined {
  if (got === undefined || shown.kind !== got.kind) return undefined
  if (shown.kind === 'id' || shown.kind === 'checksum') return noteId(ids, shown.text, got.text)
  return shown.kind !== 'text' || shown.text === got.text ? ids : undefined
}
