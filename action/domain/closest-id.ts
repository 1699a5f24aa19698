/** More differences than this are another id, not a slip. */
const editsMax = 4
/** Of longer texts nothing is suggested: they are no mistyped id. */
const lengthMax = 40

/** The id that a mistyped one most probably means; of equally close ones the last in order. */
export function findClosestId(wanted: string, ids: readonly string[]): string | undefined {
  if (wanted.length > lengthMax) return undefined
  const ranked = ids
    .map((id) => ({ id, edits: countEdits(wanted.toLowerCase(), id.toLowerCase()) }))
    .filter(({ edits }) => edits <= editsMax)
    .sort((a, b) => a.edits - b.edits || (a.id < b.id ? 1 : -1))
  return ranked[0]?.id
}

/** Levenshtein's distance: characters put in, taken out or exchanged. */
function countEdits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column)
  let edits = to.length
  for (const [line, character] of [...from].entries()) {
    let diagonal = line
    edits = line + 1
    const next = [edits]
    for (const [column, above] of row.slice(1).entries()) {
      const exchanged = diagonal + (character === to.charAt(column) ? 0 : 1)
      edits = Math.min(exchanged, above + 1, edits + 1)
      next.push(edits)
      diagonal = above
    }
    row = next
  }
  return edits
}
