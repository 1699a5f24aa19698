import { readFileSync } from 'node:fs'
import { Socket } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import pg from 'pg'
import { Failure } from '../domain/failure.ts'
import { certificateBundlePath } from './certificate-bundle.ts'
import { type ConnectionFault, connectionFailure, faultWords } from './connection-failure.ts'
import type { ConnectionSettings } from './connection-settings.ts'

const KEEPALIVE_AFTER_MS = 30_000
/** Catalogue queries; who runs longer statements sets it anew on the connection. */
const STATEMENT_TIMEOUT_MS = 60_000

export interface OpenOptions {
  /** Instead of the settings' own. */
  readonly database?: string
  /** Cuts the connection whenever it fires, also after it was opened: what was asked rejects. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Opens a connection of our own, for everything that is not a dump or a restore: no client program
 * is needed to ask a server what it is.
 *
 * Its `search_path` is empty and its `statement_timeout` one minute; what the user's own SQL needs,
 * it must set. An error on the idle connection ends it and shows in the next query.
 * @throws Failure `database_unreachable`, `database_auth_failed`, `database_missing`,
 *   `database_tls_failed` or `database_permission_denied`; no text of it holds a value of the URL.
 */
export async function openConnection(
  settings: ConnectionSettings,
  options: OpenOptions = {},
): Promise<pg.Client> {
  options.signal?.throwIfAborted()
  const attempts = encryptionAttempts(settings)
  for (const [index, encrypted] of attempts.entries()) {
    const outcome = await attempt(settings, options, encrypted)
    if (outcome instanceof pg.Client) return outcome
    const mayRetry = outcome.word === faultWords.noTls || /^28/.test(outcome.word)
    if (index === attempts.length - 1 || !mayRetry) throw await connectionFailure(outcome, settings)
  }
  throw new Error('encryptionAttempts is never empty')
}

/** As libpq goes about it: `prefer` and `allow` have a second way where the first is refused. */
function encryptionAttempts(settings: ConnectionSettings): boolean[] {
  if (settings.host.startsWith('/') || settings.sslMode === 'disable') return [false]
  if (settings.sslMode === 'prefer') return [true, false]
  if (settings.sslMode === 'allow') return [false, true]
  return [true]
}

async function attempt(
  settings: ConnectionSettings,
  options: OpenOptions,
  encrypted: boolean,
): Promise<pg.Client | ConnectionFault> {
  // Our own socket, because `client.end()` waits for a peer that may never answer.
  const socket = new Socket()
  const client = new pg.Client({
    stream: () => socket,
    host: settings.host,
    port: settings.port,
    user: settings.user,
    // A function, since pg would put PGPASSWORD or ~/.pgpass in the place of an empty string.
    password: () => settings.password ?? '',
    database: options.database ?? settings.database,
    ssl: encrypted && tlsOptions(settings),
    // Only where it is asked for: pg cannot do it with every kind of certificate.
    enableChannelBinding: encrypted && /prefer|require/.test(settings.channelBinding ?? ''),
    application_name: settings.applicationName,
    client_encoding: 'UTF8',
    connectionTimeoutMillis: settings.connectTimeoutSeconds * 1000,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEPALIVE_AFTER_MS,
  })
  setServerOptions(client, settings.options)
  // Without a listener, a server that ends an idle session would end this process.
  client.on('error', () => socket.destroy())
  const onAbort = () => socket.destroy()
  options.signal?.addEventListener('abort', onAbort, { once: true })
  socket.once('close', () => options.signal?.removeEventListener('abort', onAbort))
  try {
    await client.connect()
    await client.query(
      `SELECT pg_catalog.set_config('search_path', '', false),
              pg_catalog.set_config('statement_timeout', $1, false)`,
      [String(STATEMENT_TIMEOUT_MS)],
    )
    return client
  } catch (error) {
    socket.destroy()
    options.signal?.throwIfAborted()
    return { word: faultWord(error) }
  }
}

function tlsOptions(settings: ConnectionSettings): ConnectionOptions {
  // libpq checks the chain under `require` as well where a root certificate is named.
  const isVerified =
    settings.sslMode.startsWith('verify-') || settings.sslRootCertificatePath !== undefined
  if (!isVerified) return { rejectUnauthorized: false }
  const bundle = certificateBundlePath(settings)
  return {
    rejectUnauthorized: true,
    ...(bundle !== undefined && { ca: readBundle(bundle) }),
    ...(settings.sslMode !== 'verify-full' && { checkServerIdentity: () => undefined }),
  }
}

function readBundle(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw new Failure({
      code: 'database_tls_failed',
      stage: 'connect',
      message:
        'Cannot connect to the database: the file of sslrootcert cannot be read, expected PEM',
      hint: 'Write the root certificate to that path in a step before this one.',
      cause,
    })
  }
}

/** pg would take `PGOPTIONS` of this process where the URL has no options; it has no switch for it. */
function setServerOptions(client: pg.Client, options: string | undefined): void {
  const parameters: unknown = Reflect.get(client, 'connectionParameters')
  if (typeof parameters === 'object' && parameters !== null) {
    Reflect.set(parameters, 'options', options)
  }
}

/** SQLSTATE or errno where there is one, else a word for the sentences that pg itself makes. */
function faultWord(error: unknown): string {
  if (!(error instanceof Error)) return faultWords.closed
  const first = error instanceof AggregateError ? error.errors.at(-1) : error
  if (first instanceof Error && 'code' in first && typeof first.code === 'string') return first.code
  if (/timeout/.test(error.message)) return faultWords.timeout
  if (/does not support SSL|establishing an SSL/.test(error.message)) return faultWords.noTls
  if (/password must be/.test(error.message)) return faultWords.noPassword
  if (error.message.startsWith('SASL')) return faultWords.sasl
  return faultWords.closed
}
