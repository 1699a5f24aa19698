import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createPasswordFile, passwordLine } from '../../../action/postgres/password-file.ts'

const settings = { host: 'db.example.com', port: 5432, user: 'ann', password: 's3cret' }

describe('passwordLine', () => {
  it.each([
    [settings, 'db.example.com:5432:*:ann:s3cret\n'],
    [{ ...settings, host: '::1' }, '\\:\\:1:5432:*:ann:s3cret\n'],
    [{ ...settings, host: '/run/pg' }, '*:5432:*:ann:s3cret\n'],
    [{ ...settings, user: 'a:b\\c' }, 'db.example.com:5432:*:a\\:b\\\\c:s3cret\n'],
    [{ ...settings, password: 'p:\\ w#*' }, 'db.example.com:5432:*:ann:p\\:\\\\ w#*\n'],
    [{ host: 'h', port: 1, user: 'u' }, ''],
  ])('escapes what libpq would take for its own: %j', (given, line) => {
    expect(passwordLine(given)).toBe(line)
  })
})

describe('createPasswordFile', () => {
  let directory = ''
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'strongroom-test-'))
  })
  afterEach(() => rmSync(directory, { recursive: true, force: true }))

  it('is readable by its owner alone, and so is its folder', () => {
    const file = createPasswordFile(settings, directory)
    expect(statSync(file.path).mode & 0o777).toBe(0o600)
    expect(statSync(dirname(file.path)).mode & 0o777).toBe(0o700)
    expect(readFileSync(file.path, 'utf8')).toBe(passwordLine(settings))
  })

  it('leaves nothing behind, however often it is removed', () => {
    const file = createPasswordFile(settings, directory)
    file.remove()
    file.remove()
    expect(existsSync(file.path)).toBe(false)
    expect(readdirSync(directory)).toEqual([])
  })

  it('gives each file a place of its own', () => {
    const paths = [1, 2].map(() => createPasswordFile(settings, directory).path)
    expect(new Set(paths).size).toBe(2)
  })
})
