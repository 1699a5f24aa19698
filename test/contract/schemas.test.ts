import { readFile } from 'node:fs/promises'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { policyFileSchema } from '../../action/domain/policy.ts'
import {
  backupRecordJsonSchema,
  manifestJsonSchema,
  policyJsonSchema,
} from '../../scripts/json-schemas.ts'
import { makeBackup, makeManifest, makeRecord } from '../support/make-backup.ts'

// Formats are left to the patterns that stand beside them.
const ajv = new Ajv({ validateFormats: false, unicodeRegExp: true })

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

describe('docs/policy.schema.json', () => {
  const isValid = ajv.compile(JSON.parse(policyJsonSchema()))

  test('is what `node scripts/generate-schemas.ts` writes', async () => {
    const published = await readFile(
      new URL('../../docs/policy.schema.json', import.meta.url),
      'utf8',
    )
    expect(published).toBe(policyJsonSchema())
  })

  test('admits the file of the documentation, and an empty one', async () => {
    const page = await readFile(
      new URL('../../docs/permissions-and-threat-model.md', import.meta.url),
      'utf8',
    )
    const [, example = ''] = /```yaml\n# \.github\/strongroom\.yml\n([\s\S]+?)```/.exec(page) ?? []
    expect(Object.keys(parse(example))).toContain('commands')
    expect(isValid(parse(example)), JSON.stringify(isValid.errors)).toBe(true)
    expect(isValid({})).toBe(true)
  })

  test.each([
    ['an unknown key', { comands: {} }],
    ['an unknown command', { commands: { drop: { role: 'admin' } } }],
    ['the role of strangers', { commands: { backup: { role: 'none' } } }],
    ['a switch in quotes', { 'allow-unprotected': 'true' }],
  ])('refuses %s, as the Action does', (_, file) => {
    expect(isValid(file)).toBe(false)
    expect(policyFileSchema.safeParse(file).success).toBe(false)
  })
})
