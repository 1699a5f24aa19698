import { z } from 'zod'
import { isBackupId } from './backup-id.ts'

/** How much of a value that is no secret is repeated in a message. */
const quotedCharactersMax = 40
/** How many names one list may hold. */
const listItemsMax = 1000

/**
 * A value as a message repeats it: one line, bounded, so that a value pasted by mistake neither
 * floods a log nor forges lines in it.
 */
function quote(text: string): string {
  const line = text.replace(/\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}/gu, '?')
  const characters = [...line]
  const cut =
    characters.length > quotedCharactersMax
      ? `${characters.slice(0, quotedCharactersMax).join('')}…`
      : line
  return `"${cut}"`
}

/** One reading of a text: the value, or what is wrong with it as "<current>, expected <wanted>". */
type Reading<T> = { readonly value: T } | { readonly problem: string }

/** A schema from text to `T`; its issues are the second half of an error sentence. */
function reading<T>(read: (text: string) => Reading<T>) {
  return z.string().transform((text, context): T => {
    const outcome = read(text.trim())
    if ('value' in outcome) return outcome.value
    context.addIssue({ code: 'custom', message: outcome.problem })
    return z.NEVER
  })
}

/** One of a closed list, whatever the case it is written in. */
export function oneOf<const T extends string>(words: readonly T[]) {
  return reading<T>((text) => readWord(text, words))
}

/** Like {@link oneOf}, `undefined` where nothing is given. */
export function optionalOneOf<const T extends string>(words: readonly T[]) {
  return reading<T | undefined>((text) =>
    text === '' ? { value: undefined } : readWord(text, words),
  )
}

function readWord<T extends string>(text: string, words: readonly T[]): Reading<T> {
  const found = words.find((word) => word.toLowerCase() === text.toLowerCase())
  if (found !== undefined) return { value: found }
  return { problem: `${quote(text)} is not known, expected ${listWords(words)}` }
}

/** "a, b or c". */
function listWords(words: readonly string[]): string {
  const head = words.slice(0, -1).map((word) => `"${word}"`)
  return head.length === 0
    ? `"${words[0] ?? ''}"`
    : `${head.join(', ')} or "${words[words.length - 1] ?? ''}"`
}

/**
 * `true` or `false` in any case and nothing else: `yes`, `1` and `on` are refused, because a
 * misread switch of a backup tool is found out too late.
 */
export function flag() {
  return reading<boolean>((text) => {
    const word = text.toLowerCase()
    if (word === 'true') return { value: true }
    if (word === 'false') return { value: false }
    return { problem: `${quote(text)} is neither, expected "true" or "false"` }
  })
}

/** A whole number in decimal digits, within bounds. */
export function wholeNumber(min: number, max: number) {
  return reading<number>((text) => readNumber(text, min, max))
}

/** Like {@link wholeNumber}, `undefined` where nothing is given. */
export function optionalWholeNumber(min: number, max: number) {
  return reading<number | undefined>((text) =>
    text === '' ? { value: undefined } : readNumber(text, min, max),
  )
}

function readNumber(text: string, min: number, max: number): Reading<number> {
  const wanted =
    max === Number.MAX_SAFE_INTEGER
      ? `a whole number of at least ${min}`
      : `a whole number from ${min} to ${max}`
  if (!/^[+-]?\d+$/.test(text))
    return { problem: `${quote(text)} is not a whole number, expected ${wanted}` }
  const value = Number(text)
  if (value < min) return { problem: `${quote(text)} is too small, expected ${wanted}` }
  if (value > max) return { problem: `${quote(text)} is too large, expected ${wanted}` }
  return { value }
}

/**
 * Names separated by commas or newlines. A comma between double quotes belongs to the name, as in
 * the patterns of pg_dump.
 */
export function list() {
  return reading<readonly string[]>((text) => {
    const items: string[] = []
    let item = ''
    let quoted = false
    for (const character of text) {
      if (character === '"') quoted = !quoted
      if (!quoted && (character === ',' || character === '\n')) {
        items.push(item)
        item = ''
      } else item += character
    }
    if (quoted) return { problem: 'a double quote is left open, expected it to be closed' }
    items.push(item)
    const value = items.map((name) => name.trim()).filter((name) => name !== '')
    if (value.length > listItemsMax)
      return { problem: `it has ${value.length} items, expected at most ${listItemsMax}` }
    if (value.some((name) => name.includes('\0')))
      return { problem: 'it holds a NUL character, expected names' }
    return { value }
  })
}

/** Free text that is never repeated; `undefined` where nothing is given. */
export function optionalText() {
  return reading<string | undefined>((text) => {
    if (text.includes('\0')) return { problem: 'it holds a NUL character, expected text' }
    return { value: text === '' ? undefined : text }
  })
}

/** One line of text that fits `pattern`, `undefined` where nothing is given; never repeated. */
export function optionalPattern(pattern: RegExp, wanted: string) {
  return reading<string | undefined>((text) => {
    if (text === '') return { value: undefined }
    return pattern.test(text)
      ? { value: text }
      : { problem: `it has another form, expected ${wanted}` }
  })
}

/** The id of a backup, `latest`, or `undefined` where nothing is given. */
export function optionalBackupId() {
  return reading<string | undefined>((text) => {
    if (text === '') return { value: undefined }
    if (text.toLowerCase() === 'latest') return { value: 'latest' }
    if (isBackupId(text)) return { value: text }
    return {
      problem: `${quote(text)} is not the id of a backup, expected "latest" or an id like "20261122T030012Z-k7q2"`,
    }
  })
}

/** The folder of a bucket, as `normalizePrefix` takes it: slashes at the ends do not matter. */
export function objectPrefix() {
  return reading<string>((text) => {
    const value = text.replace(/^\/+/, '').replace(/(?<!\/)\/+$/, '')
    const wanted =
      'at most 512 letters, digits and _ . = - in parts separated by single slashes, such as "strongroom/shop"'
    const parts = value.split('/')
    if (value.length > 512)
      return { problem: `it has ${value.length} characters, expected ${wanted}` }
    if (parts.some((part) => part === '' || part === '.' || part === '..'))
      return { problem: `it has an empty part, "." or "..", expected ${wanted}` }
    if (!parts.every((part) => /^[A-Za-z0-9_.=-]+$/.test(part)))
      return { problem: `it has an unusual character, expected ${wanted}` }
    return { value }
  })
}

/**
 * The address of an S3 service. Never repeated, since people put credentials into it; these are
 * refused here.
 */
export function optionalEndpoint() {
  return reading<string | undefined>((text) => {
    if (text === '') return { value: undefined }
    const wanted = 'an address such as "https://<account>.r2.cloudflarestorage.com"'
    if (!/^https?:\/\//i.test(text))
      return { problem: `it does not start with https:// (or http://), expected ${wanted}` }
    if (!URL.canParse(text)) return { problem: `it is not an address, expected ${wanted}` }
    const url = new URL(text)
    if (url.username !== '' || url.password !== '')
      return { problem: `it carries credentials, expected ${wanted}` }
    if (url.search !== '' || url.hash !== '')
      return { problem: `it carries a query or a fragment, expected ${wanted}` }
    return { value: text.replace(/\/+$/, '') }
  })
}

/**
 * An address that messages are sent to. Never repeated: whoever knows it can send, too. So it is
 * TLS, but on this machine.
 */
export function optionalHook() {
  return reading<string | undefined>((text) => {
    if (text === '') return { value: undefined }
    const wanted = 'an address that begins with "https://"'
    const url = URL.canParse(text) ? new URL(text) : undefined
    const isLoopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url?.hostname ?? '')
    const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback)
    if (url === undefined || !isSafe)
      return { problem: `it is no address, or one without TLS, expected ${wanted}` }
    if (url.username !== '' || url.password !== '')
      return { problem: `it carries user or password, expected ${wanted}` }
    return { value: url.href }
  })
}

/** E-mail addresses; no control characters, so that none can add a header. */
export function emailAddresses() {
  return reading<readonly string[]>((text) => {
    const value = text
      .split(/[,\n]/)
      .map((address) => address.trim())
      .filter((address) => address !== '')
    if (value.every((address) => /^[^\s\p{Cc}<>@]{1,64}@[^\s\p{Cc}<>@]{1,255}$/u.test(address)))
      return { value }
    return {
      problem: 'not every item is an address, expected "name@example.com", separated by commas',
    }
  })
}
