import type { CopyBlock } from '../../job/ports.ts'

/** Where in a plain dump the scanner stands. */
export const mode = {
  sql: 0,
  word: 1,
  single: 2,
  singleEnd: 3,
  double: 4,
  doubleEnd: 5,
  dollarTag: 6,
  dollarBody: 7,
  lineComment: 8,
  blockComment: 9,
  meta: 10,
  copyData: 11,
} as const

/** One of {@link mode}. */
export type Mode = (typeof mode)[keyof typeof mode]

/** Longest token that is kept; PostgreSQL's names have at most 63 bytes, the rest is not compared. */
const tokenSizeBytes = 1024

/** A COPY whose data are about to come. */
export interface PendingCopy {
  readonly table: string
  /** Offset of its first letter. */
  readonly start: number
  /** Offset behind its semicolon. */
  readonly semicolonEnd: number
}

/** What is remembered of the statement that is being read. */
export interface Statement {
  /** Offset of its first letter; -1 where it does not begin with a word. */
  start: number
  /** Something other than white space and comments has been seen. */
  started: boolean
  /** First word in lower case. */
  verb: string
  second: string
  last: string
  words: number
  /** First letters of the first four words, as psql keeps them to recognise CREATE FUNCTION. */
  initials: string
  isListenedTo: boolean
  isRoutine: boolean
  parentheses: number
  /** Depth of BEGIN ATOMIC ... END, inside which a semicolon does not end the statement. */
  atomic: number
  /** COPY only: parts of the table's name. */
  name: string[]
  wantsName: boolean
  hasFrom: boolean
  isFromStdin: boolean
}

/** Everything that survives from one chunk to the next. */
export interface ScanState {
  mode: Mode
  /** Offset of the chunk that is being read in the whole text. */
  base: number
  statement: Statement
  statements: number
  token: Buffer
  tokenLength: number
  /** The `-` or `/` that may begin a comment; 0 for none. */
  before: number
  /** In an E'' string, or in any string while standard_conforming_strings is off. */
  escapes: boolean
  /** The byte before was the backslash of such a string. */
  escaped: boolean
  /** An E'' string has ended and only white space followed: 1, with a line break in it: 2. */
  continuation: 0 | 1 | 2
  backslashQuotes: boolean
  /** What `SET client_encoding` says. */
  encoding: string | undefined
  /** `$tag$` of the body that is being read, and how much of its end has matched. */
  delimiter: Uint8Array
  matched: number
  commentDepth: number
  /** Tables whose data follow the next line break, in order. */
  pendingCopies: PendingCopy[]
  afterData: Mode
  copy: PendingCopy
  rowsStart: number
  /** Bytes of a `\.` line seen so far, -1 in the middle of any other line. */
  lineMatch: -1 | 0 | 1 | 2 | 3
  rows: number
  /** By name, in bytes of the dump's encoding. */
  tables: Map<string, number>
  copies: CopyBlock[]
  metaCommands: string[]
  restrictKey: string | undefined
  unrestrict: string | undefined
  largeObjects: boolean
  /** The trailer was the last thing but comments and `\unrestrict`. */
  trailer: boolean
}

/** A statement of which nothing has been read. */
export function emptyStatement(): Statement {
  return {
    start: -1,
    started: false,
    verb: '',
    second: '',
    last: '',
    words: 0,
    initials: '',
    isListenedTo: false,
    isRoutine: false,
    parentheses: 0,
    atomic: 0,
    name: [],
    wantsName: false,
    hasFrom: false,
    isFromStdin: false,
  }
}

/** The state before the first byte. */
export function emptyState(): ScanState {
  return {
    mode: mode.sql,
    base: 0,
    statement: emptyStatement(),
    statements: 0,
    token: Buffer.alloc(tokenSizeBytes),
    tokenLength: 0,
    before: 0,
    escapes: false,
    escaped: false,
    continuation: 0,
    backslashQuotes: false,
    encoding: undefined,
    delimiter: new Uint8Array(0),
    matched: 0,
    commentDepth: 0,
    pendingCopies: [],
    afterData: mode.sql,
    copy: { table: '', start: -1, semicolonEnd: 0 },
    rowsStart: 0,
    lineMatch: 0,
    rows: 0,
    tables: new Map(),
    copies: [],
    metaCommands: [],
    restrictKey: undefined,
    unrestrict: undefined,
    largeObjects: false,
    trailer: false,
  }
}

/** Adds a byte to the token; what does not fit is dropped. */
export function keep(state: ScanState, byte: number): void {
  if (state.tokenLength < state.token.length) {
    state.token[state.tokenLength] = byte
    state.tokenLength++
  }
}

/** The same for the bytes from `from` to `to`. */
export function keepAll(state: ScanState, bytes: Buffer, from: number, to: number): void {
  const room = Math.min(to - from, state.token.length - state.tokenLength)
  bytes.copy(state.token, state.tokenLength, from, from + room)
  state.tokenLength += room
}

/** The token, each byte as the character of its number, since the encoding is the dump's own; empties it. */
export function takeToken(state: ScanState): string {
  const text = state.token.toString('latin1', 0, state.tokenLength)
  state.tokenLength = 0
  return text
}
