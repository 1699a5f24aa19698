import { afterEach, describe, expect, it, vi } from 'vitest'
import { readInputs, readTerminalInputs } from '../../../action/runner/read-inputs.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

/** What the runner passes for `with:`. */
function passInputs(inputs: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(inputs)) vi.stubEnv(`INPUT_${key.toUpperCase()}`, value)
}

function captureStdout(): string[] {
  const lines: string[] = []
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    lines.push(String(text).trimEnd())
    return true
  })
  return lines
}

const url = 'postgres://user:p%40ss!word@host/shop'

describe('readInputs', () => {
  it('registers masks although an input is wrong, and says nothing else', () => {
    const lines = captureStdout()
    passInputs({ 'database-url': url, 'keep-last': '0' })
    const { reading, secrets } = readInputs({}, () => undefined)
    expect(reading.kind).toBe('invalid')
    expect(lines.every((line) => line.startsWith('::add-mask::'))).toBe(true)
    expect(lines).toEqual(
      expect.arrayContaining([
        // The runner decodes %25 of its own escaping.
        '::add-mask::postgres://user:p%2540ss!word@host/shop',
        '::add-mask::p%2540ss!word',
        '::add-mask::p@ss!word',
        '::add-mask::p%2540ss%2521word',
      ]),
    )
    expect(secrets).toEqual(expect.arrayContaining([url, 'p@ss!word']))
  })

  it('masks what comes from the environment too', () => {
    const lines = captureStdout()
    readInputs(
      { DATABASE_URL: url, RESTORE_DATABASE_URL: 'postgres://r:0therpass@h/d' },
      () => undefined,
    )
    expect(lines).toEqual(
      expect.arrayContaining(['::add-mask::p@ss!word', '::add-mask::0therpass']),
    )
  })

  it('prefers an input, then the variable of the contract, then the default', () => {
    captureStdout()
    passInputs({ bucket: 'given', prefix: '' })
    const env = { AWS_BACKUP_BUCKET: 'fallback', BACKUP_PREFIX: 'team', SMTP_PORT: '25' }
    const { reading } = readInputs(env, () => undefined)
    expect(reading).toMatchObject({
      kind: 'valid',
      inputs: { bucket: 'given', prefix: 'team', smtpPort: 25, region: 'auto' },
    })
  })

  it('never mixes credentials given as inputs with those of the environment', () => {
    captureStdout()
    passInputs({ 'access-key-id': 'r2key', 'secret-access-key': 'r2secret' })
    const env = {
      AWS_ACCESS_KEY_ID: 'oidckey',
      AWS_SECRET_ACCESS_KEY: 'oidcsecret',
      AWS_SESSION_TOKEN: 'oidctoken',
    }
    expect(readInputs(env, () => undefined).reading).toMatchObject({
      inputs: { accessKeyId: 'r2key', secretAccessKey: 'r2secret', sessionToken: undefined },
    })
  })

  it('does not look for a token that nobody passed', () => {
    captureStdout()
    const { reading } = readInputs({ GITHUB_TOKEN: 'ghs_token' }, () => undefined)
    expect(reading).toMatchObject({ inputs: { githubToken: undefined } })
  })
})

describe('readTerminalInputs', () => {
  it('reads options, then the environment, and tells no runner', () => {
    const lines = captureStdout()
    const { reading, secrets } = readTerminalInputs(
      { command: 'list', 'filter-type': 'daily' },
      { AWS_BACKUP_BUCKET: 'vault', GITHUB_TOKEN: 'ghp_token', DATABASE_URL: url },
      () => undefined,
    )
    expect(reading).toMatchObject({
      inputs: { command: 'list', filterType: 'DAILY', bucket: 'vault', githubToken: 'ghp_token' },
    })
    expect(secrets).toContain('p@ss!word')
    expect(lines).toEqual([])
  })
})
