import { createPrivateKey } from 'node:crypto'
import { Failure } from '../action/domain/failure.ts'
import { type ApiAddress, readApiAddress } from './github/api-address.ts'

/** What makes a bot the App that it is. */
export interface AppSettings {
  readonly appId: number
  /** PKCS#8, as PEM. */
  readonly privateKey: string
  readonly webhookSecret: string
  readonly address: ApiAddress
}

/** The same as somebody wrote it. */
export interface RawAppSettings {
  readonly appId?: string | number | undefined
  /** PEM; its line ends may be written as `\n`, and the whole in base64. */
  readonly privateKey?: string | undefined
  readonly webhookSecret?: string | undefined
  /** @default 'https://api.github.com' */
  readonly apiUrl?: string | undefined
}

const githubUrl = 'https://api.github.com'
const secretLengthMin = 32

/**
 * Checks the settings of an App before anything listens.
 *
 * @throws {@link Failure} `invalid_input`, never with a value
 */
export function readAppSettings(raw: RawAppSettings): AppSettings {
  const appId = String(raw.appId ?? '').trim()
  if (!/^[1-9]\d{0,14}$/.test(appId)) throw invalid('APP_ID', 'a number', appId === '')
  const webhookSecret = raw.webhookSecret ?? ''
  if (webhookSecret === '') throw weakSecret('it is missing')
  if (webhookSecret === 'development') throw weakSecret('it is the one that everybody knows')
  if (webhookSecret.length < secretLengthMin) throw weakSecret('it is too short')
  const address = readApiAddress(raw.apiUrl?.trim() || githubUrl)
  if (address === undefined) {
    throw invalid('the address of the API', 'https, and no password within', false)
  }
  return { appId: Number(appId), privateKey: readKey(raw.privateKey), webhookSecret, address }
}

function readKey(text: string | undefined): string {
  const given = text?.trim() ?? ''
  const pem = given.includes('-----BEGIN') ? given : Buffer.from(given, 'base64').toString('utf8')
  try {
    const key = createPrivateKey(pem.replaceAll('\\n', '\n'))
    if (key.asymmetricKeyType === 'rsa')
      return key.export({ type: 'pkcs8', format: 'pem' }).toString()
  } catch {
    // What OpenSSL says of it may quote it.
  }
  throw invalid('PRIVATE_KEY', 'the whole .pem file of the App', given === '')
}

function invalid(name: string, expected: string, isMissing: boolean): Failure {
  return new Failure({
    code: 'invalid_input',
    stage: 'inputs',
    message: `Cannot start the bot: ${name} is ${isMissing ? 'missing' : 'not usable'}, expected ${expected}`,
    hint: 'They stand in the settings of the GitHub App; see docs/bot.md.',
  })
}

function weakSecret(why: string): Failure {
  return new Failure({
    code: 'invalid_input',
    stage: 'inputs',
    message: `Cannot start the bot: WEBHOOK_SECRET cannot be used because ${why}, expected at least ${secretLengthMin} random characters`,
    hint: 'Make one with `openssl rand -hex 32`, and enter it in the settings of the GitHub App too.',
  })
}
