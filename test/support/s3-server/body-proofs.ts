import {
  CHECKSUM_NAMES,
  type Checksum,
  type ChecksumName,
  checksumNameOf,
  type RunningSum,
} from './checksum.ts'
import type { Exchange } from './exchange.ts'
import { s3Error } from './s3-error.ts'
import { headerValue, type S3Request } from './s3-request.ts'

/** The one checksum that a request announces. */
export interface Expectation {
  readonly name: ChecksumName
  /** Absent where a trailer will say it. */
  readonly value: string | undefined
}

/** @throws S3Error `InvalidRequest` where several, or one that is not sent, are announced */
export function expectedChecksum(request: S3Request): Expectation | undefined {
  const sent = CHECKSUM_NAMES.filter((name) => request.headers[`x-amz-checksum-${name}`])
  if (sent.length > 1) {
    throw s3Error(
      400,
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    )
  }
  const [name] = sent
  if (name) return { name, value: headerValue(request, `x-amz-checksum-${name}`) }
  const trailer = headerValue(request, 'x-amz-trailer')?.trim() ?? ''
  const trailing = checksumNameOf(trailer.replace('x-amz-checksum-', ''))
  if (trailing) return { name: trailing, value: undefined }
  if (headerValue(request, 'x-amz-sdk-checksum-algorithm') === undefined) return undefined
  throw s3Error(
    400,
    'InvalidRequest',
    'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
  )
}

/** @throws S3Error `InvalidDigest`, `BadDigest` */
export function checkMd5(request: S3Request, md5: Buffer): void {
  const header = headerValue(request, 'content-md5')
  if (header === undefined) return
  const expected = Buffer.from(header, 'base64')
  if (expected.length !== 16) {
    throw s3Error(400, 'InvalidDigest', 'The Content-MD5 you specified is not valid.')
  }
  if (expected.equals(md5)) return
  throw s3Error(400, 'BadDigest', 'The Content-MD5 you specified did not match what we received.', {
    ExpectedDigest: expected.toString('hex'),
    CalculatedDigest: md5.toString('hex'),
  })
}

/** @throws S3Error `XAmzContentSHA256Mismatch` */
export function checkSha256(exchange: Exchange, sum: RunningSum | undefined): void {
  if (sum === undefined) return
  const expected = exchange.authentication.payloadHash
  const computed = sum.digest().toString('hex')
  if (computed === expected) return
  throw s3Error(
    400,
    'XAmzContentSHA256Mismatch',
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
    { ClientComputedContentSHA256: expected, S3ComputedContentSHA256: computed },
  )
}

/** The checksum that was announced, once it agrees. @throws S3Error `BadDigest` and the like */
export function checkSum(
  expectation: Expectation | undefined,
  sum: RunningSum | undefined,
  trailers: ReadonlyMap<string, string>,
): Checksum | undefined {
  if (!expectation || !sum) return undefined
  const { name } = expectation
  const expected = expectation.value ?? trailers.get(`x-amz-checksum-${name}`)
  const value = sum.digest().toString('base64')
  if (expected === undefined) {
    throw s3Error(
      400,
      'MalformedTrailerError',
      'The request contained trailing data that was not well-formed or did not conform to our published schema.',
    )
  }
  if (Buffer.from(expected, 'base64').length !== Buffer.from(value, 'base64').length) {
    throw s3Error(400, 'InvalidRequest', `Value for x-amz-checksum-${name} header is invalid.`)
  }
  if (expected !== value) {
    throw s3Error(
      400,
      'BadDigest',
      `The ${name.toUpperCase()} you specified did not match the calculated checksum.`,
    )
  }
  return { name, value, type: 'FULL_OBJECT' }
}
