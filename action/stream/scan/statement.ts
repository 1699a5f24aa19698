import { reportMeta } from './meta-command.ts'
import { emptyStatement, type ScanState, type Statement } from './state.ts'

/** Functions by which pg_dump 14 to 18 writes large objects into plain dumps. */
const largeObjectFunctions = new Set(['lo_create', 'lo_open', 'lowrite'])
/** Statements of which every word is looked at. */
const listenedTo = new Set(['copy', 'select', 'set'])
const initialsMax = 4
/** CREATE [OR REPLACE] FUNCTION or PROCEDURE, as psql tells them: by the first letters of words. */
const routine = /^c(or)?[fp]/

/** Notes that a token of a statement was read, which ends the tail of the dump. */
export function touch(state: ScanState): void {
  state.statement.started = true
  state.continuation = 0
  state.trailer = false
  if (state.unrestrict !== undefined) {
    reportMeta(state, state.unrestrict)
    state.unrestrict = undefined
  }
}

/** Whether the text of the next word can make a difference. */
export function matters({ words, isListenedTo, isRoutine }: Statement): boolean {
  return words < initialsMax || isListenedTo || isRoutine
}

/** Takes in a word that does not matter. */
export function onOtherWord(state: ScanState): void {
  touch(state)
  state.statement.words++
}

/** Takes in a word outside quotes: a keyword or a name. */
export function onWord(state: ScanState, word: string): void {
  touch(state)
  const { statement } = state
  const lower = word.toLowerCase()
  statement.words++
  statement.last = lower
  if (statement.words <= initialsMax) {
    statement.initials += lower[0]
    statement.isRoutine = routine.test(statement.initials)
  }
  if (statement.words === 1) {
    statement.verb = lower
    statement.isListenedTo = listenedTo.has(lower)
    statement.wantsName = lower === 'copy'
    return
  }
  if (statement.words === 2) {
    statement.second = lower
  }
  if (statement.verb === 'copy') {
    onCopyWord(state, word, lower)
  } else if (statement.verb === 'select' && largeObjectFunctions.has(lower)) {
    state.largeObjects = true
  } else {
    trackAtomicBody(state, lower)
  }
}

function onCopyWord({ statement }: ScanState, word: string, lower: string): void {
  if (statement.wantsName) {
    // Bytes above ASCII are parts of letters, so they stay as they are.
    statement.name.push(word.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase()))
    statement.wantsName = false
  } else if (statement.parentheses === 0 && lower === 'from') {
    statement.hasFrom = true
  } else if (statement.hasFrom && lower === 'stdin') {
    statement.isFromStdin = true
  }
}

/** The rule by which psql itself finds the end of a function whose body is not a string. */
function trackAtomicBody({ statement }: ScanState, lower: string): void {
  if (statement.parentheses !== 0 || !statement.isRoutine) {
    return
  }
  if (lower === 'begin' || (lower === 'case' && statement.atomic > 0)) {
    statement.atomic++
  } else if (lower === 'end' && statement.atomic > 0) {
    statement.atomic--
  }
}

/** Takes in a double-quoted name, unescaped. */
export function onQuotedName(state: ScanState, name: string): void {
  touch(state)
  if (state.statement.wantsName) {
    state.statement.name.push(name)
    state.statement.wantsName = false
  }
}

/** Takes in the dot between the parts of a name. */
export function onDot(state: ScanState): void {
  touch(state)
  const { statement } = state
  if (statement.verb === 'copy' && statement.name.length > 0 && !statement.hasFrom) {
    statement.wantsName = statement.parentheses === 0
  }
}

/** Takes in `(` or `)`. */
export function onParenthesis(state: ScanState, change: 1 | -1): void {
  touch(state)
  const { statement } = state
  statement.parentheses = Math.max(0, statement.parentheses + change)
  statement.wantsName = false
}

/**
 * Takes in a semicolon.
 *
 * @param end offset behind it
 * @returns whether data of a COPY follow the next line break
 */
export function onSemicolon(state: ScanState, end: number): boolean {
  touch(state)
  const { statement } = state
  if (statement.parentheses > 0 || statement.atomic > 0) {
    return false
  }
  if (statement.verb === 'set' && statement.second === 'standard_conforming_strings') {
    state.backslashQuotes = statement.last === 'off'
  }
  const table = statement.name.join('.')
  if (statement.isFromStdin) {
    state.pendingCopies.push({ table, start: statement.start, semicolonEnd: end })
    state.tables.set(table, state.tables.get(table) ?? 0)
  }
  const follows = statement.isFromStdin
  state.statements++
  state.statement = emptyStatement()
  return follows
}
