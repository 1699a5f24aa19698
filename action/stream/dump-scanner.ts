import type { CopyBlock } from '../job/ports.ts'
import { scanBlockComment, scanLineComment } from './scan/comment.ts'
import { countRows, nextCopy, scanCopyData } from './scan/copy-data.ts'
import { decodeNames } from './scan/decode-names.ts'
import { closeMeta, scanMeta } from './scan/meta-command.ts'
import {
  scanDollarBody,
  scanDollarTag,
  scanDouble,
  scanDoubleEnd,
  scanSingle,
  scanSingleEnd,
} from './scan/quoted.ts'
import { scanSql, scanWord } from './scan/sql.ts'
import { emptyState, type Mode, mode, type ScanState } from './scan/state.ts'

/** What a plain dump turned out to hold. */
export interface DumpFacts {
  /** Rows per `schema.table`, names as the server knows them; absent where these cannot be told from their bytes. */
  readonly tables?: Readonly<Record<string, number>>
  readonly copies: readonly CopyBlock[]
  readonly metaCommands: readonly string[]
  readonly largeObjects: boolean
  /** It ended outside every statement, with pg_dump's trailer (and the key it had opened with). */
  readonly isWhole: boolean
}

/** Reads a plain dump in pieces of any size. */
export interface DumpScanner {
  push(chunk: Uint8Array): void
  /** Whether the next byte belongs to COPY data and is not the first of its line. */
  isInsideRow(): boolean
  /**
   * Instead of `push`, inside a row, for a chunk that was found to hold `newlines` line breaks and
   * no `\.` line.
   */
  skipRows(newlines: number, chunk: Uint8Array): void
  end(): DumpFacts
}

type Scan = (state: ScanState, bytes: Buffer, at: number, end: number) => number

const scans: Readonly<Record<Mode, Scan>> = [
  scanSql,
  scanWord,
  scanSingle,
  scanSingleEnd,
  scanDouble,
  scanDoubleEnd,
  scanDollarTag,
  scanDollarBody,
  scanLineComment,
  scanBlockComment,
  scanMeta,
  scanCopyData,
]

const newline = 10

/**
 * A lexer of pg_dump's plain format, after psql's rules: it tells data from statements from text
 * inside quotes, so that a function body or comment that looks like `COPY x FROM stdin;` or like a
 * backslash command is never taken for one. https://www.postgresql.org/docs/current/sql-syntax-lexical.html
 */
export function createDumpScanner(): DumpScanner {
  const state = emptyState()
  return {
    push: (chunk) => scanChunk(state, chunk),
    isInsideRow: () => state.mode === mode.copyData && state.lineMatch === -1,
    skipRows(newlines, chunk) {
      state.rows += newlines
      const last = chunk.lastIndexOf(newline)
      if (newlines > 0 && last >= chunk.length - 4) {
        state.lineMatch = 0
        state.base += last + 1
        scanChunk(state, chunk.subarray(last + 1))
      } else {
        state.base += chunk.length
      }
    },
    end: () => finish(state),
  }
}

function scanChunk(state: ScanState, chunk: Uint8Array): void {
  const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  let at = 0
  while (at < bytes.length) {
    const isWaiting = state.pendingCopies.length > 0 && state.mode !== mode.copyData
    const found = isWaiting ? bytes.indexOf(newline, at) : -1
    const end = found === -1 ? bytes.length : found + 1
    at = scans[state.mode](state, bytes, at, end)
    if (found !== -1 && at === end) {
      state.afterData = state.mode
      state.mode = mode.copyData
      nextCopy(state, state.base + at)
    }
  }
  state.base += bytes.length
}

function finish(state: ScanState): DumpFacts {
  if (state.mode === mode.meta) {
    closeMeta(state)
  }
  if (state.mode === mode.copyData) {
    countRows(state)
  }
  const isClosed = state.restrictKey === undefined || state.unrestrict !== undefined
  const tables = decodeNames(state.tables, state.encoding)
  return {
    ...(tables !== undefined && { tables }),
    copies: state.copies,
    metaCommands: state.metaCommands,
    largeObjects: state.largeObjects,
    isWhole:
      state.mode === mode.sql && state.trailer && isClosed && state.pendingCopies.length === 0,
  }
}
