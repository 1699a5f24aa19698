import { mode, type ScanState, takeToken } from './state.ts'

/** How many commands are reported: enough to recognise what was done to a dump. */
const metaCommandsMax = 20
const metaCommandCharactersMax = 80
const newline = 10

/** Keeps a meta-command for the report, printable and short. */
export function reportMeta(state: ScanState, command: string): void {
  if (state.metaCommands.length < metaCommandsMax) {
    const printable = command.replaceAll(/[^\x20-\x7e]/g, '?')
    state.metaCommands.push(printable.slice(0, metaCommandCharactersMax))
  }
}

/** Reads a backslash command: it reaches to the end of its line. */
export function scanMeta(state: ScanState, bytes: Buffer, at: number, end: number): number {
  const found = bytes.indexOf(newline, at)
  const stop = found === -1 || found >= end ? end : found
  const room = Math.min(stop, at + state.token.length - state.tokenLength)
  state.token.set(bytes.subarray(at, room), state.tokenLength)
  state.tokenLength += room - at
  if (stop < end) {
    closeMeta(state)
  }
  return stop
}

/**
 * Judges a complete command. pg_dump since August 2025 writes `\restrict <key>` before the first
 * statement and `\unrestrict <key>` after the last; psql obeys no other command in between.
 */
export function closeMeta(state: ScanState): void {
  state.mode = mode.sql
  const wasLast = state.unrestrict
  const command = takeToken(state).replace(/\r$/, '')
  const key = /^\\(?:un)?restrict ([A-Za-z0-9]+)$/.exec(command)?.[1]
  const isQuiet = key !== undefined && !state.statement.started && wasLast === undefined
  if (isQuiet && command === `\\restrict ${key}` && isHead(state)) {
    state.restrictKey = key
    return
  }
  if (isQuiet && command === `\\unrestrict ${key}` && key === state.restrictKey) {
    state.unrestrict = command
    return
  }
  if (wasLast !== undefined) {
    reportMeta(state, wasLast)
    state.unrestrict = undefined
  }
  reportMeta(state, command)
}

function isHead(state: ScanState): boolean {
  return state.restrictKey === undefined && state.statements === 0
}
