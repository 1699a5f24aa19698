import { domainToASCII } from 'node:url'
import { parseParameters, type SslMode } from './connection-parameters.ts'
import { refuseTransactionPooler } from './transaction-pooler.ts'
import { decodePart, hasControl, urlFault } from './url-fault.ts'

/** Where and as whom to connect, parsed once; nothing is handed on as a URL after this. */
export interface ConnectionSettings {
  /** A DNS name, an IPv4 or IPv6 literal without brackets, or the absolute folder of a socket. */
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password?: string
  /** The literal name, whatever it holds. */
  readonly database: string
  readonly sslMode: SslMode
  readonly sslRootCertificatePath?: string
  readonly channelBinding?: 'disable' | 'prefer' | 'require'
  readonly connectTimeoutSeconds: number
  readonly applicationName: string
  /** Server options of the URL's `options` parameter, as `PGOPTIONS` takes them. */
  readonly options?: string
}

/** libpq's own default. */
const DEFAULT_PORT = 5432
const URL_LENGTH_MAX = 8192
/** NAMEDATALEN - 1: the server cuts a longer name and would open another database. */
const NAME_BYTES_MAX = 63

const ONE_LINE_HINT =
  'Where it came with the copy of the URL, take it away (%0A or %0D). A password that has one fits into no password file: give the user another.'

/** scheme, authority, path without its slash, query, fragment. */
const URL_SHAPE = /^postgres(?:ql)?:\/\/([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?(#.*)?$/i

/**
 * Reads a `postgres://` or `postgresql://` URL. What two readers could understand differently is
 * refused rather than guessed, since libpq, given the same text, may send a piece of the password
 * to a name server. The host is parsed by WHATWG URL; the database's name is taken literally.
 *
 * Without `sslmode` it is `verify-full`, or `prefer` on loopback and Unix sockets
 * (`?host=/folder`, or the folder percent-encoded as the host).
 * @throws Failure `database_url_invalid` or `transaction_pooler`; its texts repeat no part of the
 *   URL but the names of parameters that libpq itself defines.
 */
export function parseConnectionUrl(url: string): ConnectionSettings {
  const text = url.trim()
  if (text === '') throw urlFault('it is empty')
  if (text.length > URL_LENGTH_MAX) throw urlFault('it is too long')
  if (hasControl(text)) throw urlFault('it holds a control character')
  const shape = URL_SHAPE.exec(text)
  if (!shape) throw urlFault('its form is unknown')
  const [, authority = '', path, query, fragment] = shape
  refuseAmbiguity(authority, path ?? '', fragment)

  const separator = authority.indexOf('@')
  const credentials = parseCredentials(separator < 0 ? '' : authority.slice(0, separator))
  const parameters = parseParameters(query)
  const address = parseAddress(authority.slice(separator + 1), parameters.socketFolder)
  const database = parseDatabase(path ?? '')
  refuseTransactionPooler(address.host, address.port)

  const { socketFolder: _, sslMode, ...rest } = parameters
  return {
    ...address,
    ...credentials,
    database,
    ...rest,
    sslMode: sslMode ?? (isLocal(address.host) ? 'prefer' : 'verify-full'),
  }
}

/** Whether `host` never leaves the machine: a Unix socket, `localhost` or a loopback address. */
export function isLocal(host: string): boolean {
  return (
    host.startsWith('/') || host === 'localhost' || host === '::1' || /^127(\.\d+){3}$/.test(host)
  )
}

/** The signs of a special character that was not percent-encoded. */
function refuseAmbiguity(authority: string, path: string, fragment: string | undefined): void {
  if (fragment !== undefined) throw urlFault('it holds a raw #', 'expected %23 in its place')
  if (authority.split('@').length > 2) {
    throw urlFault(
      'it holds more than one raw @',
      'expected %40 for all but the one before the host',
    )
  }
  if (path.includes('@'))
    throw urlFault('an @ follows the first /', 'expected special characters percent-encoded')
  if (path.includes('/'))
    throw urlFault('its path has more than one part', 'expected one database name, with / as %2F')
}

function parseCredentials(text: string): { user: string; password?: string } {
  const colon = text.indexOf(':')
  const user = decodePart(colon < 0 ? text : text.slice(0, colon), 'user')
  const password = colon < 0 ? '' : decodePart(text.slice(colon + 1), 'password')
  if (user === '') throw urlFault('it names no user')
  if (Buffer.byteLength(user) > NAME_BYTES_MAX)
    throw urlFault('its user is too long', 'expected 63 bytes at most')
  // A line of a password file cannot hold these.
  if (hasControl(user)) throw urlFault('its user holds a control character')
  if (/[\r\n]/.test(password))
    throw urlFault('its password holds a line break', 'expected a single line', ONE_LINE_HINT)
  return password === '' ? { user } : { user, password }
}

function parseDatabase(path: string): string {
  const database = decodePart(path, 'database')
  if (database === '') throw urlFault('it names no database')
  if (Buffer.byteLength(database) > NAME_BYTES_MAX) {
    throw urlFault("its database's name is too long", 'expected 63 bytes at most')
  }
  return database
}

function parseAddress(
  text: string,
  socketFolder: string | undefined,
): { host: string; port: number } {
  const isEmpty = /^(:\d*)?$/.test(text)
  // WHATWG refuses an empty host behind credentials; libpq allows it for sockets.
  const parsed = URL.parse(`postgres://${isEmpty ? `socket${text}` : text}`)
  if (!parsed) throw urlFault('its host or port cannot be understood')
  const port = parsed.port === '' ? DEFAULT_PORT : Number(parsed.port)
  if (port === 0) throw urlFault('its port is 0', 'expected 1 to 65535')
  if (socketFolder !== undefined) {
    if (!isEmpty) throw urlFault('it names a host twice', 'expected one of host and ?host=/folder')
    return { host: socketFolder, port }
  }
  if (isEmpty) throw urlFault('it names no host')
  return { host: checkHost(decodePart(parsed.hostname, 'host')), port }
}

function checkHost(host: string): string {
  if (host.startsWith('/')) return host
  if (/^\[[0-9a-f:.]+\]$/i.test(host)) return host.slice(1, -1)
  if (host.includes(',')) throw urlFault('it names several hosts', 'expected one host')
  const ascii = domainToASCII(host)
  if (!/^[a-z0-9_]([a-z0-9_.-]{0,252})$/i.test(ascii)) {
    throw urlFault('its host cannot be understood')
  }
  return ascii
}
