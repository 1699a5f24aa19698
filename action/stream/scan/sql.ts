import { isWordStart } from './quoted.ts'
import { keepAll, mode, type ScanState, takeToken } from './state.ts'
import {
  matters,
  onDot,
  onOtherWord,
  onParenthesis,
  onSemicolon,
  onWord,
  touch,
} from './statement.ts'

const newline = 10
const dash = 45
const slash = 47
const star = 42
const singleQuote = 39
const dollar = 36

/**
 * Outside quotes, comments and data. Stops wherever the mode changes, and after the semicolon of a
 * COPY, so that the caller can look for the line break before its data.
 */
export function scanSql(state: ScanState, bytes: Buffer, at: number, end: number): number {
  for (let index = at; index < end; index++) {
    const byte = bytes[index] ?? 0
    if (state.before !== 0) {
      const opened = openComment(state, byte)
      if (opened) {
        return index + 1
      }
    }
    if (byte === newline) {
      state.continuation = state.continuation === 0 ? 0 : 2
    } else if (isSpace(byte)) {
      // White space says nothing.
    } else if (byte === dash || byte === slash) {
      state.before = byte
    } else if (isWordStart(byte)) {
      if (!state.statement.started) {
        state.statement.start = state.base + index
      }
      state.mode = mode.word
      return index
    } else if (byte === 92) {
      state.mode = mode.meta
      return index
    } else if (onSymbol(state, byte, state.base + index)) {
      return index + 1
    }
  }
  return end
}

function isSpace(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13)
}

/** After a `-` or `/`. @returns whether a comment begins with this byte */
function openComment(state: ScanState, byte: number): boolean {
  const { before } = state
  state.before = 0
  if (before === dash && byte === dash) {
    state.mode = mode.lineComment
    return true
  }
  if (before === slash && byte === star) {
    state.mode = mode.blockComment
    state.commentDepth = 1
    return true
  }
  touch(state)
  return false
}

/** @returns whether the caller has to look at the state again */
function onSymbol(state: ScanState, byte: number, offset: number): boolean {
  switch (byte) {
    case singleQuote:
      state.escapes = state.backslashQuotes || state.continuation === 2
      state.escaped = false
      touch(state)
      state.mode = mode.single
      return true
    case 34:
      state.mode = mode.double
      return true
    case dollar:
      touch(state)
      state.mode = mode.dollarTag
      return true
    case 40:
      onParenthesis(state, 1)
      return false
    case 41:
      onParenthesis(state, -1)
      return false
    case 46:
      onDot(state)
      return false
    case 59:
      return onSemicolon(state, offset + 1)
    default:
      touch(state)
      return false
  }
}

/** Inside a word. An `e` right before a quote is no word but opens a string with escapes. */
export function scanWord(state: ScanState, bytes: Buffer, at: number, end: number): number {
  let stop = at
  while (stop < end && isInWord[bytes[stop] ?? 0] === 1) {
    stop++
  }
  if (stop === end) {
    keepAll(state, bytes, at, end)
    return end
  }
  state.mode = mode.sql
  const isWhole = state.tokenLength === 0
  if (isWhole && !matters(state.statement) && bytes[stop] !== singleQuote) {
    onOtherWord(state)
    return stop
  }
  keepAll(state, bytes, at, stop)
  const word = takeToken(state)
  if (bytes[stop] === singleQuote && (word === 'E' || word === 'e')) {
    touch(state)
    state.escapes = true
    state.escaped = false
    state.mode = mode.single
    return stop + 1
  }
  onWord(state, word)
  return stop
}

const isInWord = Uint8Array.from({ length: 256 }, (_, byte) =>
  isWordStart(byte) || (byte >= 48 && byte <= 57) || byte === dollar ? 1 : 0,
)
