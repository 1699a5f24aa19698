import { createHash, createHmac } from 'node:crypto'

/** The algorithm's name as requests carry it. */
export const ALGORITHM = 'AWS4-HMAC-SHA256'

/** SHA-256 of no bytes, as lower-case hexadecimal. */
export const EMPTY_SHA256 = createHash('sha256').digest('hex')

/** Where and when a signature counts. */
export interface SignatureScope {
  /** `20261122T030012Z`. */
  readonly timestamp: string
  readonly region: string
  readonly service: string
}

/** What a signature covers. */
export interface SignedContent {
  readonly method: string
  /** Decoded. */
  readonly path: string
  /** Decoded, without the signature itself. */
  readonly query: readonly (readonly [string, string])[]
  /** Names in lower case. */
  readonly headers: readonly (readonly [string, string])[]
  /** As in `x-amz-content-sha256`. */
  readonly payloadHash: string
}

/** Percent-encodes all but the unreserved characters of RFC 3986, as SigV4 wants it. */
export function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function byText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** `20261122T030012Z` of an instant. */
export function timestampOf(date: Date): string {
  return date.toISOString().replaceAll(/[-:]|\.\d{3}/g, '')
}

/** The credential scope: day, region, service and a fixed word. */
export function scopeText(scope: SignatureScope): string {
  return `${scope.timestamp.slice(0, 8)}/${scope.region}/${scope.service}/aws4_request`
}

/**
 * The canonical request of Signature Version 4, in S3's variant: the path is encoded once.
 *
 * Source: AWS S3 API reference, "Signature Calculations for the Authorization Header".
 */
export function canonicalRequest(content: SignedContent): string {
  const query = content.query
    .map(([name, value]) => `${encodeStrictly(name)}=${encodeStrictly(value)}`)
    .sort(byText)
  const headers = [...content.headers].sort((a, b) => byText(a[0], b[0]))
  return [
    content.method,
    content.path.split('/').map(encodeStrictly).join('/'),
    query.join('&'),
    ...headers.map(([name, value]) => `${name}:${value.trim().replaceAll(/ +/g, ' ')}`),
    '',
    headers.map(([name]) => name).join(';'),
    content.payloadHash,
  ].join('\n')
}

/** The string that is signed for a canonical request. */
export function stringToSign(canonical: string, scope: SignatureScope): string {
  const digest = createHash('sha256').update(canonical).digest('hex')
  return [ALGORITHM, scope.timestamp, scopeText(scope), digest].join('\n')
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

/** The key that signs everything of one scope. */
export function signingKey(secretAccessKey: string, scope: SignatureScope): Buffer {
  const day = hmac(`AWS4${secretAccessKey}`, scope.timestamp.slice(0, 8))
  return hmac(hmac(hmac(day, scope.region), scope.service), 'aws4_request')
}

/** The signature of a text, in lower-case hexadecimal. */
export function sign(key: Buffer, text: string): string {
  return hmac(key, text).toString('hex')
}
