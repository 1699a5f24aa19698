import { Failure, type Stage } from '../../domain/failure.ts'
import type { ReasonCode } from '../../domain/reason-code.ts'

interface Explanation {
  readonly code: ReasonCode
  readonly hint: string
}

const bySqlState: Record<string, Explanation> = {
  '42501': {
    code: 'target_unfit',
    hint: 'Use a role that owns the target and may create databases (CREATEDB). Where the provider forbids only to rename or to end sessions, restore with restore-mode: new-database and switch the application over.',
  },
  '3D000': { code: 'database_missing', hint: 'Check the database of the target URL.' },
  '42P04': {
    code: 'target_unfit',
    hint: 'A database of that name exists already. Drop it or choose another name.',
  },
  '53100': { code: 'disk_full', hint: "The server's disk is full: free space on it." },
  '53200': {
    code: 'restore_failed',
    hint: 'Raise max_locks_per_transaction on the server where it complains of shared memory.',
  },
  '53300': { code: 'target_busy', hint: 'The server has no connection left: end idle sessions.' },
  '55006': {
    code: 'target_busy',
    hint: 'Stop what is connected to the database, or give sessions longer to leave.',
  },
  '55P03': {
    code: 'target_busy',
    hint: 'Another session holds a lock; try again when it is done.',
  },
  '57014': { code: 'target_busy', hint: 'The statement took too long or was cancelled.' },
}

/** SQLSTATE classes and codes of a connection that broke rather than a statement that failed. */
const lostConnection = /^(08|57P0[1-5])/

const lostSocket = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNREFUSED', 'EHOSTUNREACH'])

/** The SQLSTATE of an error of `pg`, or nothing where it is none. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code) ? error.code : undefined
}

/** Whether the connection broke, so that nobody can know whether the statement took effect. */
export function isConnectionLoss(error: unknown): boolean {
  const state = sqlState(error)
  if (state !== undefined) return lostConnection.test(state)
  if (!(error instanceof Error)) return false
  if ('code' in error && typeof error.code === 'string') return lostSocket.has(error.code)
  // pg has no codes for what it finds out by itself.
  return /^Connection terminated|not queryable|^Client was closed/.test(error.message)
}

/**
 * Explains an error of a statement of ours. What is neither the server's nor the connection's is a
 * defect, and comes back as it is.
 * @param action what could not be done, as it follows "Cannot"
 */
export function queryFailure(
  error: unknown,
  action: string,
  stage: Stage,
  redact: (text: string) => string,
): unknown {
  if (error instanceof Failure) return error
  if (isConnectionLoss(error)) {
    return new Failure({
      code: 'database_unreachable',
      stage,
      message: `Cannot ${action}: the connection to the server was lost, expected it to last`,
      hint: "Look at the server's log, then start the restore again.",
      cause: error,
    })
  }
  if (!(error instanceof Error) || !('code' in error)) return error
  if (error.code === 'ENOSPC') {
    return new Failure({
      code: 'disk_full',
      stage,
      message: `Cannot ${action}: this machine's disk is full, expected free space`,
      hint: 'Free disk space, or point the temporary directory (RUNNER_TEMP, TMPDIR) to a larger disk.',
      cause: error,
    })
  }
  const state = sqlState(error)
  if (state === undefined) return error
  const known = bySqlState[state]
  return new Failure({
    code: known?.code ?? 'restore_failed',
    stage,
    message: `Cannot ${action}: the server says "${redact(firstLine(error.message))}", expected it to be done`,
    ...(known && { hint: known.hint }),
    cause: error,
  })
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}
