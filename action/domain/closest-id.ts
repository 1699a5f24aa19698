/** More differences than this are another id, not a slip. */
const editsMax = 4
/** Of longer texts nothing is suggested: they are no mistyped id. */
const lengthMax = 40

/** The id that a mistyped one most probably means; of equally close ones the last in order. */
export function findClosestId(wanted: string, ids: readonly string[]): string | undefined {
  return findClosest(wanted, ids, editsMax)
}

/**
 * The word that a mistyped one most probably means, letter case aside; of equally close ones the last
 * in order.
 *
 * @param slipsMax most slips: characters put in, taken out, exchanged, or swapped with their neighbour
 */
export function findClosest(
  wanted: string,
  words: readonly string[],
  slipsMax: number,
): string | undefined {
  if (wanted.length > lengthMax) return undefined
  const ranked = words
    .map((word) => ({ word, edits: countEdits(wanted.toLowerCase(), word.toLowerCase()) }))
    .filter(({ edits }) => edits <= slipsMax)
    .sort((a, b) => a.edits - b.edits || (a.word < b.word ? 1 : -1))
  return ranked[0]?.word
}

/** Levenshtein's distance, in which two neighbours that changed places are one edit. */
function countEdits(from: string, to: string): number {
  let before: readonly number[] = []
  let row = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let line = 1; line <= from.length; line += 1) {
    const next = [line]
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from.charAt(line - 1) === to.charAt(column - 1)
      const isSwapped =
        from.charAt(line - 2) === to.charAt(column - 1) &&
        from.charAt(line - 1) === to.charAt(column - 2)
      next.push(
        Math.min(
          at(row, column - 1) + (isSame ? 0 : 1),
          at(row, column) + 1,
          at(next, column - 1) + 1,
          isSwapped ? at(before, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
    before = row
    row = next
  }
  return at(row, to.length)
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY
}
