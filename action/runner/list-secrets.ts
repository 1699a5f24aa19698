import { describeInput, type InputKey, inputKeys, type RawInputs } from '../domain/input-keys.ts'

/** A text that must not be shown, and the input it came with. */
export interface Secret {
  readonly input: InputKey
  readonly text: string
}

/** Inputs whose value is a connection, with a password somewhere inside. */
const connectionKeys: ReadonlySet<InputKey> = new Set(['database-url', 'target-database-url'])

/** Inputs whose value is an address that whoever knows it can use. */
const hookKeys: ReadonlySet<InputKey> = new Set([
  'webhook-url',
  'slack-webhook-url',
  'discord-webhook-url',
  'teams-webhook-url',
  'ping-url',
])

/** A shorter part of an address is a word like any other. */
const hookPartLengthMin = 12

/**
 * Every text that gives a secret away: the values themselves and, of connections, the password as
 * typed, decoded and in both encodings. The runner's own masks know none of these parts, and miss
 * what `encodeURIComponent` leaves raw.
 *
 * Works on text that is not a URL at all, since masks come before anything is judged: where it is
 * unclear which `@` ends a password, every reading of it is listed.
 */
export function listSecrets(raw: RawInputs): readonly Secret[] {
  const secrets = new Map<string, Secret>()
  for (const input of inputKeys) {
    if (describeInput(input).secret !== true || raw[input] === '') continue
    const value = raw[input]
    const texts = [value, value.trim()]
    if (hookKeys.has(input)) texts.push(...listHookParts(value.trim()))
    if (connectionKeys.has(input)) texts.push(...listPasswords(value).flatMap(listSpellings))
    else texts.push(...listSpellings(value.trim()))
    // Logs are masked line by line, so a value of several lines is also its lines.
    texts.push(...texts.flatMap((text) => text.split(/\r?\n/)).map((line) => line.trim()))
    for (const text of texts) if (text !== '') secrets.set(text, { input, text })
  }
  return [...secrets.values()]
}

/** The address as fetch writes it, and what is secret in it: its path, its query, the long parts. */
function listHookParts(address: string): readonly string[] {
  if (!URL.canParse(address)) return []
  const { href, pathname, search, searchParams } = new URL(address)
  const parts = [`${pathname}${search}`, pathname, ...pathname.split('/'), ...searchParams.values()]
  return [href, ...parts.filter((part) => part.length >= hookPartLengthMin)]
}

/** What may be a password in a connection URL or in a list of `key=value`, as typed. */
function listPasswords(connection: string): readonly string[] {
  const passwords: string[] = []
  const rest = /^[a-z][a-z0-9+.-]*:\/\/(.*)$/is.exec(connection.trim())?.[1] ?? ''
  const authority = rest.split(/[/?#]/)[0] ?? ''
  for (const text of [rest, authority]) {
    const end = text.lastIndexOf('@')
    const colon = text.indexOf(':')
    if (end > 0 && colon >= 0 && colon < end) passwords.push(text.slice(colon + 1, end))
  }
  const pairs = /(?:^|[?&\s])(?:ssl)?password\s*=\s*(?:'((?:[^'\\]|\\.)*)'|([^\s&#']+))/gi
  for (const pair of connection.matchAll(pairs)) passwords.push(pair[1] ?? pair[2] ?? '')
  return passwords
}

/** A text as typed, decoded, and encoded in the two ways that programs encode. */
function listSpellings(typed: string): readonly string[] {
  const decoded = decode(typed)
  return [typed, decoded, ...listEncodings(typed), ...listEncodings(decoded)]
}

function listEncodings(text: string): readonly string[] {
  if (!text.isWellFormed()) return []
  const encoded = encodeURIComponent(text)
  const strict = encoded.replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return [encoded, strict]
}

/** The decoded text, or the text itself where its percent signs encode nothing. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
