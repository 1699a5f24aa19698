import { keep, mode, type ScanState, takeToken } from './state.ts'

const newline = 10
const slash = 47
const star = 42
const trailerText = 'PostgreSQL database dump complete'

/** Inside `-- ...`; its text is kept for the trailer. */
export function scanLineComment(state: ScanState, bytes: Buffer, at: number, end: number): number {
  const found = bytes.indexOf(newline, at)
  const stop = found === -1 || found >= end ? end : found
  for (let index = at; index < stop && state.tokenLength < state.token.length; index++) {
    keep(state, bytes[index] ?? 0)
  }
  if (stop < end) {
    state.mode = mode.sql
    if (takeToken(state).trim() === trailerText && !state.statement.started) {
      state.trailer = true
    }
  }
  return stop
}

/** Inside a block comment, which nests. */
export function scanBlockComment(state: ScanState, bytes: Buffer, at: number, end: number): number {
  for (let index = at; index < end; index++) {
    const byte = bytes[index] ?? 0
    if (state.before === star && byte === slash) {
      state.before = 0
      state.commentDepth--
      if (state.commentDepth === 0) {
        state.mode = mode.sql
        return index + 1
      }
    } else if (state.before === slash && byte === star) {
      state.before = 0
      state.commentDepth++
    } else {
      state.before = byte
    }
  }
  return end
}
