import { describe, expect, test } from 'vitest'
import { auditEntrySchema } from '../../../action/domain/audit-entry.ts'
import { backupSchema } from '../../../action/domain/backup.ts'
import { createBackupId, isBackupId } from '../../../action/domain/backup-id.ts'
import { backupRecordSchema } from '../../../action/domain/backup-record.ts'
import { Failure, isFailure } from '../../../action/domain/failure.ts'
import { manifestSchema } from '../../../action/domain/manifest.ts'
import { reasonCodes } from '../../../action/domain/reason-code.ts'
import { makeBackup, makeManifest, makeRecord } from '../../support/make-backup.ts'

describe('backup ids', () => {
  test('say when a backup began, to the second, and sort by it', () => {
    const early = createBackupId(new Date('2026-11-22T03:00:12.999Z'), 'k7q2')
    const late = createBackupId(new Date('2026-11-22T03:00:13.000Z'), 'aaaa')
    expect(early).toBe('20261122T030012Z-k7q2')
    expect(early < late).toBe(true)
    expect(isBackupId(early)).toBe(true)
  })

  test.each([
    'latest',
    '20261122T030012Z-k7q',
    '20261122T030012Z-K7Q2',
    '20261122T030012Z-k7q1',
    '20261122T030012Z-k7q2\n',
    '../20261122T030012Z-k7q2',
    '20261122T030012Z-k7q2/x',
  ])('are not %j', (text) => {
    expect(isBackupId(text)).toBe(false)
  })
})

describe('schemas', () => {
  test('keep unknown keys, so that an older version loses nothing', () => {
    const backup = { ...makeBackup(), later: { a: 1 } }
    const manifest = { ...makeManifest([backup]), later: true }
    expect(manifestSchema.parse(manifest)).toEqual(manifest)
    const record = { ...makeRecord(), later: 1 }
    expect(backupRecordSchema.parse(record)).toEqual(record)
  })

  test.each([
    ['another version', { ...makeManifest([]), version: 2 }],
    ['a negative revision', { ...makeManifest([]), revision: -1 }],
    ['two things with a wrong id', makeManifest([makeBackup({ id: '../x' })])],
    ['local time', makeManifest([makeBackup({ createdAt: '2026-11-22T03:00:12' })])],
    ['a checksum in upper case', makeManifest([makeBackup({ checksum: 'A'.repeat(64) })])],
  ])('refuse a manifest with %s', (_, manifest) => {
    expect(manifestSchema.safeParse(manifest).success).toBe(false)
  })

  test('refuse a record that is not of a COMPLETED backup', () => {
    const { checksum: _, ...unchecked } = makeRecord()
    expect(backupRecordSchema.safeParse(unchecked).success).toBe(false)
    expect(backupRecordSchema.safeParse({ ...makeRecord(), status: 'FAILED' }).success).toBe(false)
    expect(backupRecordSchema.safeParse(makeRecord({ fileSize: 0 })).success).toBe(false)
    expect(backupSchema.safeParse(makeBackup({ fileSize: 0 })).success).toBe(true)
  })

  test('take an audit entry', () => {
    const entry = {
      version: 1,
      at: '2026-11-22T03:00:12.000Z',
      action: 'backup',
      outcome: 'completed',
      actor: 'octocat',
      backupIds: [],
    }
    expect(auditEntrySchema.parse(entry)).toEqual(entry)
    expect(auditEntrySchema.safeParse({ ...entry, action: 'guess' }).success).toBe(false)
  })
})

describe('Failure', () => {
  test('carries what people and programs need, and its cause', () => {
    const cause = new Error('low')
    const failure = new Failure({
      code: 'upload_failed',
      stage: 'upload',
      message: 'Cannot upload',
      hint: 'Try again.',
      cause,
    })
    expect(failure).toMatchObject({ code: 'upload_failed', stage: 'upload', hint: 'Try again.' })
    expect(failure.cause).toBe(cause)
    expect(isFailure(failure)).toBe(true)
    expect(isFailure(failure, 'upload_failed')).toBe(true)
    expect(isFailure(failure, 'dump_failed')).toBe(false)
    expect(isFailure(cause)).toBe(false)
  })

  test('has no cause where none is given', () => {
    const failure = new Failure({ code: 'unexpected', stage: 'plan', message: 'Cannot plan' })
    expect('cause' in failure).toBe(false)
    expect(failure.hint).toBeUndefined()
  })
})

test('reasonCodes are words, each once', () => {
  expect(new Set(reasonCodes).size).toBe(reasonCodes.length)
  expect(reasonCodes.filter((code) => !/^[a-z]+(_[a-z]+)*$/.test(code))).toEqual([])
})
