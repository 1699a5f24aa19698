import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compactInstant } from '../../../action/domain/compact-instant.ts'
import { isFailure } from '../../../action/domain/failure.ts'
import { createObjectKeys, parseBackupKey } from '../../../action/domain/object-keys.ts'
import { normalizePrefix } from '../../../action/domain/prefix.ts'

const id = '20261122T030012Z-k7q2'
const at = new Date('2026-01-02T03:04:05.678Z')

describe('createObjectKeys', () => {
  test('builds the layout of a prefix', () => {
    const keys = createObjectKeys('/team/shop/')
    expect(keys.prefix).toBe('team/shop')
    expect(keys.manifest).toBe('team/shop/manifest.json')
    expect(keys.backups).toBe('team/shop/backups/')
    expect(keys.backupDirectory(id)).toBe(`team/shop/backups/${id}/`)
    expect(keys.bytes(id, 'a.sql.gz')).toBe(`team/shop/backups/${id}/a.sql.gz`)
    expect(keys.record(id)).toBe(`team/shop/backups/${id}/backup.json`)
    expect(keys.audit(at, 'backup', 'abcd')).toBe(
      'team/shop/audit/2026/01/20260102T030405.678Z-backup-abcd.json',
    )
    expect(keys.request('rq7-41-0-0123456789ab', 'account')).toBe(
      'team/shop/audit/requests/rq7-41-0-0123456789ab.json',
    )
    expect(keys.request('rq7-41-0-0123456789ab', 'workflows')).toBe(
      'team/shop/audit/requests/workflows/rq7-41-0-0123456789ab.json',
    )
    expect(keys.quarantine(at)).toBe('team/shop/quarantine/20260102T030405.678Z.json')
    expect(keys.probe('abcd')).toBe('team/shop/probe/abcd')
    expect(keys.lease('exclusive')).toBe('team/shop/lease/exclusive.json')
  })

  test.each([
    ['an id', () => createObjectKeys('p').bytes('../x', 'a')],
    ['an id with a line end', () => createObjectKeys('p').record(`${id}\n`)],
    ['a filename with a slash', () => createObjectKeys('p').bytes(id, 'a/b')],
    ['the parent', () => createObjectKeys('p').bytes(id, '..')],
    ["the record's name", () => createObjectKeys('p').bytes(id, 'backup.json')],
    ['an empty filename', () => createObjectKeys('p').bytes(id, '')],
    ['a lease with a slash', () => createObjectKeys('p').lease('a/b')],
    [
      'a request id of another claimant',
      () => createObjectKeys('p').request('workflows/r-1', 'account'),
    ],
    ['a request id that begins with a dot', () => createObjectKeys('p').request('../x', 'account')],
    ['an empty nonce', () => createObjectKeys('p').probe('')],
    ['an action with a dot', () => createObjectKeys('p').audit(at, 'a.b', 'n')],
  ])('refuses %s that is not one', (_, build) => {
    expect(build).toThrow(expect.objectContaining({ code: 'invalid_input', stage: 'inputs' }))
  })
})

describe('parseBackupKey', () => {
  const keys = createObjectKeys('p')

  test('reads what createObjectKeys builds', () => {
    expect(parseBackupKey('p', keys.bytes(id, 'a.sql.gz'))).toEqual({ id, filename: 'a.sql.gz' })
    expect(parseBackupKey('/p/', keys.record(id))).toEqual({ id, filename: 'backup.json' })
  })

  test.each([
    ['another prefix', `q/backups/${id}/a`],
    ['the manifest', 'p/manifest.json'],
    ['a folder that is no id', 'p/backups/other/a'],
    ['an object beside the folders', `p/backups/${id}`],
    ['an empty filename', `p/backups/${id}/`],
    ['something deeper', `p/backups/${id}/a/b`],
  ])('sees %s as foreign', (_, key) => {
    expect(parseBackupKey('p', key)).toBeUndefined()
  })
})

describe('normalizePrefix', () => {
  test.each([
    ['strongroom', 'strongroom'],
    [' //a/b=1/c.d_e-f// ', 'a/b=1/c.d_e-f'],
  ])('takes %j as %j', (given, expected) => {
    expect(normalizePrefix(given)).toBe(expected)
  })

  test.each([
    '',
    '/',
    'a//b',
    'a/../b',
    '..',
    '.',
    'a b',
    'a\nb',
    'a?b',
    'ä',
    'a\\b',
    'a'.repeat(513),
  ])('refuses %j', (given) => {
    expect(() => normalizePrefix(given)).toThrow(/^Cannot use the input "prefix": /)
  })

  test('either refuses or gives a prefix that is its own normal form', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z./]{0,12}$/)), (text) => {
        try {
          const prefix = normalizePrefix(text)
          expect(prefix).toMatch(/^[A-Za-z0-9_.=-]+(\/[A-Za-z0-9_.=-]+)*$/)
          expect(normalizePrefix(prefix)).toBe(prefix)
        } catch (error) {
          if (!isFailure(error, 'invalid_input')) throw error
        }
      }),
    )
  })
})

test('compactInstant sorts by time', () => {
  fc.assert(
    fc.property(instants(), instants(), (a, b) => {
      expect(compactInstant(a) < compactInstant(b)).toBe(a < b)
    }),
  )
})

function instants() {
  return fc.date({
    min: new Date('2000-01-01T00:00:00Z'),
    max: new Date('2100-01-01T00:00:00Z'),
    noInvalidDate: true,
  })
}
