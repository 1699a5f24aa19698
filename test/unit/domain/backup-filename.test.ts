import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createBackupFilename } from '../../../action/domain/backup-filename.ts'
import { createObjectKeys } from '../../../action/domain/object-keys.ts'

const id = '20261122T030012Z-k7q2'

test.each([
  ['shop', 'plain', 'DAILY', `shop-daily-${id}.sql.gz`],
  ['shop', 'custom', 'MONTHLY', `shop-monthly-${id}.dump.gz`],
  ['my db/ü💾', 'plain', 'MANUAL', `my-db----manual-${id}.sql.gz`],
  ['..', 'plain', 'DAILY', `..-daily-${id}.sql.gz`],
  ['', 'plain', 'DAILY', `database-daily-${id}.sql.gz`],
  ['--file=/x', 'plain', 'WEEKLY', `--file--x-weekly-${id}.sql.gz`],
] as const)('createBackupFilename of %j in %s format', (database, format, type, expected) => {
  expect(createBackupFilename({ database, type, id, format })).toBe(expected)
})

test('createBackupFilename can always be part of a key, whatever the database is called', () => {
  const keys = createObjectKeys('p')
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (database) => {
      const filename = createBackupFilename({ database, type: 'DAILY', id, format: 'plain' })
      expect(keys.bytes(id, filename)).toBe(`p/backups/${id}/${filename}`)
      expect(filename.length).toBeLessThanOrEqual(160)
    }),
  )
})
