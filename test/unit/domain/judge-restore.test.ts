import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareRows } from '../../../action/domain/compare-rows.ts'
import { judgeRestore } from '../../../action/domain/judge-restore.ts'
import { countBytes, keepDatabaseName } from '../../../action/domain/keep-database-name.ts'
import { majorOf } from '../../../action/domain/major-of.ts'
import type { RestoreCase } from '../../../action/domain/restore-case.ts'
import { makeBackup, makeRecord } from '../../support/make-backup.ts'

const target: RestoreCase['target'] = {
  exists: true,
  major: 15,
  encoding: 'UTF8',
  isEmpty: true,
  sessions: 0,
  canCreateDatabase: true,
  availableExtensions: ['plpgsql', 'pgcrypto'],
}

function judge(changes: Partial<RestoreCase> = {}) {
  return judgeRestore({
    backup: makeBackup(),
    record: makeRecord(),
    mode: 'swap',
    target,
    targetDatabase: 'shop',
    confirm: 'shop',
    isConfirmationAsked: false,
    allowDifferentDatabase: false,
    freeBytes: 1_050_000,
    ...changes,
  })
}

function codes(changes: Partial<RestoreCase>): string[] {
  return judge(changes).refusals.map(({ code }) => code)
}

describe('judgeRestore', () => {
  test.each(['swap', 'in-place'] as const)('finds nothing against a fitting %s', (mode) => {
    expect(judge({ mode })).toEqual({ refusals: [], warnings: [] })
  })

  test('finds nothing against a fitting new database', () => {
    expect(judge({ mode: 'new-database', restoreDatabase: 'copy' }).refusals).toEqual([])
  })

  const otherDatabase = makeBackup({ database: 'other' })
  const doubted = makeBackup({
    verification: { level: 'bytes', outcome: 'failed', at: '2026-11-22T04:00:00.000Z' },
  })
  test.each<[string, Partial<RestoreCase>, string]>([
    ['is not COMPLETED', { backup: makeBackup({ status: 'FAILED' }) }, 'backup_not_completed'],
    ['has a failed check', { backup: doubted }, 'verification_failed'],
    ['is of another database', { backup: otherDatabase }, 'wrong_database'],
    ['is of a newer server', { target: { ...target, major: 14 } }, 'target_older'],
    ['does not fit on the disk', { freeBytes: 1_049_999 }, 'disk_full'],
    [
      'needs a database that may not be made',
      { target: { ...target, canCreateDatabase: false } },
      'target_unfit',
    ],
    [
      'needs one that may not be made, by its own name',
      {
        mode: 'new-database',
        restoreDatabase: 'copy',
        target: { ...target, canCreateDatabase: false },
      },
      'target_unfit',
    ],
    [
      'has no target for in-place',
      { mode: 'in-place', target: { ...target, exists: false } },
      'database_missing',
    ],
    [
      'is plain with large objects for in-place',
      { mode: 'in-place', record: makeRecord({ largeObjects: true }) },
      'target_unfit',
    ],
    ['has no name to go to', { mode: 'new-database' }, 'invalid_input'],
    [
      'has too long a name to go to',
      { mode: 'new-database', restoreDatabase: 'ü'.repeat(32) },
      'invalid_input',
    ],
    [
      'goes to a name that is taken',
      { mode: 'new-database', restoreDatabase: 'shop' },
      'target_not_empty',
    ],
    ['is confirmed with another name', { confirm: 'Shop' }, 'confirmation_mismatch'],
    [
      'is confirmed with another name, in place',
      { mode: 'in-place', confirm: '' },
      'confirmation_mismatch',
    ],
    [
      'is confirmed with another name although a person is asked',
      { confirm: 'other', isConfirmationAsked: true },
      'confirmation_mismatch',
    ],
  ])('refuses a backup that %s', (_, changes, code) => {
    expect(codes(changes)).toEqual([code])
    for (const { text, hint } of judge(changes).refusals) {
      expect(text).toMatch(/^Cannot restore: .*, expected .*[^.]$/)
      expect(hint).toMatch(/\.$/)
    }
  })

  test('refuses what is not confirmed, unless a person is asked', () => {
    const { confirm: _, ...rest } = {
      backup: makeBackup(),
      record: makeRecord(),
      mode: 'swap' as const,
      target,
      targetDatabase: 'shop',
      confirm: '',
      isConfirmationAsked: false,
      allowDifferentDatabase: false,
      freeBytes: 2_000_000,
    }
    expect(judgeRestore(rest).refusals).toMatchObject([{ code: 'confirmation_mismatch' }])
    expect(judgeRestore({ ...rest, isConfirmationAsked: true }).refusals).toEqual([])
  })

  test.each<[string, Partial<RestoreCase>]>([
    [
      'another database where that is allowed',
      { backup: otherDatabase, allowDifferentDatabase: true },
    ],
    [
      'another database into a new one',
      { backup: otherDatabase, mode: 'new-database', restoreDatabase: 'copy' },
    ],
    [
      'a new database of the name of a target that does not exist',
      { mode: 'new-database', restoreDatabase: 'shop', target: { ...target, exists: false } },
    ],
    [
      'a custom dump with large objects in place',
      { mode: 'in-place', record: makeRecord({ largeObjects: true, format: 'custom' }) },
    ],
    ['a dump of an unreadable version', { record: makeRecord({ serverVersion: 'devel' }) }],
    [
      'in place without CREATEDB',
      { mode: 'in-place', target: { ...target, canCreateDatabase: false } },
    ],
  ])('admits %s', (_, changes) => {
    expect(codes(changes)).toEqual([])
  })

  test('needs no more room for custom format', () => {
    const record = makeRecord({ format: 'custom', rawSize: 9_000_000 })
    expect(codes({ record, freeBytes: 1_049_999 })).toEqual(['disk_full'])
    expect(codes({ record, freeBytes: 1_050_000 })).toEqual([])
  })

  test('names missing extensions, and not too many', () => {
    const lacking = (count: number) =>
      judge({
        record: makeRecord({
          extensions: Array.from({ length: count }, (_, n) => ({ name: `e${n}`, version: '1' })),
        }),
      }).refusals[0]?.text
    expect(lacking(1)).toContain('lacks the extensions "e0", expected')
    expect(lacking(12)).toContain('"e9" and 2 more, expected')
  })

  test('shows the name of a database on one line', () => {
    const backup = makeBackup({ database: 'a\nb' })
    expect(judge({ backup }).refusals[0]?.text).toContain('"a\\u{a}b"')
  })

  test('gives every refusal at once, the backup before the target', () => {
    const backup = makeBackup({ status: 'DELETED', database: 'other' })
    expect(codes({ backup, freeBytes: 0, confirm: '', target: { ...target, major: 9 } })).toEqual([
      'backup_not_completed',
      'wrong_database',
      'target_older',
      'disk_full',
      'confirmation_mismatch',
    ])
  })

  test('warns of what the user should know', () => {
    const { warnings, refusals } = judge({
      mode: 'in-place',
      record: makeRecord({
        serverVersion: '14.2',
        pgDumpVersion: '17.4',
        encoding: 'LATIN1',
        warnings: ['circular foreign keys'],
      }),
      target: { ...target, sessions: 3, isEmpty: false },
    })
    expect(refusals).toEqual([])
    expect(warnings).toEqual([
      'The backup is of PostgreSQL 14, the target is 15',
      'The dump was written by pg_dump 17, which PostgreSQL 15 may refuse',
      'The backup is in LATIN1, the target in UTF8',
      '3 sessions on the target will be ended',
      'What the target holds is dropped first',
      'pg_dump gave 1 warning when this backup was made',
    ])
    const record = makeRecord({ pgDumpVersion: 'unknown', serverVersion: 'unknown' })
    expect(judge({ record }).warnings).toEqual([])
  })
})

describe('compareRows', () => {
  test('names tables that differ, are missing or are not expected, in order', () => {
    expect(compareRows({ b: 1, a: 2, c: 3 }, { a: 2, c: 4, d: 5, e: 0 })).toEqual([
      '"b" is missing, expected 1 rows',
      '"c" has 4 rows, expected 3',
      '"d" has 5 rows, expected no such table',
    ])
  })

  test('finds nothing in equal counts, and something in others', () => {
    const counts = fc.dictionary(fc.string({ maxLength: 8 }), fc.integer({ min: 1, max: 9 }))
    fc.assert(
      fc.property(counts, counts, (a, b) => {
        expect(compareRows(a, { ...a })).toEqual([])
        expect(compareRows(a, b).length).toBe(compareRows(b, a).length)
      }),
    )
  })
})

describe('keepDatabaseName', () => {
  test('says what it is, and needs no quotes', () => {
    expect(keepDatabaseName('shop', '20261122T030012Z-k7q2')).toBe(
      'shop__pre_20261122t030012z_k7q2',
    )
  })

  test.each([
    ['a'.repeat(36), 'a'.repeat(36)],
    ['a'.repeat(37), 'a'.repeat(36)],
    ['ü'.repeat(19), 'ü'.repeat(18)],
    [`a${'ü'.repeat(19)}`, `a${'ü'.repeat(17)}`],
    ['💾'.repeat(10), '💾'.repeat(9)],
  ])('cuts %s to %s', (database, kept) => {
    expect(keepDatabaseName(database, '20261122T030012Z-k7q2')).toBe(
      `${kept}__pre_20261122t030012z_k7q2`,
    )
  })

  test('has at most 63 bytes, ends with the id and cuts no character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (database) => {
        const name = keepDatabaseName(database, '20261122T030012Z-k7q2')
        expect(countBytes(name)).toBeLessThanOrEqual(63)
        expect(name.endsWith('__pre_20261122t030012z_k7q2')).toBe(true)
        expect(database.startsWith(name.slice(0, -27))).toBe(true)
        expect(name.isWellFormed()).toBe(true)
      }),
    )
  })
})

test('majorOf reads the major of a version', () => {
  expect(['15.18', '9.6.24', '18beta1', 'devel', ''].map(majorOf)).toEqual([
    15,
    9,
    18,
    undefined,
    undefined,
  ])
})
