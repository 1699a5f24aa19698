import { redacted } from './scrub-credentials.ts'

/** Texts of inputs in which hosts and addresses stand, as they were given. */
export interface Places {
  /** Connection URLs, or lists of `key=value`. */
  readonly connections: readonly string[]
  /** Addresses or names of services. */
  readonly services: readonly string[]
  readonly bucket: string
}

/** An address within the bucket. */
const objectAddress = /\bs3:\/\/[^\s`'"<>()]*/gi
/** Hosts that nobody has to name: those of providers, and what a name was resolved to. */
const providerHost = /(?<![\w.-])[\w.-]+\.(?:amazonaws\.com(?:\.cn)?|cloudflarestorage\.com)/gi
const ipv4 = /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)/g
const ipv6 =
  /(?<![\w:])(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:(?:[0-9a-f]{1,4}:){1,7}|:):(?:[0-9a-f]{1,4}:){0,6}[0-9a-f]{1,4})(?![\w:])/gi

/**
 * A function that replaces every host and address of databases, buckets and mail servers with `***`,
 * for texts that leave for a comment. A name of one word that is a database's as well is left: there it
 * cannot be told which of the two is meant, and the database is what people talk about.
 */
export function createPlaceHider(places: Places): (text: string) => string {
  const databases = new Set(places.connections.flatMap(readDatabases))
  const hosts = [...places.connections.flatMap(listHosts), ...places.services.flatMap(readService)]
  const hidden = [...new Set(hosts)]
    .filter((name) => name !== '' && (name.includes('.') || !databases.has(name)))
    .sort((a, b) => b.length - a.length)
  const patterns = [
    objectAddress,
    ...hidden.map(
      (name) => new RegExp(`(?<![\\w-])${escapePattern(name)}(?![\\w-])(?::\\d+)?`, 'gi'),
    ),
    ...matchBucket(places.bucket),
    providerHost,
    ipv4,
    ipv6,
  ]
  return (text) => patterns.reduce((shown, pattern) => shown.replace(pattern, redacted), text)
}

/** Many a bucket is called "backups", which is also a word: then only where it stands as a name. */
function matchBucket(bucket: string): readonly RegExp[] {
  if (bucket === '') return []
  const name = escapePattern(bucket)
  return /^[a-z]+$/.test(bucket)
    ? [new RegExp(`(?<=["'\`/])${name}(?=["'\`/])`, 'g')]
    : [new RegExp(`(?<![\\w-])${name}(?![\\w-])`, 'g')]
}

/** Every host that a connection names: of its authority, one or several, and of its parameters. */
function listHosts(connection: string): readonly string[] {
  const pairs = connection.matchAll(/(?:^|[?&\s])host(?:addr)?\s*=\s*'?([^&'\s]+)/gi)
  const lists = [
    ...splitUrl(connection).map(({ authority }) => authority),
    ...[...pairs].map(([, value = '']) => decode(value)),
  ]
  return lists.flatMap((list) => list.split(',')).map(withoutPort)
}

/**
 * A URL in both readings that a password with `/`, `?` or `#` in it leaves: up to the first of them, and
 * from the last `@` on. Nothing where there is no URL.
 */
function splitUrl(text: string): readonly { readonly authority: string; readonly path: string }[] {
  const rest = /^\s*[a-z][a-z0-9+.-]*:\/\/(.*)$/is.exec(text)?.[1]
  if (rest === undefined) return []
  const strict = rest.split(/[?#]/)[0] ?? ''
  return [strict, rest.slice(rest.lastIndexOf('@') + 1)].map((reading) => {
    const [place = '', path = ''] = (reading.split(/[?#]/)[0] ?? '').split('/')
    return { authority: decode(place.slice(place.lastIndexOf('@') + 1)), path: decode(path) }
  })
}

function readService(service: string): readonly string[] {
  return service.includes('://') ? listHosts(service) : [withoutPort(service)]
}

function withoutPort(host: string): string {
  const [, literal] = /^\[(.*)\]/.exec(host.trim()) ?? []
  return literal ?? host.trim().replace(/:\d*$/, '')
}

/** The name of the database that a connection leads to, in each reading of it. */
function readDatabases(connection: string): readonly string[] {
  const [, pair = ''] = /(?:^|\s)dbname\s*=\s*'?([^'\s]+)/i.exec(connection) ?? []
  return [...splitUrl(connection).map(({ path }) => path), pair]
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // Its percent signs encode nothing.
    return text
  }
}

/** The text as a pattern that matches it alone. */
function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
