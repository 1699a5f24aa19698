import type { ScanState } from './state.ts'

const newline = 10
const backslash = 92
const dot = 46
const carriageReturn = 13

/**
 * Begins the data of the next pending COPY, or goes back to where the line broke.
 *
 * @param offset of the first byte of those data
 */
export function nextCopy(state: ScanState, offset: number): void {
  const copy = state.pendingCopies.shift()
  if (copy === undefined) {
    state.mode = state.afterData
    return
  }
  state.copy = copy
  state.rowsStart = offset
  state.lineMatch = 0
  state.rows = 0
}

/** @param end offset behind the line that ends the data */
function endCopy(state: ScanState, end: number): void {
  const { copy, rowsStart, rows, lineMatch } = state
  countRows(state)
  // Only its own data follow a COPY that a line break follows at once.
  if (copy.start >= 0 && copy.semicolonEnd + 1 === rowsStart) {
    const { table, start } = copy
    state.copies.push({ table, start, rowsStart, rowsEnd: end - lineMatch - 1, end, rows })
  }
  nextCopy(state, end)
}

/** Books the rows read so far under their table. */
export function countRows(state: ScanState): void {
  const { table } = state.copy
  state.tables.set(table, (state.tables.get(table) ?? 0) + state.rows)
  state.rows = 0
}

/** Inside COPY data: counts lines until one that is `\.`, as psql looks for it. */
export function scanCopyData(state: ScanState, bytes: Buffer, at: number, end: number): number {
  let index = at
  while (index < end) {
    if (state.lineMatch === -1) {
      const found = bytes.indexOf(newline, index)
      if (found === -1 || found >= end) {
        return end
      }
      state.rows++
      state.lineMatch = 0
      index = found + 1
      continue
    }
    const byte = bytes[index]
    index++
    if (byte === newline) {
      if (state.lineMatch >= 2) {
        endCopy(state, state.base + index)
        return index
      }
      state.rows++
      state.lineMatch = 0
    } else {
      state.lineMatch = advance(state.lineMatch, byte)
    }
  }
  return end
}

function advance(matched: 0 | 1 | 2 | 3 | -1, byte: number | undefined): 1 | 2 | 3 | -1 {
  if (matched === 0 && byte === backslash) {
    return 1
  }
  if (matched === 1 && byte === dot) {
    return 2
  }
  return matched === 2 && byte === carriageReturn ? 3 : -1
}
