import { readFile } from 'node:fs/promises'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { backupRecordJsonSchema, manifestJsonSchema } from '../../scripts/json-schemas.ts'
import { makeBackup, makeManifest, makeRecord } from '../support/make-backup.ts'

// Formats are left to the patterns that stand beside them.
const ajv = new Ajv({ validateFormats: false })

describe.each([
  ['manifest.schema.json', manifestJsonSchema, makeManifest([makeBackup()])],
  ['backup-record.schema.json', backupRecordJsonSchema, makeRecord()],
])('docs/%s', (name, generate, example) => {
  test('is what `node scripts/generate-schemas.ts` writes', async () => {
    const published = await readFile(new URL(`../../docs/${name}`, import.meta.url), 'utf8')
    expect(published).toBe(generate())
  })

  test('admits an example, and unknown keys in it', () => {
    const isValid = ajv.compile(JSON.parse(generate()))
    expect(isValid(example)).toBe(true)
    expect(isValid({ ...example, later: { version: 2 } })).toBe(true)
  })

  test('refuses another version', () => {
    const isValid = ajv.compile(JSON.parse(generate()))
    expect(isValid({ ...example, version: 2 })).toBe(false)
  })
})
