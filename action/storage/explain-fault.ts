import type { ReasonCode } from '../domain/reason-code.ts'
import { type Fault, isNetworkFault } from './fault.ts'

/** Where a request went, for messages. Never a credential. */
export interface Place {
  readonly bucket: string
  readonly host: string
  readonly region: string
}

/** One way in which a bucket refuses: what is, what should be, what to do. */
export interface Explanation {
  readonly code: ReasonCode
  readonly is: string
  readonly expected: string
  readonly hint: string
}

const credentialCodes: ReadonlySet<string> = new Set([
  'AuthorizationHeaderMalformed',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidSecurity',
  'InvalidToken',
  'NotSignedUp',
  'SignatureDoesNotMatch',
  'Unauthorized',
  'UnrecognizedClientException',
])
const expiredCodes: ReadonlySet<string> = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'TokenRefreshRequired',
])
const skewCodes: ReadonlySet<string> = new Set([
  'RequestExpired',
  'RequestInTheFuture',
  'RequestTimeTooSkewed',
])
const regionCodes: ReadonlySet<string> = new Set([
  'IllegalLocationConstraintException',
  'PermanentRedirect',
  'TemporaryRedirect',
])
const noCredentialCodes: ReadonlySet<string> = new Set([
  'CredentialsProviderError',
  'CredentialsError',
  'TokenProviderError',
])
const tlsCodes = /^(CERT_|DEPTH_ZERO_|EPROTO$|ERR_SSL_|ERR_TLS_|SELF_SIGNED_|UNABLE_TO_)/

/**
 * Puts a fault into words, in the order in which causes hide each other: the first that fits is the one to
 * mend first.
 */
export function explainFault(fault: Fault, place: Place): Explanation {
  const { code, status } = fault
  if (noCredentialCodes.has(code)) return noCredentials()
  if (expiredCodes.has(code)) return expired(code)
  if (skewCodes.has(code)) return skewed(code)
  if (isWrongRegion(fault, place.region)) return wrongRegion(fault, place)
  if (credentialCodes.has(code) || status === 401) return invalidCredentials(fault, place)
  if (code === 'NoSuchBucket' || code === 'InvalidBucketName') return noBucket(code, place)
  if (tlsCodes.test(code)) return noTls(code, place)
  if (isNetworkFault(fault)) return unreachable(code, place)
  if (fault.isForeignAnswer || (status === 404 && code === 'unknown')) return notS3(fault, place)
  if (status === 403 || code === 'AccessDenied') return denied(fault, place)
  return broken(fault, place)
}

/** Whether the bucket is in another region than the one that the request was signed for. */
export function isWrongRegion({ code, status, region }: Fault, signedFor: string): boolean {
  if (regionCodes.has(code) || status === 301 || status === 307) return true
  const isElsewhere = region !== undefined && region !== signedFor
  return isElsewhere && (status === 400 || code === 'AuthorizationHeaderMalformed')
}

function noCredentials(): Explanation {
  return {
    code: 'bucket_credentials_invalid',
    is: 'no credentials for the bucket were found',
    expected: 'an access key or a role',
    hint: 'Set "access-key-id" and "secret-access-key", or configure a role before this step.',
  }
}

function expired(code: string): Explanation {
  return {
    code: 'bucket_credentials_expired',
    is: `the bucket's credentials have expired (${code})`,
    expected: 'credentials that outlive the run',
    hint: 'Renew them, or give the role a session that is longer than the backup takes.',
  }
}

function skewed(code: string): Explanation {
  return {
    code: 'bucket_clock_skew',
    is: `this machine's clock is too far from the bucket's (${code})`,
    expected: 'at most 15 minutes between them',
    hint: 'Set the clock of the machine that runs Strongroom.',
  }
}

function wrongRegion({ region }: Fault, place: Place): Explanation {
  return {
    code: 'bucket_wrong_region',
    is: `the bucket "${place.bucket}" is not in region "${place.region}"`,
    expected: region === undefined ? 'the region of the bucket' : `region "${region}"`,
    hint:
      region === undefined
        ? 'Set "region" (AWS_REGION), and "endpoint" where one is set, to those of the bucket.'
        : `Set "region" (AWS_REGION) to "${region}".`,
  }
}

function invalidCredentials({ code, status }: Fault, place: Place): Explanation {
  return {
    code: 'bucket_credentials_invalid',
    is: `${place.host} does not accept the credentials (${code}${statusText(status)})`,
    expected: 'a valid access key with its own secret',
    hint: 'Check "access-key-id", "secret-access-key" and "session-token", and that they belong to this endpoint.',
  }
}

function noBucket(code: string, place: Place): Explanation {
  return {
    code: 'bucket_missing',
    is: `there is no bucket "${place.bucket}" at ${place.host} (${code})`,
    expected: 'an existing bucket',
    hint: 'Check "bucket" (AWS_BACKUP_BUCKET), "endpoint" and "region", or create the bucket.',
  }
}

function noTls(code: string, place: Place): Explanation {
  return {
    code: 'bucket_unreachable',
    is: `no trusted TLS connection to ${place.host} could be made (${code})`,
    expected: 'a server with a valid certificate',
    hint: 'Check the scheme and the host in "endpoint"; give a private authority by NODE_EXTRA_CA_CERTS.',
  }
}

function unreachable(code: string, place: Place): Explanation {
  return {
    code: 'bucket_unreachable',
    is: `${place.host} did not answer (${code})`,
    expected: 'an answer',
    hint: 'Check "endpoint" (AWS_S3_ENDPOINT) and whether this machine may reach it; else try again later.',
  }
}

function notS3({ status }: Fault, place: Place): Explanation {
  return {
    code: 'bucket_error',
    is: `${place.host} answers, but not as S3 does${statusText(status)}`,
    expected: 'an S3-compatible service',
    hint: 'Check "endpoint" (AWS_S3_ENDPOINT): it is the address of the S3 API, not of a web page, and has no bucket in it.',
  }
}

function denied({ code, status }: Fault, place: Place): Explanation {
  return {
    code: 'bucket_access_denied',
    is: `the credentials may not do this in bucket "${place.bucket}" (${code}${statusText(status)})`,
    expected: 'the right to list, read and write below the prefix',
    hint: 'Allow s3:ListBucket, s3:GetObject, s3:PutObject and s3:AbortMultipartUpload, and s3:DeleteObject for rotation.',
  }
}

function broken({ code, status }: Fault, place: Place): Explanation {
  return {
    code: 'bucket_error',
    is: `${place.host} answered ${code}${statusText(status)}`,
    expected: 'success',
    hint: 'Try again later; if it stays, ask the provider with the code above.',
  }
}

/** The status as it follows a code in brackets. */
export function statusText(status: number | undefined): string {
  return status === undefined ? '' : `, HTTP ${status}`
}
