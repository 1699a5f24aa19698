import { describe, expect, test } from 'vitest'
import type { Inspection } from '../../../action/job/ports.ts'
import { requireSound } from '../../../action/job/require-sound.ts'
import { makeRecord } from '../../support/make-backup.ts'

const record = makeRecord({ rawSize: 10 })
const sound: Inspection = {
  rawSize: 10,
  storedSize: record.fileSize,
  checksum: record.checksum,
  isWhole: true,
  metaCommands: [],
  largeObjects: false,
}

describe('requireSound', () => {
  test('lets pass what is what the record says', () => {
    expect(() => requireSound(record, sound)).not.toThrow()
    const { rawSize: _rawSize, ...old } = record
    expect(() => requireSound(old, { ...sound, rawSize: 11 })).not.toThrow()
  })

  test.each([
    ['another size', { storedSize: 1 }, 'backup_corrupt', '1 bytes are stored'],
    ['another checksum', { checksum: 'b'.repeat(64) }, 'backup_corrupt', 'SHA-256'],
    ['another size inside', { rawSize: 11 }, 'backup_corrupt', 'expands to 11 bytes'],
    ['no end', { isWhole: false }, 'backup_corrupt', 'no end'],
    ['commands for psql', { metaCommands: ['\\! id'] }, 'hostile_dump', '1 found'],
  ] as const)('refuses %s', (_name, changes, code, text) => {
    const check = () => requireSound(record, { ...sound, ...changes })
    expect(check).toThrow(text)
    expect(check).toThrow(expect.objectContaining({ code, stage: 'check' }))
  })

  test('repeats nothing of what a hostile dump holds', () => {
    const check = () => requireSound(record, { ...sound, metaCommands: ['\\! secret'] })
    expect(check).not.toThrow('secret')
  })
})
