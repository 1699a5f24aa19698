import { Failure } from '../../domain/failure.ts'
import type { ReasonCode } from '../../domain/reason-code.ts'
import type { ProgramEnd } from '../run-program.ts'
import { sqlState } from './query-failure.ts'

/** What psql or pg_restore ended with. */
export interface ClientEnd {
  readonly program: 'psql' | 'pg_restore'
  readonly end: ProgramEnd
  /** Redacted. */
  readonly stderr: string
}

interface Explanation {
  readonly code?: ReasonCode
  readonly hint: string
}

const DUMP_HINT = 'The target is as it was before. Restore another backup, or take a fresh one.'

const UNQUALIFIED_HINT =
  'The target is as it was before. Dumps are restored with an empty search_path: a function that an index, a check or a view calls may name something without its schema. Mend it on the source (ALTER FUNCTION … SET search_path = …) and take a fresh backup; older backups have the same fault.'

const bySqlState: Record<string, Explanation> = {
  '0A000': {
    hint: 'An extension of the backup may be missing on the server: install its package there.',
  },
  '42501': {
    code: 'target_unfit',
    hint: 'The role lacks a right that the dump needs. Restore with the role that owns the target; a backup in custom format can be restored without owners, grants and extensions of the provider.',
  },
  '42883': { hint: UNQUALIFIED_HINT },
  '42P01': { hint: UNQUALIFIED_HINT },
  '42704': {
    hint: 'Create the missing role or type on the server first: roles are not in a dump. A backup in custom format can be restored without owners and grants.',
  },
  '53100': { code: 'disk_full', hint: "The server's disk is full: free space on it." },
  '53300': {
    code: 'target_busy',
    hint: 'A restore needs up to four connections: end idle sessions, or raise max_connections, or the CONNECTION LIMIT of the role.',
  },
  '53200': { hint: 'Raise max_locks_per_transaction on the server, or use restore-mode: swap.' },
  '55P03': {
    code: 'target_busy',
    hint: 'Another session holds a lock on the target: stop the application and restore again.',
  },
  '58P01': { hint: 'A library or an extension is missing on the server: install its package.' },
}

const HOSTILE_HINT =
  'The target is as it was before. Do not trust this backup; find out who wrote it.'
const SEAL_HINT =
  'The target is as it was before. A plain dump with large objects does so: use restore-mode: swap, or a backup in custom format. Any other is not to be trusted.'

/** The name is that of the constraint in `in-place-transaction.ts`. */
const SEAL = 'strongroom_guard'
const ERROR_LINE = /(?:ERROR|FATAL|PANIC): {2}(?:([0-9A-Z]{5}): )?(.*)/

/**
 * Explains how a client program failed by its first error line alone: what follows it (DETAIL,
 * CONTEXT, the statement) holds values of the data.
 */
export function clientFailure({ program, end, stderr }: ClientEnd): Failure {
  const cause = new Error(`${program} ended with ${end.signal ?? end.code ?? 'no exit code'}`)
  if (/^psql:[^\n]*error: [^\n]*(?:backslash commands are restricted|\\unrestrict)/m.test(stderr)) {
    return hostile('it holds a command of psql outside of data', cause)
  }
  const found = ERROR_LINE.exec(stderr)
  const [, state = '', text = ''] = found ?? []
  if (text.includes(SEAL)) return hostile('it ends the transaction by itself', cause, SEAL_HINT)
  if (/in a read-only transaction/.test(text)) {
    return hostile('it goes on outside of the transaction', cause)
  }
  if (!found || /^(57P0|08)/.test(state)) return broken({ program, end, stderr }, cause)
  return refused(state, text, cause)
}

/** Explains an error of a COPY of ours in the same words; what is not the server's comes back as it is. */
export function copyFailure(error: unknown, redact: (text: string) => string): unknown {
  const state = sqlState(error)
  if (state === undefined || !(error instanceof Error)) return error
  // The error itself holds values of the data.
  const cause = new Error(`COPY ended with ${state}`)
  return refused(state, redact(error.message.split('\n', 1)[0] ?? ''), cause)
}

function refused(state: string, text: string, cause: Error): Failure {
  const known = bySqlState[state]
  return new Failure({
    code: known?.code ?? 'restore_failed',
    stage: 'restore',
    message: `Cannot restore the dump: the server says "${withoutValues(text, state)}", expected every statement to succeed`,
    hint: known?.hint ?? DUMP_HINT,
    cause,
  })
}

/** No statement failed: the program was killed, lost the server, or could not start. */
function broken({ program, end, stderr }: ClientEnd, cause: Error): Failure {
  if (/No space left/.test(stderr)) {
    return new Failure({
      code: 'disk_full',
      stage: 'restore',
      message: 'Cannot restore the dump: the disk is full, expected free space',
      hint: "Free space on this machine's disk for temporary files (RUNNER_TEMP, TMPDIR) and on the server's; the log has the client's own words.",
      cause,
    })
  }
  const lost = /connection|server closed|terminating|FATAL|starting up|shutting down/.test(stderr)
  const said = /(?:error|FATAL): +(?:[0-9A-Z]{5}: )?(.*)/.exec(stderr)?.[1]
  const fault = end.error
    ? `${program} could not be started`
    : end.signal
      ? `${program} was ended by ${end.signal}`
      : lost
        ? 'the connection to the server was lost'
        : `${program} stopped with code ${end.code}${said === undefined ? '' : ` ("${said}")`}`
  return new Failure({
    code: 'restore_failed',
    stage: 'restore',
    message: `Cannot restore the dump: ${fault}, expected it to run to its end`,
    hint: "The target is as it was before. Look at the server's log, then restore again.",
    cause,
  })
}

/** Classes 22 and 23 quote the offending value last. */
function withoutValues(text: string, state: string): string {
  const line = text.slice(0, 300)
  return state === '' || /^2[23]/.test(state) ? line.replace(/: ".*"$/, ': "…"') : line
}

function hostile(fault: string, cause: Error, hint = HOSTILE_HINT): Failure {
  return new Failure({
    code: 'hostile_dump',
    stage: 'restore',
    message: `Cannot restore the dump: ${fault}, expected nothing but what pg_dump writes`,
    hint,
    cause,
  })
}
