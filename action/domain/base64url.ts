import { encodeBase64 } from './encode-base64.ts'

/** UTF-8 text in base64url without padding (RFC 4648 section 5): letters, digits, "-" and "_" only. */
export function encodeBase64Url(text: string): string {
  return encodeBase64(new TextEncoder().encode(text))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

/** The text that {@link encodeBase64Url} encoded; nothing where it did not make this. */
export function decodeBase64Url(encoded: string): string | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(encoded) || encoded.length % 4 === 1) return undefined
  const binary = atob(encoded.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0))
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  return encodeBase64Url(text) === encoded ? text : undefined
}
