import { randomBytes } from 'node:crypto'
import { type Answer, type Exchange, xmlAnswer } from './exchange.ts'
import { keptHeaders, uploadChecksumOf } from './object-headers.ts'
import { receiveSegment } from './receive-segment.ts'
import { s3Error } from './s3-error.ts'
import { type Bucket, bucketOf, type StoredPart, sightOf, type Upload } from './state.ts'
import { assertWritable, writeConditions } from './write-conditions.ts'
import { document, element } from './xml.ts'

/** S3 numbers parts from 1 to this. */
const PART_NUMBER_MAX = 10_000

/** @throws S3Error `NoSuchUpload`; an upload that was aborted cannot be found here any more */
export function openUpload(bucket: Bucket, exchange: Exchange): Upload {
  const { key, uploadId = '' } = exchange.request
  const upload = bucket.uploads.get(uploadId)
  if (upload && upload.key === key && upload.ended !== 'aborted') return upload
  throw s3Error(
    404,
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { UploadId: uploadId },
  )
}

/** Frees all that an upload holds and forgets it. */
export async function forgetUpload(bucket: Bucket, upload: Upload): Promise<void> {
  bucket.uploads.delete(upload.id)
  const parts = [...upload.parts.values()]
  upload.parts.clear()
  for (const part of parts) await part.segment.release()
}

/** Begins a multipart upload; R2 also looks at conditions here. */
export function createUpload(exchange: Exchange): Answer {
  const { request, settings, state } = exchange
  const bucket = bucketOf(state, request.bucket)
  const sight = sightOf(bucket, request.key)
  if (settings.rules === 'r2') {
    assertWritable(exchange, bucket, writeConditions(exchange), sight)
  }
  const upload: Upload = {
    id: randomBytes(24).toString('base64url'),
    key: request.key,
    startedAt: settings.now(),
    headers: keptHeaders(request, settings),
    checksum: uploadChecksumOf(request),
    sight,
    parts: new Map(),
    ended: undefined,
  }
  bucket.uploads.set(upload.id, upload)
  const answer = xmlAnswer(
    document(
      'InitiateMultipartUploadResult',
      element('Bucket', bucket.name),
      element('Key', request.key),
      element('UploadId', upload.id),
    ),
  )
  if (upload.checksum === undefined) return answer
  return {
    ...answer,
    headers: {
      ...answer.headers,
      'x-amz-checksum-algorithm': upload.checksum.name.toUpperCase(),
      'x-amz-checksum-type': upload.checksum.type,
    },
  }
}

function assertChecksumFits(upload: Upload, part: StoredPart): void {
  const expected = upload.checksum
  const actual = part.checksum?.name
  if (expected?.name === actual) return
  // A full-object checksum needs none of the parts.
  if (actual === undefined && (expected === undefined || expected.type === 'FULL_OBJECT')) return
  if (expected === undefined) return
  throw s3Error(
    400,
    'InvalidRequest',
    `Checksum Type mismatch occurred, expected checksum Type: ${expected.name}, actual checksum Type: ${actual ?? 'null'}`,
  )
}

async function storePart(exchange: Exchange, bucket: Bucket, upload: Upload, partNumber: number) {
  const { segment, facts } = await receiveSegment(exchange)
  const part: StoredPart = {
    partNumber,
    segment,
    etag: facts.etag,
    modifiedAt: exchange.settings.now(),
    checksum: facts.checksum,
  }
  try {
    if (upload.ended === 'aborted' && exchange.settings.rules === 'aws') {
      // AWS: a part in flight when its upload is aborted may still be stored, and is billed until
      // the upload is aborted again. Here it always is, so that a client cannot miss it.
      bucket.uploads.set(upload.id, upload)
    } else {
      openUpload(bucket, exchange)
    }
    assertChecksumFits(upload, part)
  } catch (error) {
    await segment.release()
    throw error
  }
  const before = upload.parts.get(partNumber)
  upload.parts.set(partNumber, part)
  await before?.segment.release()
  return part
}

/** Receives a part; a number that was used before is overwritten. */
export async function uploadPart(exchange: Exchange): Promise<Answer> {
  const { request, state } = exchange
  const { partNumber } = request
  const bucket = bucketOf(state, request.bucket)
  if (
    !partNumber ||
    !Number.isInteger(partNumber) ||
    partNumber < 1 ||
    partNumber > PART_NUMBER_MAX
  ) {
    throw s3Error(
      400,
      'InvalidArgument',
      'Part number must be an integer between 1 and 10000, inclusive',
      { ArgumentName: 'partNumber', ArgumentValue: String(partNumber) },
    )
  }
  const upload = openUpload(bucket, exchange)
  const part = await storePart(exchange, bucket, upload, partNumber)
  const sums = part.checksum
    ? { [`x-amz-checksum-${part.checksum.name}`]: part.checksum.value }
    : {}
  return { status: 200, headers: { etag: `"${part.etag}"`, ...sums } }
}

/** Ends an upload and frees its parts; one that is in flight may come back, see `storePart`. */
export async function abortUpload(exchange: Exchange): Promise<Answer> {
  const { request, state } = exchange
  const bucket = bucketOf(state, request.bucket)
  const leftover = bucket.uploads.get(request.uploadId ?? '')
  const upload = leftover?.ended === 'aborted' ? leftover : openUpload(bucket, exchange)
  upload.ended = 'aborted'
  await forgetUpload(bucket, upload)
  return { status: 204 }
}
