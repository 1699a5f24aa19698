import { transactionPooler } from './transaction-pooler.ts'
import { decodePart, hasControl, urlFault } from './url-fault.ts'

/** libpq's `sslmode`, from trusting everything to verifying everything. */
export type SslMode = (typeof sslModes)[number]
const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const
const channelBindings = ['disable', 'prefer', 'require'] as const

/** What the query of a connection URL may say. */
export interface ConnectionParameters {
  readonly sslMode?: SslMode
  readonly sslRootCertificatePath?: string
  readonly channelBinding?: (typeof channelBindings)[number]
  readonly connectTimeoutSeconds: number
  readonly applicationName: string
  readonly options?: string
  /** `?host=/folder`. */
  readonly socketFolder?: string
}

const DIRECT_HINT =
  'The URL says pgbouncer=true. Use the URL that your application uses for migrations, without it.'

const CONNECT_TIMEOUT_SECONDS = 10
const CONNECT_TIMEOUT_SECONDS_MAX = 300

/**
 * Understood by an application's driver and without meaning for a backup of the whole database:
 * Prisma's, above all. Read over, so that the application's own URL serves.
 */
const readOver = new Set([
  'schema',
  'connection_limit',
  'pool_timeout',
  'socket_timeout',
  'statement_cache_size',
  'max_idle_connection_lifetime',
])

/**
 * Defined elsewhere and not supported here. Only these may be repeated in a message: any other
 * name may be a piece of a password that was cut off at a raw question mark.
 */
const refused = new Set([
  'user',
  'password',
  'passfile',
  'dbname',
  'port',
  'hostaddr',
  'service',
  'servicefile',
  'ssl',
  'sslcert',
  'sslkey',
  'sslpassword',
  'sslcrl',
  'sslaccept',
  'sslidentity',
  'sslnegotiation',
  'requiressl',
  'requirepeer',
  'gssencmode',
  'krbsrvname',
  'target_session_attrs',
  'load_balance_hosts',
  'replication',
  'client_encoding',
  'fallback_application_name',
  'keepalives',
  'keepalives_idle',
  'keepalives_interval',
  'keepalives_count',
  'tcp_user_timeout',
  'require_auth',
  'uselibpqcompat',
])

/**
 * Reads the query of a connection URL: `sslmode`, `sslrootcert`, `channel_binding`,
 * `connect_timeout` (seconds), `application_name`, `options` and `host` (a socket's folder).
 * @throws Failure `database_url_invalid` for what is unknown, repeated or out of range
 */
export function parseParameters(query: string | undefined): ConnectionParameters {
  const values = readValues(query)
  const socketFolder = values.get('host')
  if (socketFolder !== undefined && !socketFolder.startsWith('/')) {
    throw urlFault('its parameter host is no absolute path', 'expected the folder of a Unix socket')
  }
  return {
    connectTimeoutSeconds: readTimeout(values.get('connect_timeout')),
    applicationName: values.get('application_name') || 'strongroom',
    ...optional('sslMode', oneOf(values, 'sslmode', sslModes)),
    ...optional('sslRootCertificatePath', readCertificatePath(values.get('sslrootcert'))),
    ...optional('channelBinding', oneOf(values, 'channel_binding', channelBindings)),
    ...optional('options', values.get('options') || undefined),
    ...optional('socketFolder', socketFolder),
  }
}

const supported = new Set([
  'sslmode',
  'sslrootcert',
  'channel_binding',
  'connect_timeout',
  'application_name',
  'options',
  'host',
])

function readValues(query: string | undefined): Map<string, string> {
  const values = new Map<string, string>()
  for (const pair of (query ?? '').split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = equals < 0 ? pair : pair.slice(0, equals)
    if (pair === 'pgbouncer=true') throw transactionPooler(DIRECT_HINT)
    if (readOver.has(name) || name === 'pgbouncer') continue
    if (!supported.has(name)) throw unknownParameter(name)
    if (values.has(name)) throw urlFault(`its parameter ${name} occurs twice`, 'expected it once')
    const value = decodePart(equals < 0 ? '' : pair.slice(equals + 1), `parameter ${name}`)
    if (hasControl(value)) throw urlFault(`its parameter ${name} holds a control character`)
    values.set(name, value)
  }
  return values
}

function unknownParameter(name: string) {
  const list =
    'expected sslmode, sslrootcert, channel_binding, connect_timeout, application_name, options or host'
  const hint = 'Remove the parameter; for encryption use sslmode, for example ?sslmode=require.'
  return refused.has(name)
    ? urlFault(`its parameter ${name} is not supported`, list, hint)
    : urlFault('it has a parameter that is not known', list)
}

function readTimeout(value: string | undefined): number {
  if (value === undefined) return CONNECT_TIMEOUT_SECONDS
  const seconds = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN
  if (seconds >= 1 && seconds <= CONNECT_TIMEOUT_SECONDS_MAX) return seconds
  throw urlFault(
    'its parameter connect_timeout is out of range',
    `expected 1 to ${CONNECT_TIMEOUT_SECONDS_MAX} seconds`,
  )
}

/** `system` is libpq 16's word for the certificates that are the default here anyway. */
function readCertificatePath(value: string | undefined): string | undefined {
  if (value === undefined || value === '' || value === 'system') return undefined
  if (value.startsWith('/')) return value
  throw urlFault('its parameter sslrootcert is no absolute path', 'expected one or "system"')
}

function oneOf<const T extends string>(
  values: ReadonlyMap<string, string>,
  name: string,
  allowed: readonly T[],
): T | undefined {
  const value = values.get(name)
  if (value === undefined) return undefined
  const found = allowed.find((word) => word === value)
  if (found) return found
  throw urlFault(
    `its parameter ${name} has an unknown value`,
    `expected one of ${allowed.join(', ')}`,
  )
}

/** A property only where there is a value, as exact optional properties want it. */
function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V })
}
