import { describe, expect, it } from 'vitest'
import type { RawInputs } from '../../../action/domain/input-keys.ts'
import { listSecrets } from '../../../action/runner/list-secrets.ts'
import { registerMasks } from '../../../action/runner/register-masks.ts'
import { makeRawInputs } from '../../support/raw-inputs.ts'

const texts = (given: Partial<RawInputs>) =>
  listSecrets(makeRawInputs(given)).map(({ text }) => text)

describe('listSecrets of a connection URL', () => {
  const rows: [string, string[]][] = [
    ['postgres://user:s3cret@host/db', ['s3cret']],
    ['postgres://user:p%40ss%2Fword@host/db', ['p%40ss%2Fword', 'p@ss/word']],
    ['postgres://u:it%27s!(x)*@h/d', ['it%27s!(x)*', "it's!(x)*", 'it%27s%21%28x%29%2A']],
    ['postgres://user:p@ss@host/db', ['p@ss', 'p%40ss']],
    ['postgres://user:pa/ss@host/db', ['pa/ss', 'pa%2Fss']],
    ['postgres://user:pa#ss?x@host/db', ['pa#ss?x']],
    ['postgres://user:100%sure@host/db', ['100%sure', '100%25sure']],
    ['postgres://host/db?user=u&password=s3cret&sslmode=require', ['s3cret']],
    ['postgres://host/db?sslpassword=k3y%20pass', ['k3y%20pass', 'k3y pass']],
    ["host=h password='it is \\'it' dbname=d", ["it is \\'it"]],
    ['host=h password = s3cret dbname=d', ['s3cret']],
  ]
  it.each(rows)('%s', (url, passwords) => {
    const found = texts({ 'database-url': url })
    expect(found).toContain(url)
    expect(found).toEqual(expect.arrayContaining(passwords))
    expect(texts({ 'target-database-url': url })).toEqual(found)
  })

  it('names no user, host or database', () => {
    const found = texts({ 'database-url': 'postgres://alice:s3cret@db.example.com:5432/shop' })
    for (const part of ['alice', 'db.example.com', 'shop', '5432'])
      expect(found).not.toContain(part)
  })

  it('lists the whole text where it is no URL at all', () => {
    expect(texts({ 'database-url': 's3cret' })).toEqual(['s3cret'])
  })
})

describe('listSecrets of an address', () => {
  it.each([
    'webhook-url',
    'slack-webhook-url',
    'discord-webhook-url',
    'teams-webhook-url',
    'ping-url',
  ] as const)('lists %s whole, as fetch writes it, and by its long parts', (input) => {
    const found = texts({
      [input]: 'https://Hooks.example/services/T0B0/XXXXYYYYZZZZ?sig=AAAABBBBCCCC',
    })
    expect(found).toEqual(
      expect.arrayContaining([
        'https://Hooks.example/services/T0B0/XXXXYYYYZZZZ?sig=AAAABBBBCCCC',
        'https://hooks.example/services/T0B0/XXXXYYYYZZZZ?sig=AAAABBBBCCCC',
        '/services/T0B0/XXXXYYYYZZZZ?sig=AAAABBBBCCCC',
        'XXXXYYYYZZZZ',
        'AAAABBBBCCCC',
      ]),
    )
    for (const word of ['services', 'T0B0', 'hooks.example']) expect(found).not.toContain(word)
  })
})

describe('listSecrets', () => {
  it('lists every input that the registry calls a secret, and no other', () => {
    const given = {
      'secret-access-key': 'aaaa+/=1',
      'session-token': 'bbbb',
      'smtp-password': 'cccc',
      'github-token': 'dddd',
      'access-key-id': 'public',
      bucket: 'public',
    }
    const found = texts(given)
    expect(found).toEqual(
      expect.arrayContaining(['aaaa+/=1', 'aaaa%2B%2F%3D1', 'bbbb', 'cccc', 'dddd']),
    )
    expect(found).not.toContain('public')
  })

  it('lists each line of a value of several', () => {
    expect(texts({ 'smtp-password': 'first\nsecond' })).toEqual(
      expect.arrayContaining(['first\nsecond', 'first', 'second']),
    )
  })

  it('takes half a surrogate pair as it is', () => {
    expect(texts({ 'smtp-password': 'abcd\ud800' })).toEqual(['abcd\ud800'])
  })
})

describe('registerMasks', () => {
  const register = (given: Partial<RawInputs>) => {
    const masked: string[] = []
    const warnings: string[] = []
    const secrets = registerMasks(listSecrets(makeRawInputs(given)), {
      mask: (text) => masked.push(text),
      warn: (line) => warnings.push(line),
    })
    return { masked, warnings, secrets }
  }

  it('masks every secret and returns them, the longest first', () => {
    const { masked, secrets, warnings } = register({ 'database-url': 'postgres://u:s3cret@h/d' })
    expect(secrets).toEqual(['postgres://u:s3cret@h/d', 's3cret'])
    expect(new Set(masked)).toEqual(new Set(secrets))
    expect(warnings).toEqual([])
  })

  it('warns about a short one, by the name of its input only', () => {
    const { masked, warnings } = register({ 'database-url': 'postgres://u:pw@h/d' })
    expect(masked).toEqual(['postgres://u:pw@h/d'])
    expect(warnings).toEqual([
      'Cannot mask all of input "database-url" (or DATABASE_URL): it, its password or one of its lines has fewer than 4 characters, expected a longer secret',
    ])
  })
})
