import { keep, keepAll, mode, type ScanState, takeToken } from './state.ts'
import { onQuotedName } from './statement.ts'

const backslash = 92
const dollar = 36
const doubleQuote = 34
const singleQuote = 39

/** Inside '...' or E'...'. */
export function scanSingle(state: ScanState, bytes: Buffer, at: number, end: number): number {
  if (!state.escapes) {
    const found = bytes.indexOf(singleQuote, at)
    const isInside = found === -1 || found >= end
    if (namesEncoding(state)) {
      keepAll(state, bytes, at, isInside ? end : found)
    }
    if (isInside) {
      return end
    }
    state.mode = mode.singleEnd
    return found + 1
  }
  for (let index = at; index < end; index++) {
    const byte = bytes[index]
    if (state.escaped) {
      state.escaped = false
    } else if (byte === backslash) {
      state.escaped = true
    } else if (byte === singleQuote) {
      state.mode = mode.singleEnd
      return index + 1
    }
  }
  return end
}

/** After a closing single quote: a second one means a quote inside the string. */
export function scanSingleEnd(state: ScanState, bytes: Buffer, at: number): number {
  if (bytes[at] === singleQuote) {
    state.mode = mode.single
    return at + 1
  }
  if (namesEncoding(state)) {
    state.encoding = takeToken(state)
  }
  state.continuation = state.escapes ? 1 : 0
  state.mode = mode.sql
  return at
}

/** Whether the string that is being read is the one of `SET client_encoding = '…'`. */
function namesEncoding({ statement, escapes }: ScanState): boolean {
  return statement.second === 'client_encoding' && statement.verb === 'set' && !escapes
}

/** Inside a double-quoted name. */
export function scanDouble(state: ScanState, bytes: Buffer, at: number, end: number): number {
  for (let index = at; index < end; index++) {
    const byte = bytes[index] ?? 0
    if (byte === doubleQuote) {
      state.mode = mode.doubleEnd
      return index + 1
    }
    keep(state, byte)
  }
  return end
}

/** After a closing double quote: a second one means a quote inside the name. */
export function scanDoubleEnd(state: ScanState, bytes: Buffer, at: number): number {
  if (bytes[at] === doubleQuote) {
    keep(state, doubleQuote)
    state.mode = mode.double
    return at + 1
  }
  state.mode = mode.sql
  onQuotedName(state, takeToken(state))
  return at
}

/** After a `$`: either the tag of a dollar quote, or something else that is read again as a word. */
export function scanDollarTag(state: ScanState, bytes: Buffer, at: number): number {
  const byte = bytes[at] ?? 0
  if (byte === dollar) {
    state.delimiter = Uint8Array.of(dollar, ...state.token.subarray(0, state.tokenLength), dollar)
    state.tokenLength = 0
    state.matched = 0
    state.mode = mode.dollarBody
    return at + 1
  }
  const isDigit = byte >= 48 && byte <= 57
  if (isWordStart(byte) || (isDigit && state.tokenLength > 0)) {
    keep(state, byte)
    return at + 1
  }
  state.mode = state.tokenLength > 0 ? mode.word : mode.sql
  return at
}

/** Letters, underscore and every byte above ASCII begin a name. */
export function isWordStart(byte: number): boolean {
  return byte >= 128 || byte === 95 || ((byte | 32) >= 97 && (byte | 32) <= 122)
}

/** Inside $tag$...$tag$. A `$` occurs at both ends of the delimiter only, hence the short restart. */
export function scanDollarBody(state: ScanState, bytes: Buffer, at: number, end: number): number {
  const { delimiter } = state
  let index = at
  while (index < end) {
    if (state.matched === 0) {
      const found = bytes.indexOf(dollar, index)
      if (found === -1 || found >= end) {
        return end
      }
      index = found
    }
    const byte = bytes[index]
    index++
    state.matched = byte === delimiter[state.matched] ? state.matched + 1 : byte === dollar ? 1 : 0
    if (state.matched === delimiter.length) {
      state.mode = mode.sql
      return index
    }
  }
  return end
}
