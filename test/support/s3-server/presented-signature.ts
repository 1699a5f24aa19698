import { s3Error } from './s3-error.ts'
import { headerValue, queryValue, type S3Request } from './s3-request.ts'
import type { Settings } from './settings.ts'
import { ALGORITHM, type SignatureScope } from './sigv4.ts'

/** A presigned URL lives at most seven days. */
const EXPIRES_MAX_SECONDS = 604_800

/** What a request says about who signed it; nothing of it is proven yet. */
export interface Credential {
  readonly accessKeyId: string
  readonly scope: SignatureScope
  readonly signedHeaders: readonly string[]
  readonly signature: string
  readonly payloadHash: string
  readonly sessionToken: string | undefined
  /** Only in presigned URLs. */
  readonly expiresSeconds: number | undefined
}

function malformed(code: string, why: string): Error {
  return s3Error(400, code, why)
}

function parseScope(text: string, timestamp: string, code: string) {
  const [accessKeyId, day, region, service, last, ...rest] = text.split('/')
  const isWhole = accessKeyId && day && region !== undefined && service && last === 'aws4_request'
  if (!isWhole || rest.length > 0 || day !== timestamp.slice(0, 8)) {
    throw malformed(
      code,
      'The authorization header is malformed; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    )
  }
  return { accessKeyId, scope: { timestamp, region, service } }
}

function fromHeader(request: S3Request, authorization: string): Credential {
  const code = 'AuthorizationHeaderMalformed'
  const fields = new Map(
    authorization
      .slice(ALGORITHM.length)
      .split(',')
      .map((field): [string, string] => {
        const at = field.indexOf('=')
        return [field.slice(0, at).trim(), field.slice(at + 1).trim()]
      }),
  )
  const [credential, headers, signature] = ['Credential', 'SignedHeaders', 'Signature'].map(
    (name) => fields.get(name),
  )
  if (!authorization.startsWith(`${ALGORITHM} `) || !credential || !headers || !signature) {
    throw malformed(code, 'The authorization header that you provided is not valid.')
  }
  const payloadHash = headerValue(request, 'x-amz-content-sha256')
  if (payloadHash === undefined) {
    throw malformed(
      'InvalidRequest',
      'Missing required header for this request: x-amz-content-sha256',
    )
  }
  return {
    ...parseScope(credential, headerValue(request, 'x-amz-date') ?? '', code),
    signedHeaders: headers.split(';'),
    signature,
    payloadHash,
    sessionToken: headerValue(request, 'x-amz-security-token'),
    expiresSeconds: undefined,
  }
}

function fromQuery(request: S3Request): Credential {
  const code = 'AuthorizationQueryParametersError'
  const value = (name: string) => queryValue(request, `X-Amz-${name}`)
  const [credential, headers, signature] = [
    value('Credential'),
    value('SignedHeaders'),
    value('Signature'),
  ]
  const expiresSeconds = Number(value('Expires'))
  if (value('Algorithm') !== ALGORITHM || !credential || !headers || !signature) {
    throw malformed(
      code,
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    )
  }
  if (!(expiresSeconds >= 1 && expiresSeconds <= EXPIRES_MAX_SECONDS)) {
    throw malformed(
      code,
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    )
  }
  return {
    ...parseScope(credential, value('Date') ?? '', code),
    signedHeaders: headers.split(';'),
    signature,
    payloadHash:
      value('Content-Sha256') ?? headerValue(request, 'x-amz-content-sha256') ?? 'UNSIGNED-PAYLOAD',
    sessionToken: value('Security-Token'),
    expiresSeconds,
  }
}

/**
 * Reads the signature that a request presents, from its header or its query.
 *
 * @throws S3Error where there is none, or where it cannot be read
 */
export function presentedSignature(request: S3Request, settings: Settings): Credential {
  const authorization = headerValue(request, 'authorization')
  if (authorization !== undefined) return fromHeader(request, authorization)
  if (request.query.some(([name]) => name === 'X-Amz-Signature')) return fromQuery(request)
  if (settings.rules === 'r2') throw s3Error(401, 'Unauthorized', 'Unauthorized')
  throw s3Error(403, 'AccessDenied', 'Access Denied')
}
