import { checkMd5, checkSha256, checkSum, expectedChecksum } from './body-proofs.ts'
import { type Checksum, createSum } from './checksum.ts'
import { decodeChunks } from './chunked-body.ts'
import type { Exchange } from './exchange.ts'
import { s3Error } from './s3-error.ts'
import { headerValue, type S3Request } from './s3-request.ts'

/** An XML body is never longer. */
const TEXT_MAX_BYTES = 4 * 1024 * 1024

/** S3 takes no larger single body. */
const BODY_MAX_BYTES = 5 * 1024 ** 3

const ETAG_BYTES = 16

/** What is known of a body once it has been received and proven. */
export interface BodyFacts {
  /** MD5 of the bytes, or what the settings put in its place; without quotes. */
  readonly etag: string
  readonly checksum: Checksum | undefined
}

function checkLength(request: S3Request): number | undefined {
  const declared =
    headerValue(request, 'x-amz-decoded-content-length') ?? headerValue(request, 'content-length')
  if (declared === undefined) {
    const isForm = request.method === 'POST'
    if (isForm) return undefined
    throw s3Error(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.')
  }
  if (Number(declared) > BODY_MAX_BYTES) {
    throw s3Error(
      400,
      'EntityTooLarge',
      'Your proposed upload exceeds the maximum allowed object size.',
      { ProposedSize: declared, MaxSizeAllowed: String(BODY_MAX_BYTES) },
    )
  }
  return Number(declared)
}

function isSha256(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text)
}

function payloadOf(exchange: Exchange): AsyncGenerator<Buffer, ReadonlyMap<string, string>> {
  const { authentication, body } = exchange
  const kind = authentication.payloadHash
  const streaming = /^STREAMING-(?:(AWS4-HMAC-SHA256-PAYLOAD)|UNSIGNED-PAYLOAD)(-TRAILER)?$/.exec(
    kind,
  )
  if (streaming && kind !== 'STREAMING-UNSIGNED-PAYLOAD') {
    const [, signed, trailer] = streaming
    const isSigned = signed !== undefined
    return decodeChunks(body, { authentication, isSigned, hasTrailer: trailer !== undefined })
  }
  if (kind !== 'UNSIGNED-PAYLOAD' && !isSha256(kind)) {
    throw s3Error(
      400,
      'InvalidArgument',
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.',
      { ArgumentName: 'x-amz-content-sha256', ArgumentValue: kind },
    )
  }
  return plain(body)
}

async function* plain(
  body: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, ReadonlyMap<string, string>> {
  yield* body
  return new Map()
}

/**
 * Receives a request's body, hands each chunk on, and proves the whole when it has ended: length,
 * signed SHA-256 or chunk signatures, Content-MD5, and the one checksum that may be sent.
 *
 * @throws S3Error where anything does not agree; the caller then discards what it was handed
 */
export async function receiveBody(
  exchange: Exchange,
  onChunk: (chunk: Buffer) => Promise<void> | void,
): Promise<BodyFacts> {
  const { request } = exchange
  const length = checkLength(request)
  const expectation = expectedChecksum(request)
  const sum = expectation && createSum(expectation.name)
  const sha256 = isSha256(exchange.authentication.payloadHash) ? createSum('sha256') : undefined
  const isQuick = exchange.settings.etags === 'quick' && sha256 && !request.headers['content-md5']
  const md5 = isQuick ? undefined : createSum('md5')
  const payload = payloadOf(exchange)
  let received = 0
  let trailers: ReadonlyMap<string, string> = new Map()
  try {
    let step = await payload.next()
    for (; !step.done; step = await payload.next()) {
      const chunk = step.value
      received += chunk.length
      md5?.update(chunk)
      sum?.update(chunk)
      sha256?.update(chunk)
      await onChunk(chunk)
    }
    trailers = step.value
  } finally {
    // Lets go of the connection where the consumer gave up in the middle.
    await payload.return(trailers)
  }
  if (length !== undefined && received !== length) {
    throw s3Error(400, 'IncompleteBody', 'The request body terminated unexpectedly')
  }
  checkSha256(exchange, sha256)
  const digest = md5?.digest() ?? Buffer.from(exchange.authentication.payloadHash, 'hex')
  checkMd5(request, digest)
  return {
    etag: digest.toString('hex', 0, ETAG_BYTES),
    checksum: checkSum(expectation, sum, trailers),
  }
}

/** Receives a small body as text, with the same proofs. */
export async function receiveText(exchange: Exchange): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  await receiveBody(exchange, (chunk) => {
    size += chunk.length
    if (size > TEXT_MAX_BYTES) {
      throw s3Error(400, 'MaxMessageLengthExceeded', 'Your request was too big.')
    }
    chunks.push(chunk)
  })
  return Buffer.concat(chunks).toString('utf8')
}
