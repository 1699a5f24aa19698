import { Failure, type FailureFacts } from '../domain/failure.ts'
import type { ProgramEnd } from './run-program.ts'

type Explanation = Pick<FailureFacts, 'code' | 'message' | 'hint'>

const QUOTED_MAX_CHARACTERS = 500

/** What pg_dump's stderr says, and what to make of it. The first that matches counts. */
const explanations: readonly {
  readonly pattern: RegExp
  explain(match: RegExpExecArray, stderr: string): Explanation
}[] = [
  {
    // pg_dump bounds its LOCK TABLE by a statement time-out.
    pattern:
      /canceling statement due to (?:lock timeout|statement timeout[\s\S]*?Query was: LOCK TABLE)/,
    explain: (_, stderr) => ({
      code: 'lock_timed_out',
      message: `Cannot dump the database: ${lockedTables(stderr)} locked by another session for longer than the lock time-out, expected no ACCESS EXCLUSIVE lock during a dump`,
      hint: 'Look for a migration or an idle transaction in pg_stat_activity; run the backup at another time or raise the lock time-out.',
    }),
  },
  {
    pattern: /query would be affected by row-level security policy for table "?([^"\n]+)"?/,
    explain: ([, table]) => ({
      code: 'database_permission_denied',
      message: `Cannot dump the database: row-level security hides rows of table "${table}" from this user, expected a user that sees them all`,
      hint: "Use the tables' owner where they are not under FORCE ROW LEVEL SECURITY, or: ALTER ROLE … BYPASSRLS",
    }),
  },
  {
    pattern: /permission denied for ([^\n]+)/,
    explain: ([, object]) => ({
      code: 'database_permission_denied',
      message: `Cannot dump the database: permission denied for ${object}, expected a user that may read everything`,
      hint: 'Grant it: GRANT pg_read_all_data TO … (PostgreSQL 14 and newer), or exclude that schema or table.',
    }),
  },
  {
    pattern: /aborting because of server version mismatch/,
    explain: () => ({
      code: 'client_too_old',
      message:
        'Cannot dump the database: pg_dump is older than the server, expected its major or a newer one',
      hint: "Install the client programs of the server's major.",
    }),
  },
  {
    pattern: /root certificate file .* does not exist/,
    explain: () => ({
      code: 'database_tls_failed',
      message:
        'Cannot dump the database: this machine has no file of trusted certificates, expected one for sslmode=verify-full',
      hint: "Install the package ca-certificates, or name the provider's root certificate in the URL: ?sslrootcert=/path/to/ca.pem",
    }),
  },
  {
    pattern: /no matching (schemas|tables|extensions) were found/,
    explain: ([, what]) => ({
      code: 'dump_failed',
      message: `Cannot dump the database: no ${what} match what the inputs name, expected at least one`,
      hint: 'Check the inputs schemas and tables; they take the patterns of pg_dump, in which upper case needs double quotes.',
    }),
  },
  {
    pattern:
      /server closed the connection unexpectedly|terminating connection|connection (?:has been|was) closed|could not receive data from server|connection not open/,
    explain: () => ({
      code: 'dump_failed',
      message:
        'Cannot dump the database: the server ended the connection in the middle of it, expected it to stay up',
      hint: 'Look into the server log: a restart, an administrator, a failover or too little memory. Then run the backup again.',
    }),
  },
  {
    pattern: /error: ([^\n]+(?:\n(?!pg_dump: |pg_restore: )[^\n]+)*)/,
    explain: ([, text = '']) => ({
      code: 'dump_failed',
      message: `Cannot dump the database: pg_dump reports "${quoted(text)}", expected no error`,
      hint: 'The lines of pg_dump are in the log.',
    }),
  },
]

/**
 * Makes a readable failure of how pg_dump ended.
 * @param stderr its messages, redacted
 */
export function dumpFailure(end: ProgramEnd, stderr: string): Failure {
  const cause = end.error ?? new Error(`${describeEnd(end)}${stderr === '' ? '' : `: ${stderr}`}`)
  for (const { pattern, explain } of explanations) {
    const match = pattern.exec(stderr)
    if (match) return new Failure({ ...explain(match, stderr), stage: 'dump', cause })
  }
  return new Failure({
    code: 'dump_failed',
    stage: 'dump',
    message: `Cannot dump the database: pg_dump ${describeEnd(end)}, expected exit code 0`,
    hint:
      end.signal === 'SIGKILL'
        ? 'Something ended it, out of memory as a rule: look into the kernel log.'
        : 'Run the backup again; where it stays, run pg_dump by hand.',
    cause,
  })
}

/** "exit code 1", "was ended by SIGKILL", "did not start". */
export function describeEnd(end: ProgramEnd): string {
  if (end.error) return 'did not start'
  return end.signal === null ? `ended with exit code ${end.code}` : `was ended by ${end.signal}`
}

/** pg_dump quotes its statement: `LOCK TABLE public.a, public.b IN ACCESS SHARE MODE`. */
function lockedTables(stderr: string): string {
  const tables = /LOCK TABLE (?:ONLY )?([\s\S]+?) IN ACCESS SHARE MODE/.exec(stderr)?.[1]
  if (tables === undefined) return 'a table was'
  return tables.includes(', ') ? 'a table was' : `table ${quoted(tables)} was`
}

/** On one line, bounded, without the host that libpq puts in front. */
function quoted(text: string): string {
  const line = text
    .replace(/connection to server (?:at|on) .*? failed: /s, 'connection failed: ')
    .replace(/\s+/g, ' ')
    .trim()
  return line.length > QUOTED_MAX_CHARACTERS ? `${line.slice(0, QUOTED_MAX_CHARACTERS)}…` : line
}
