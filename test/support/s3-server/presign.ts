import type { BucketAccess } from './sdk-client.ts'
import {
  ALGORITHM,
  canonicalRequest,
  encodeStrictly,
  type SignatureScope,
  scopeText,
  sign,
  signingKey,
  stringToSign,
  timestampOf,
} from './sigv4.ts'

/** What a URL is to allow. */
export interface PresignRequest {
  readonly method: 'GET' | 'PUT'
  readonly bucket: string
  readonly key: string
  readonly expiresSeconds: number
  readonly now: Date
}

/** A URL that allows one request to whoever holds it, for a while. */
export function presign(access: BucketAccess, request: PresignRequest): string {
  const scope: SignatureScope = {
    timestamp: timestampOf(request.now),
    region: access.region,
    service: 's3',
  }
  const path = `/${request.bucket}/${request.key}`
  const query: [string, string][] = [
    ['X-Amz-Algorithm', ALGORITHM],
    ['X-Amz-Credential', `${access.accessKeyId}/${scopeText(scope)}`],
    ['X-Amz-Date', scope.timestamp],
    ['X-Amz-Expires', String(request.expiresSeconds)],
    ['X-Amz-SignedHeaders', 'host'],
  ]
  const canonical = canonicalRequest({
    method: request.method,
    path,
    query,
    headers: [['host', new URL(access.endpoint).host]],
    payloadHash: 'UNSIGNED-PAYLOAD',
  })
  const key = signingKey(access.secretAccessKey, scope)
  const signature = sign(key, stringToSign(canonical, scope))
  const parameters = [...query, ['X-Amz-Signature', signature] as const]
  const encoded = parameters.map(([name, value]) => `${name}=${encodeStrictly(value)}`)
  return `${access.endpoint}${path.split('/').map(encodeStrictly).join('/')}?${encoded.join('&')}`
}
