import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { readServerSettings } from '../../../bot/read-server-settings.ts'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pkcs1 = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString()
const env = { APP_ID: '7', PRIVATE_KEY: pkcs1, WEBHOOK_SECRET: 's'.repeat(32) }

function read(changes: Readonly<Record<string, string | undefined>> = {}) {
  return readServerSettings({ ...env, ...changes }, (path) => {
    if (path === '/keys/app.pem') return pkcs1
    throw new Error(`ENOENT ${path}`)
  })
}

describe('readServerSettings', () => {
  it('has Probot’s defaults, and the key in one form', () => {
    expect(read()).toEqual({
      kind: 'serve',
      settings: {
        appId: 7,
        privateKey: pkcs8,
        webhookSecret: env.WEBHOOK_SECRET,
        address: { url: 'https://api.github.com', isServer: false },
        host: 'localhost',
        port: 3000,
        docsUrl: undefined,
      },
    })
  })

  it.each([
    ['with line ends written as \\n', { PRIVATE_KEY: pkcs1.replaceAll('\n', '\\n') }],
    ['in base64', { PRIVATE_KEY: Buffer.from(pkcs1).toString('base64') }],
    ['as PKCS #8', { PRIVATE_KEY: pkcs8 }],
    ['in a file', { PRIVATE_KEY: undefined, PRIVATE_KEY_PATH: '/keys/app.pem' }],
  ])('takes a key %s', (_name, changes) => {
    expect(read(changes)).toMatchObject({ settings: { privateKey: pkcs8 } })
  })

  it.each([
    [{ GHE_HOST: 'github.example' }, 'https://github.example/api/v3', true],
    [{ GHE_HOST: '127.0.0.1:9', GHE_PROTOCOL: 'http' }, 'http://127.0.0.1:9/api/v3', true],
    [{ GITHUB_API_URL: 'https://api.acme.ghe.com' }, 'https://api.acme.ghe.com', false],
  ])('finds the API by %o', (changes, url, isServer) => {
    expect(read(changes)).toMatchObject({ settings: { address: { url, isServer } } })
  })

  it('takes host and port', () => {
    expect(read({ HOST: '0.0.0.0', PORT: '8080' })).toMatchObject({
      settings: { host: '0.0.0.0', port: 8080 },
    })
  })

  it('offers the set-up where nothing is configured, but not in production', () => {
    const nothing = { APP_ID: undefined, PRIVATE_KEY: undefined, WEBHOOK_SECRET: undefined }
    expect(read(nothing)).toEqual({ kind: 'set-up', host: 'localhost', port: 3000 })
    expect(() => read({ ...nothing, NODE_ENV: 'production' })).toThrow(/APP_ID is missing/)
  })

  it.each([
    ['no number of the App', { APP_ID: '' }, /APP_ID is missing/],
    ['a name for a number', { APP_ID: 'strongroom' }, /APP_ID is not usable/],
    ['no key', { PRIVATE_KEY: '' }, /PRIVATE_KEY is missing/],
    ['half a key', { PRIVATE_KEY: pkcs1.slice(0, 200) }, /PRIVATE_KEY is not usable/],
    ['a key of another kind', { PRIVATE_KEY: elliptic }, /PRIVATE_KEY is not usable/],
    ['no file of the key', { PRIVATE_KEY: '', PRIVATE_KEY_PATH: '/none' }, /PRIVATE_KEY_PATH/],
    ['no secret', { WEBHOOK_SECRET: undefined }, /WEBHOOK_SECRET .* missing/],
    ['Probot’s own secret', { WEBHOOK_SECRET: 'development' }, /everybody knows/],
    ['a short secret', { WEBHOOK_SECRET: 's'.repeat(31) }, /too short/],
    ['http to a server', { GHE_HOST: 'github.example', GHE_PROTOCOL: 'http' }, /https/],
    ['a port that is none', { PORT: '70000' }, /PORT/],
    ['a port that is a word', { PORT: 'http' }, /PORT/],
    ['Redis', { REDIS_URL: 'redis://cache.example' }, /REDIS_URL is set/],
    ['a proxy of webhooks', { WEBHOOK_PROXY_URL: 'https://proxy.example' }, /WEBHOOK_PROXY_URL/],
    ['Sentry', { SENTRY_DSN: 'https://sentry.example' }, /SENTRY_DSN/],
  ])('refuses %s, without a value', (_name, changes, message) => {
    expect(() => read(changes)).toThrow(
      expect.objectContaining({
        code: 'invalid_input',
        message: expect.stringMatching(message),
      }),
    )
    expect(() => read(changes)).not.toThrow(/sss|BEGIN|cache|70000|none\b.*ENOENT/)
  })
})
