import { timingSafeEqual } from 'node:crypto'
import { type Credential, presentedSignature } from './presented-signature.ts'
import { s3Error } from './s3-error.ts'
import { headerValue, type S3Request } from './s3-request.ts'
import type { Settings } from './settings.ts'
import {
  canonicalRequest,
  type SignatureScope,
  scopeText,
  sign,
  signingKey,
  stringToSign,
} from './sigv4.ts'

/** S3 accepts a request's time so far from its own. */
const SKEW_MS = 15 * 60 * 1000

/** What chunk signatures and payload checks go on from. */
export interface Authentication {
  readonly key: Buffer
  readonly scope: SignatureScope
  readonly signature: string
  /** As in `x-amz-content-sha256`. */
  readonly payloadHash: string
}

function checkCredential(credential: Credential, settings: Settings): void {
  if (credential.accessKeyId !== settings.accessKeyId) {
    if (settings.rules === 'r2') throw s3Error(401, 'Unauthorized', 'Unauthorized')
    throw s3Error(
      403,
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
      { AWSAccessKeyId: credential.accessKeyId },
    )
  }
  // R2 documents `auto`, the empty region and us-east-1 as names of the same place.
  const regions = settings.rules === 'r2' ? ['auto', '', 'us-east-1'] : [settings.region]
  if (!regions.includes(credential.scope.region)) {
    throw s3Error(
      400,
      'AuthorizationHeaderMalformed',
      `The authorization header is malformed; the region '${credential.scope.region}' is wrong; expecting '${settings.region}'`,
      { Region: settings.region },
    )
  }
  if (credential.scope.service !== 's3') {
    throw s3Error(
      400,
      'AuthorizationHeaderMalformed',
      `The authorization header is malformed; incorrect service "${credential.scope.service}". This endpoint belongs to "s3".`,
    )
  }
}

function parseTimestamp(text: string): Date {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)
  const [, year, month, day, hour, minute, second] = parts ?? []
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  if (Number.isNaN(date.getTime())) {
    throw s3Error(
      403,
      'AccessDenied',
      'AWS authentication requires a valid Date or x-amz-date header',
    )
  }
  return date
}

function checkTime(credential: Credential, settings: Settings): void {
  const signed = parseTimestamp(credential.scope.timestamp)
  const now = settings.now()
  const expiresSeconds = credential.expiresSeconds
  if (expiresSeconds === undefined) {
    if (Math.abs(now.getTime() - signed.getTime()) <= SKEW_MS) return
    throw s3Error(
      403,
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
      {
        RequestTime: credential.scope.timestamp,
        ServerTime: now.toISOString(),
        MaxAllowedSkewMilliseconds: String(SKEW_MS),
      },
    )
  }
  if (signed.getTime() - now.getTime() > SKEW_MS) {
    throw s3Error(403, 'AccessDenied', 'Request is not valid yet')
  }
  if (now.getTime() > signed.getTime() + expiresSeconds * 1000) {
    if (settings.rules === 'r2') throw s3Error(400, 'ExpiredRequest', 'Request has expired')
    throw s3Error(403, 'AccessDenied', 'Request has expired', {
      'X-Amz-Expires': String(expiresSeconds),
      ServerTime: now.toISOString(),
    })
  }
}

function checkToken(credential: Credential, settings: Settings): void {
  if (credential.sessionToken === settings.sessionToken) return
  throw s3Error(400, 'InvalidToken', 'The provided token is malformed or otherwise invalid.')
}

function signedHeaders(request: S3Request, credential: Credential): [string, string][] {
  const names = new Set(credential.signedHeaders)
  const loose = Object.keys(request.headers).filter(
    (name) => name.startsWith('x-amz-') && !names.has(name),
  )
  if (!names.has('host') || loose.length > 0) {
    throw s3Error(
      403,
      'AccessDenied',
      'There were headers present in the request which were not signed',
      { HeadersNotSigned: [...(names.has('host') ? [] : ['host']), ...loose].join(', ') },
    )
  }
  return credential.signedHeaders.map((name) => [name, headerValue(request, name) ?? ''])
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

/**
 * Checks who sent a request, by header or by query, before anything of it is done.
 *
 * @throws S3Error as AWS words it for an unknown key, a wrong secret, region, token or time
 */
export function authenticate(request: S3Request, settings: Settings): Authentication {
  const credential = presentedSignature(request, settings)
  checkCredential(credential, settings)
  checkTime(credential, settings)
  checkToken(credential, settings)
  const canonical = canonicalRequest({
    method: request.method,
    path: request.path,
    query: request.query.filter(([name]) => name !== 'X-Amz-Signature'),
    headers: signedHeaders(request, credential),
    payloadHash: credential.payloadHash,
  })
  const text = stringToSign(canonical, credential.scope)
  const key = signingKey(settings.secretAccessKey, credential.scope)
  if (!isSame(sign(key, text), credential.signature)) {
    throw s3Error(
      403,
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      {
        AWSAccessKeyId: credential.accessKeyId,
        StringToSign: text,
        SignatureProvided: credential.signature,
        CanonicalRequest: canonical,
        CredentialScope: scopeText(credential.scope),
      },
    )
  }
  return {
    key,
    scope: credential.scope,
    signature: credential.signature,
    payloadHash: credential.payloadHash,
  }
}
