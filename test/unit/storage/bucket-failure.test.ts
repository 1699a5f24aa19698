import { describe, expect, it } from 'vitest'
import type { ReasonCode } from '../../../action/domain/reason-code.ts'
import { bucketFailure } from '../../../action/storage/bucket-failure.ts'
import { faultKind, readFault } from '../../../action/storage/fault.ts'

const place = { bucket: 'backups', host: 's3.example.org', region: 'auto' }
const purpose = { stage: 'manifest', doing: 'read the manifest' } as const
const secrets = ['AKIASECRETKEY', 'X-Amz-Signature=abc', 'string-to-sign']

interface Answer {
  readonly name?: string
  readonly code?: string
  readonly Code?: string
  readonly status?: number
  readonly message?: string
  readonly Region?: string
  readonly region?: string
}

/** An error as the SDK throws it, with things in it that nobody may see. */
function sdkError({ status, region, message, ...rest }: Answer): unknown {
  return Object.assign(new Error(message ?? `refused ${secrets[1]}`), rest, {
    $metadata: status === undefined ? { attempts: 1 } : { httpStatusCode: status, requestId: 'R1' },
    $response: { headers: region === undefined ? {} : { 'x-amz-bucket-region': region } },
    AWSAccessKeyId: secrets[0],
    StringToSign: secrets[2],
  })
}

const cases: readonly (readonly [string, Answer, ReasonCode])[] = [
  [
    'a missing bucket',
    { name: 'NoSuchBucket', Code: 'NoSuchBucket', status: 404 },
    'bucket_missing',
  ],
  ['an impossible bucket name', { name: 'InvalidBucketName' }, 'bucket_missing'],
  ['denied', { name: 'AccessDenied', Code: 'AccessDenied', status: 403 }, 'bucket_access_denied'],
  ['a HEAD that is denied', { name: 'Unknown', status: 403 }, 'bucket_access_denied'],
  ['an unknown key', { Code: 'InvalidAccessKeyId', status: 403 }, 'bucket_credentials_invalid'],
  ['a wrong secret', { Code: 'SignatureDoesNotMatch', status: 403 }, 'bucket_credentials_invalid'],
  ['R2 with a wrong key', { Code: 'Unauthorized', status: 401 }, 'bucket_credentials_invalid'],
  ['no credentials', { name: 'CredentialsProviderError' }, 'bucket_credentials_invalid'],
  ['expired', { Code: 'ExpiredToken', status: 400 }, 'bucket_credentials_expired'],
  ['a wrong clock', { Code: 'RequestTimeTooSkewed', status: 403 }, 'bucket_clock_skew'],
  [
    'a redirect',
    { Code: 'PermanentRedirect', status: 301, region: 'eu-west-1' },
    'bucket_wrong_region',
  ],
  ['a HEAD redirect', { name: 'Unknown', status: 301, region: 'eu-west-1' }, 'bucket_wrong_region'],
  [
    'a signature for another region',
    { Code: 'AuthorizationHeaderMalformed', status: 400, Region: 'eu-west-1' },
    'bucket_wrong_region',
  ],
  ['a host without a name', { code: 'ENOTFOUND' }, 'bucket_unreachable'],
  ['nobody there', { code: 'ECONNREFUSED' }, 'bucket_unreachable'],
  ['silence', { name: 'TimeoutError' }, 'bucket_unreachable'],
  ['a cut connection', { name: 'TimeoutError', code: 'ECONNRESET' }, 'bucket_unreachable'],
  ['an untrusted certificate', { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'bucket_unreachable'],
  ['plain HTTP behind https', { code: 'EPROTO' }, 'bucket_unreachable'],
  ['too much', { Code: 'SlowDown', status: 503 }, 'bucket_error'],
  ['an error of its own', { Code: 'InternalError', status: 500 }, 'bucket_error'],
  [
    'a web page',
    { status: 404, message: '@aws-sdk XML parse error: mismatched tags' },
    'bucket_error',
  ],
]

describe('bucketFailure', () => {
  it.each(cases)('makes of %s a failure with its own code', (_, answer, code) => {
    const failure = bucketFailure(readFault(sdkError(answer)), purpose, place)
    expect(failure).toMatchObject({ code, stage: 'manifest' })
    expect(failure.message).toMatch(/^Cannot read the manifest: .+, expected [^.]+$/)
    expect(failure.hint).toMatch(/^[A-Z].+\.$/)
  })

  it.each(cases)('tells of %s nothing that was signed', (_, answer) => {
    const failure = bucketFailure(readFault(sdkError(answer)), purpose, place)
    const { message, hint, cause } = failure
    const told = [message, hint, String(cause), JSON.stringify(cause), failure.stack].join('\n')
    for (const secret of secrets) expect(told).not.toContain(secret)
  })

  it('names the region that the bucket is in', () => {
    const answer = { Code: 'PermanentRedirect', status: 301, region: 'eu-west-1' }
    const { hint } = bucketFailure(readFault(sdkError(answer)), purpose, place)
    expect(hint).toBe('Set "region" (AWS_REGION) to "eu-west-1".')
  })
})

describe('faultKind', () => {
  it.each([
    [{ Code: 'SlowDown', status: 503 }, 'transient'],
    [{ Code: 'InternalError', status: 500 }, 'transient'],
    [{ Code: 'TooManyRequests', status: 429 }, 'transient'],
    [{ Code: 'RequestTimeout', status: 400 }, 'transient'],
    [{ Code: 'RequestTimeTooSkewed', status: 403 }, 'transient'],
    [{ name: 'TimeoutError' }, 'transient'],
    [{ code: 'EPIPE' }, 'transient'],
    [{ Code: 'PreconditionFailed', status: 412 }, 'condition_failed'],
    [{ Code: 'ConditionalRequestConflict', status: 409 }, 'conflict'],
    [{ Code: 'OperationAborted', status: 409 }, 'transient'],
    [{ Code: 'ConcurrentModification', status: 409 }, 'transient'],
    [{ Code: 'NoSuchKey', status: 404 }, 'missing'],
    [{ name: 'NotFound', status: 404 }, 'missing'],
    [{ Code: 'NoSuchUpload', status: 404 }, 'missing'],
    [{ Code: 'NoSuchBucket', status: 404 }, 'refused'],
    [{ name: 'Error', code: 'ECONNRESET', status: 404 }, 'transient'],
    [{ Code: 'NotImplemented', status: 501 }, 'unsupported'],
    [{ Code: 'AccessDenied', status: 403 }, 'refused'],
    [{ status: 404, message: '@aws-sdk XML parse error: x' }, 'refused'],
  ] as const)('of %j is %s', (answer, kind) => {
    expect(faultKind(readFault(sdkError(answer)))).toBe(kind)
  })
})
