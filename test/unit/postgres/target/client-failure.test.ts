import { describe, expect, it } from 'vitest'
import { clientFailure } from '../../../../action/postgres/target/client-failure.ts'

const exit = (code: number) => ({ code, signal: null })
const psql = (stderr: string, code = 3) =>
  clientFailure({ program: 'psql', end: exit(code), stderr })

describe('clientFailure', () => {
  it.each([
    [
      'psql:<stdin>:5: ERROR:  42P01: relation "x" does not exist\nLINE 1: …',
      'restore_failed',
      /relation "x" does not exist/,
    ],
    ['psql:<stdin>:5: ERROR:  53100: could not extend file', 'disk_full', /could not extend/],
    [
      'psql:<stdin>:5: ERROR:  55P03: canceling statement due to lock timeout',
      'target_busy',
      /lock timeout/,
    ],
    [
      'psql:<stdin>:5: ERROR:  42501: must be owner of extension x',
      'target_unfit',
      /must be owner/,
    ],
    [
      'psql:<stdin>:5: error: backslash commands are restricted; only \\unrestrict is allowed',
      'hostile_dump',
      /command of psql/,
    ],
    ['psql:<stdin>:5: error: \\unrestrict: wrong key', 'hostile_dump', /command of psql/],
    [
      'psql:<stdin>:5: ERROR:  23503: insert or update on table "strongroom_guard" violates',
      'hostile_dump',
      /ends the transaction by itself/,
    ],
    [
      'psql:<stdin>:5: ERROR:  25006: cannot execute CREATE TABLE in a read-only transaction',
      'hostile_dump',
      /outside of the transaction/,
    ],
    [
      'psql:<stdin>:5: FATAL:  57P01: terminating connection due to administrator command',
      'restore_failed',
      /connection to the server was lost/,
    ],
    [
      'psql:<stdin>:5: error: connection to server was lost',
      'restore_failed',
      /connection to the server was lost/,
    ],
  ])('explains %s', (stderr, code, message) => {
    const failure = psql(stderr)
    expect(failure.code).toBe(code)
    expect(failure.message).toMatch(message)
  })

  it.each([
    'psql:<stdin>:5: ERROR:  22P02: invalid input syntax for type integer: "secret"\nCONTEXT:  COPY t, line 1, column a: "secret"',
    'pg_restore: error: COPY failed for table "t": ERROR:  invalid input syntax for type integer: "secret"\nCONTEXT:  COPY t, line 1, column a: "secret"',
    'psql:<stdin>:5: ERROR:  23505: duplicate key value violates unique constraint "k"\nDETAIL:  Key (a)=(secret) already exists.',
  ])('repeats no value of the data: %s', (stderr) => {
    expect(psql(stderr).message).not.toContain('secret')
  })

  it('sends nobody to another backup for what all of them have', () => {
    const failure = psql('psql:<stdin>:5: ERROR:  42883: function norm(text) does not exist')
    expect(failure.hint).toMatch(/search_path/)
  })

  it('says how a program ended that said nothing', () => {
    const killed = clientFailure({
      program: 'psql',
      end: { code: null, signal: 'SIGKILL' },
      stderr: '',
    })
    expect(killed.message).toMatch(/psql was ended by SIGKILL/)
    const missing = clientFailure({
      program: 'pg_restore',
      end: { code: null, signal: null, error: new Error('ENOENT') },
      stderr: '',
    })
    expect(missing.message).toMatch(/pg_restore could not be started/)
  })
})
