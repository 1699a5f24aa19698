import { lookup } from 'node:dns/promises'
import { Failure } from '../domain/failure.ts'
import type { ReasonCode } from '../domain/reason-code.ts'
import type { ConnectionSettings } from './connection-settings.ts'

/** What a connection attempt ended with, reduced to words that hold no value of ours. */
export interface ConnectionFault {
  /** A SQLSTATE, an errno, one of OpenSSL's words, or one of ours in lower case. */
  readonly word: string
}

interface Explanation {
  readonly code: ReasonCode
  readonly message: string
  readonly hint: string
}

/** The words of ours, for what `pg` reports as a bare sentence. */
export const faultWords = {
  timeout: 'timeout',
  noTls: 'no-tls',
  closed: 'closed',
  noPassword: 'no-password',
  sasl: 'sasl',
} as const

const unreachableHint =
  'Check host and port, that the server is running, and that its firewall admits this machine.'

/** Where no address is known, neither port nor firewall can be the reason. */
const unknownNameHint =
  'Check the host in the URL letter by letter, and that this machine can resolve its name.'

const byWord: Record<string, Explanation> = {
  '28P01': {
    code: 'database_auth_failed',
    message: 'Cannot connect to the database: the password was refused, expected a valid one',
    hint: 'Check user and password in the URL; special characters must be percent-encoded.',
  },
  [faultWords.noPassword]: {
    code: 'database_auth_failed',
    message:
      'Cannot connect to the database: the URL has no password, expected one, since the server asks for it',
    hint: 'Write it into the URL behind the user, percent-encoded: postgres://user:password@…',
  },
  [faultWords.sasl]: {
    code: 'database_auth_failed',
    message:
      'Cannot connect to the database: the server does not prove that it knows the password, expected SCRAM to succeed',
    hint: 'Check that host and port are those of the server itself and that nothing answers in its place.',
  },
  '28000': {
    code: 'database_auth_failed',
    message:
      'Cannot connect to the database: the server admits no such user from here this way, expected an entry in its pg_hba.conf',
    hint: 'Check the user, whether the server insists on encryption (sslmode=require) or on none, and its allowed addresses.',
  },
  '3D000': {
    code: 'database_missing',
    message:
      'Cannot connect to the database: the server has none of that name, expected an existing one',
    hint: "Check the last part of the URL; it is the database's literal name, percent-encoded.",
  },
  '42501': {
    code: 'database_permission_denied',
    message:
      'Cannot connect to the database: the user may not connect to it, expected the CONNECT privilege',
    hint: 'Grant it: GRANT CONNECT ON DATABASE … TO …',
  },
  '53300': {
    code: 'database_unreachable',
    message:
      'Cannot connect to the database: the server has no connection left, expected a free one',
    hint: 'Try again later, or end idle sessions, or raise max_connections, or the CONNECTION LIMIT of the database or the role.',
  },
  '57P03': {
    code: 'database_unreachable',
    message:
      'Cannot connect to the database: the server is starting up or shutting down, expected it ready',
    hint: 'Try again in a moment.',
  },
}

const unreachable: Record<string, string> = {
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the name server does not answer',
  ECONNREFUSED: 'nothing listens on that host and port',
  ECONNRESET: 'the connection was cut',
  ENOENT: 'no socket is in that folder',
  EACCES: 'the socket may not be opened',
  [faultWords.timeout]: 'it did not answer in time',
  [faultWords.closed]: 'it closed the connection',
}

const tlsHints: Record<string, string> = {
  [faultWords.noTls]:
    'The server offers no encryption. On a network that you trust, say so in the URL: ?sslmode=disable.',
  ERR_TLS_CERT_ALTNAME_INVALID:
    "The certificate is for another host. Use the name that it was made for, or sslmode=verify-ca with the provider's sslrootcert.",
  CERT_HAS_EXPIRED: "The server's certificate has expired. Renew it.",
}
const UNKNOWN_CA_HINT =
  "Download the provider's root certificate and name it in the URL, ?sslrootcert=/path/to/ca.pem, or choose ?sslmode=require, which encrypts without checking who answers."

/**
 * Explains a failed connection by its code alone. The server's own sentence and the system's hold
 * the user's, the database's and the host's name, so neither is repeated.
 */
export async function connectionFailure(
  fault: ConnectionFault,
  settings: ConnectionSettings,
): Promise<Failure> {
  const { word } = fault
  const cause = new Error(word)
  const known = byWord[word]
  if (known) return new Failure({ ...known, stage: 'connect', cause })
  if (isTlsWord(word)) {
    return new Failure({
      code: 'database_tls_failed',
      stage: 'connect',
      message: `Cannot connect to the database: no trusted encryption (${word}), expected sslmode=${settings.sslMode} to hold`,
      hint: tlsHints[word] ?? UNKNOWN_CA_HINT,
      cause,
    })
  }
  return new Failure({
    code: 'database_unreachable',
    stage: 'connect',
    message: `Cannot connect to the database: ${unreachable[word] ?? `the server cannot be reached (${word})`}, expected an answer`,
    hint:
      (await ipv6Hint(settings.host)) ?? (word === 'ENOTFOUND' ? unknownNameHint : unreachableHint),
    cause,
  })
}

/** Node names OpenSSL's verification errors in capitals with underscores, without a common prefix. */
function isTlsWord(word: string): boolean {
  return (
    word === faultWords.noTls ||
    /^ERR_(TLS|SSL|OSSL)_|CERT|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|^EPROTO$/.test(word)
  )
}

/** Hosted runners have no IPv6, and some providers' direct hosts have nothing else. */
async function ipv6Hint(host: string): Promise<string | undefined> {
  const isSupabaseDirect = /^db\.[a-z0-9]+\.supabase\.co$/.test(host)
  if (isSupabaseDirect || (await hasOnlyIpv6(host))) {
    return isSupabaseDirect
      ? "Supabase's direct hosts have IPv6 addresses only, and GitHub-hosted runners have no IPv6: use the session pooler (port 5432 of the pooler.supabase.com host)."
      : 'The host has IPv6 addresses only: does your runner have IPv6? GitHub-hosted ones do not.'
  }
  return undefined
}

async function hasOnlyIpv6(host: string): Promise<boolean> {
  if (host.startsWith('/')) return false
  try {
    const addresses = await lookup(host, { all: true })
    return addresses.length > 0 && addresses.every((address) => address.family === 6)
  } catch {
    // The name cannot be resolved at all: another matter, which the fault's own word explains.
    return false
  }
}
