import { describe, expect, it } from 'vitest'
import { dumpFailure } from '../../../action/postgres/dump-failure.ts'

const exit1 = { code: 1, signal: null }

describe('dumpFailure', () => {
  it.each([
    [
      'a lock, naming the table',
      'pg_dump: error: query failed: ERROR:  canceling statement due to statement timeout\npg_dump: detail: Query was: LOCK TABLE public.orders IN ACCESS SHARE MODE',
      'lock_timed_out',
      'table public.orders was locked by another session',
    ],
    [
      'a lock among several tables',
      'pg_dump: error: query failed: ERROR:  canceling statement due to lock timeout\npg_dump: detail: Query was: LOCK TABLE public.a, public.b IN ACCESS SHARE MODE',
      'lock_timed_out',
      'a table was locked by another session',
    ],
    [
      'a missing privilege',
      'pg_dump: error: query failed: ERROR:  permission denied for table secret\npg_dump: detail: Query was: LOCK TABLE public.secret IN ACCESS SHARE MODE',
      'database_permission_denied',
      'permission denied for table secret,',
    ],
    [
      'row-level security',
      'pg_dump: error: query failed: ERROR:  query would be affected by row-level security policy for table "secured"\npg_dump: detail: Query was: COPY public.secured (a) TO stdout;',
      'database_permission_denied',
      'row-level security hides rows of table "secured"',
    ],
    [
      'an old client',
      'pg_dump: error: aborting because of server version mismatch\npg_dump: detail: server version: 18.6; pg_dump version: 15.20',
      'client_too_old',
      'pg_dump is older than the server',
    ],
    [
      'a machine without trusted certificates',
      'pg_dump: error: connection to server at "db.example.com" (10.0.0.1), port 5432 failed: root certificate file "/nonexistent/.postgresql/root.crt" does not exist',
      'database_tls_failed',
      'no file of trusted certificates',
    ],
    [
      'a filter that matches nothing',
      'pg_dump: error: no matching schemas were found',
      'dump_failed',
      'no schemas match',
    ],
    [
      'an administrator',
      'pg_dump: error: Dumping the contents of table "t" failed: PQgetResult() failed.\npg_dump: detail: Error message from server: FATAL:  terminating connection due to administrator command',
      'dump_failed',
      'the server ended the connection',
    ],
    [
      'anything else, in its own words',
      'pg_dump: warning: something else\npg_dump: error: query failed: ERROR:  invalid page in block 7 of relation base/1/2\npg_dump: detail: Query was: x',
      'dump_failed',
      'pg_dump reports "query failed: ERROR: invalid page in block 7 of relation base/1/2"',
    ],
    [
      'a connection, without its address',
      'pg_dump: error: connection to server at "db.example.com" (10.0.0.1), port 5432 failed: FATAL:  remaining connection slots are reserved',
      'dump_failed',
      'pg_dump reports "connection failed: FATAL: remaining connection slots are reserved"',
    ],
  ])('explains %s', (_, stderr, code, part) => {
    const failure = dumpFailure(exit1, stderr)
    expect(failure).toMatchObject({ code, stage: 'dump' })
    expect(failure.message).toContain(part)
    expect(failure.message).toMatch(/^Cannot dump the database: .+, expected .+[^.]$/)
    expect(failure.message).not.toContain('db.example.com')
  })

  it('tells a signal from an exit code where pg_dump said nothing', () => {
    expect(dumpFailure(exit1, '').message).toContain('ended with exit code 1')
    const killed = dumpFailure({ code: null, signal: 'SIGKILL' }, '')
    expect(killed.message).toContain('was ended by SIGKILL')
    expect(killed.hint).toContain('memory')
  })

  it('bounds what it quotes', () => {
    const failure = dumpFailure(exit1, `pg_dump: error: ${'x'.repeat(10_000)}`)
    expect(failure.message.length).toBeLessThan(700)
  })
})
