import type { BucketAccess } from './sdk-client.ts'
import {
  ALGORITHM,
  canonicalRequest,
  encodeStrictly,
  scopeText,
  sign,
  signingKey,
  stringToSign,
  timestampOf,
} from './sigv4.ts'

/** A request that is signed by hand, to say what no SDK would say. */
export interface HandSigned {
  readonly method: string
  /** Decoded. */
  readonly path: string
  readonly query?: readonly (readonly [string, string])[]
  /** Names in lower case; all are signed. */
  readonly headers?: Readonly<Record<string, string>>
  /** As in `x-amz-content-sha256`. */
  readonly payloadHash: string
  /** The body; a function gets what chunk signatures go on from. */
  readonly body?: Buffer | ((seed: ChunkSeed) => Buffer)
  readonly now?: Date
}

/** What the signature of a first chunk goes on from. */
export interface ChunkSeed {
  readonly key: Buffer
  readonly signature: string
  readonly timestamp: string
  readonly scope: string
}

/** Signs a request by hand and sends it. */
export async function signedFetch(access: BucketAccess, request: HandSigned): Promise<Response> {
  const scope = {
    timestamp: timestampOf(request.now ?? new Date()),
    region: access.region,
    service: 's3',
  }
  const headers: Record<string, string> = {
    ...request.headers,
    host: new URL(access.endpoint).host,
    'x-amz-content-sha256': request.payloadHash,
    'x-amz-date': scope.timestamp,
  }
  const query = request.query ?? []
  const canonical = canonicalRequest({
    method: request.method,
    path: request.path,
    query,
    headers: Object.entries(headers),
    payloadHash: request.payloadHash,
  })
  const key = signingKey(access.secretAccessKey, scope)
  const signature = sign(key, stringToSign(canonical, scope))
  const credential = `${access.accessKeyId}/${scopeText(scope)}`
  const names = Object.keys(headers).sort().join(';')
  const { host: _sentByFetch, ...sent } = headers
  const body =
    typeof request.body === 'function'
      ? request.body({ key, signature, timestamp: scope.timestamp, scope: scopeText(scope) })
      : request.body
  const path = request.path.split('/').map(encodeStrictly).join('/')
  const search = query.map(([name, value]) => `${encodeStrictly(name)}=${encodeStrictly(value)}`)
  return fetch(`${access.endpoint}${path}${search.length > 0 ? `?${search.join('&')}` : ''}`, {
    method: request.method,
    headers: {
      ...sent,
      authorization: `${ALGORITHM} Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`,
    },
    ...(body === undefined ? {} : { body: new Uint8Array(body) }),
  })
}
