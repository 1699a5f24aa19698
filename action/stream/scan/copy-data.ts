import type { ScanState } from './state.ts'

const newline = 10
const backslash = 92
const dot = 46
const carriageReturn = 13

/** Begins the data of the next pending COPY, or goes back to where the line broke. */
export function nextCopy(state: ScanState): void {
  const table = state.pendingCopies.shift()
  if (table === undefined) {
    state.mode = state.afterData
    return
  }
  state.table = table
  state.lineMatch = 0
  state.rows = 0
}

function endCopy(state: ScanState): void {
  countRows(state)
  nextCopy(state)
}

/** Books the rows read so far under their table. */
export function countRows(state: ScanState): void {
  state.tables.set(state.table, (state.tables.get(state.table) ?? 0) + state.rows)
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
        endCopy(state)
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
