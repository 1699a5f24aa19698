import { Failure } from '../action/domain/failure.ts'
import { type AppSettings, readAppSettings } from './read-settings.ts'

/** Environment variables, as the process has them. */
export type Environment = Readonly<Record<string, string | undefined>>

export interface ServerSettings extends AppSettings {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  readonly docsUrl: string | undefined
}

/** What to do with an environment. */
export type Start =
  | { readonly kind: 'serve'; readonly settings: ServerSettings }
  /** Nothing is known of an App: the page that makes one is shown. */
  | { readonly kind: 'set-up'; readonly host: string; readonly port: number }

/** Variables by which Probot fetches packages at run time. */
const fetching = {
  REDIS_URL: 'nothing of the bot is kept outside GitHub',
  WEBHOOK_PROXY_URL: 'webhooks must come to the bot itself',
  SENTRY_DSN: 'the log is on standard output',
} as const

const ownVariables = ['APP_ID', 'PRIVATE_KEY', 'PRIVATE_KEY_PATH', 'WEBHOOK_SECRET']

/**
 * Reads the environment of the server, under the names that Probot gave them.
 *
 * @param readFile text of the file that `PRIVATE_KEY_PATH` names
 * @throws {@link Failure} `invalid_input`, never with a value
 */
export function readServerSettings(env: Environment, readFile: (path: string) => string): Start {
  for (const [name, why] of Object.entries(fetching)) if (env[name]) throw refused(name, why)
  const host = env['HOST']?.trim() || 'localhost'
  const port = readPort(env['PORT'])
  if (ownVariables.every((name) => !env[name])) {
    if (env['NODE_ENV'] !== 'production') return { kind: 'set-up', host, port }
  }
  const path = env['PRIVATE_KEY_PATH']
  const privateKey = env['PRIVATE_KEY'] || (path ? readKeyFile(path, readFile) : undefined)
  const app = readAppSettings({
    appId: env['APP_ID'],
    privateKey,
    webhookSecret: env['WEBHOOK_SECRET'],
    apiUrl: readApiUrl(env),
  })
  const docsUrl = env['DOCS_URL']?.trim() || undefined
  return { kind: 'serve', settings: { ...app, host, port, docsUrl } }
}

function readApiUrl(env: Environment): string | undefined {
  const host = env['GHE_HOST']?.trim()
  if (!host) return env['GITHUB_API_URL']
  return `${env['GHE_PROTOCOL']?.trim() || 'https'}://${host}/api/v3`
}

const portMax = 65_535

function readPort(text: string | undefined): number {
  const given = text?.trim() || '3000'
  if (/^\d{1,5}$/.test(given) && Number(given) <= portMax) return Number(given)
  throw new Failure({
    code: 'invalid_input',
    stage: 'inputs',
    message: `Cannot start the bot: PORT is not usable, expected a number from 0 to ${portMax}`,
  })
}

function readKeyFile(path: string, readFile: (path: string) => string): string {
  try {
    return readFile(path)
  } catch (cause) {
    throw new Failure({
      code: 'invalid_input',
      stage: 'inputs',
      message:
        'Cannot start the bot: the file that PRIVATE_KEY_PATH names cannot be read, expected the .pem file of the App',
      hint: 'Check the path, and that the account of the bot may read it.',
      cause,
    })
  }
}

function refused(name: string, why: string): Failure {
  return new Failure({
    code: 'invalid_input',
    stage: 'inputs',
    message: `Cannot start the bot: ${name} is set, expected it not to be, because ${why}`,
    hint: `Remove ${name}: for it Probot would fetch a package from the network while it runs.`,
  })
}
