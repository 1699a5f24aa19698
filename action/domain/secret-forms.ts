import { encodeBase64 } from './encode-base64.ts'

/** Shorter texts occur by chance: replacing them would shred every line. */
export const secretLengthMin = 4
/** A base64 fragment without fixed ends has to be longer to mean anything. */
const fragmentLengthMin = 8

/**
 * Every form in which a secret may turn up in a text, the secret itself among them: single lines of
 * it, percent-encoded in the usual ways, escaped for JSON and XML, in hexadecimal, in base64 alone
 * or within something longer. Of a URL also its password, as typed and decoded.
 *
 * @returns none where the secret has fewer than {@link secretLengthMin} characters
 */
export function formsOf(secret: string): ReadonlySet<string> {
  if (secret.length < secretLengthMin) return new Set()
  const plain = [secret, secret.trim(), ...secret.split(/[\r\n]+/), ...passwordOf(secret)]
  const decoded = plain.flatMap((text) => [text, decode(text)])
  const forms = decoded.filter((text) => text.length >= secretLengthMin).flatMap(encodeAll)
  return new Set(forms.filter((form) => form.length >= secretLengthMin))
}

function encodeAll(text: string): string[] {
  const wellFormed = text.toWellFormed()
  const bytes = new TextEncoder().encode(wellFormed)
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  const component = encodeURIComponent(wellFormed)
  const strict = component.replace(/[!'()*]/g, percent)
  const percentEncoded = [component, strict, strict.replaceAll('%20', '+'), encodeURI(wellFormed)]
  return [
    text,
    ...percentEncoded,
    ...percentEncoded.map(lowerPercents),
    JSON.stringify(text).slice(1, -1),
    escapeXml(text, '&#39;'),
    escapeXml(text, '&apos;'),
    hex,
    hex.toUpperCase(),
    ...base64Forms(bytes),
  ]
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}

function lowerPercents(text: string): string {
  return text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())
}

function escapeXml(text: string, apostrophe: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", apostrophe)
}

/**
 * Base64 of the bytes alone, and what stays the same of it when one or two bytes, or a whole
 * number of threes, come before them, whatever follows.
 */
function base64Forms(bytes: Uint8Array): string[] {
  const alone = encodeBase64(bytes).replaceAll('=', '')
  const within = [0, 1, 2].map((offset) => {
    const shifted = new Uint8Array(offset + bytes.length)
    shifted.set(bytes, offset)
    const whole = Math.floor((shifted.length * 8) / 6)
    return encodeBase64(shifted).slice(Math.ceil((offset * 8) / 6), whole)
  })
  return [alone, ...within.filter((form) => form.length >= fragmentLengthMin)].flatMap((form) => [
    form,
    form.replaceAll('+', '-').replaceAll('/', '_'),
  ])
}

function passwordOf(secret: string): string[] {
  const [, password] = /^[a-z][a-z0-9+.-]{0,30}:\/\/[^:/?#@]*:(.*)@/is.exec(secret) ?? []
  return password === undefined ? [] : [password]
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // Not percent-encoded: the text is its own decoded form.
    return text
  }
}
