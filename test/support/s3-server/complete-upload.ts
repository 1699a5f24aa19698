import { createHash } from 'node:crypto'
import { readSegments } from './byte-store.ts'
import { type Checksum, compositeChecksum, createSum } from './checksum.ts'
import { assertOrdered, assertSizes, matchPart, readClaims } from './claimed-parts.ts'
import { type Answer, type Exchange, xmlAnswer } from './exchange.ts'
import { receiveText } from './receive-body.ts'
import { S3Error, s3Error } from './s3-error.ts'
import { headerValue } from './s3-request.ts'
import {
  bucketOf,
  type KeySight,
  type StoredPart,
  sightOf,
  swapObject,
  type Upload,
} from './state.ts'
import { forgetUpload, openUpload } from './uploads.ts'
import { assertWritable, writeConditions } from './write-conditions.ts'
import { document, element } from './xml.ts'

async function checksumOfWhole(
  upload: Upload,
  parts: readonly StoredPart[],
): Promise<Checksum | undefined> {
  const { checksum } = upload
  if (checksum === undefined) return undefined
  if (checksum.type === 'COMPOSITE') {
    return compositeChecksum(
      checksum.name,
      parts.map((part) => part.checksum?.value ?? ''),
    )
  }
  const sum = createSum(checksum.name)
  const size = parts.reduce((total, part) => total + part.segment.size, 0)
  const segments = parts.map((part) => part.segment)
  for await (const chunk of readSegments(segments, 0, size)) sum.update(chunk)
  return { name: checksum.name, value: sum.digest().toString('base64'), type: 'FULL_OBJECT' }
}

function assertWhole(exchange: Exchange, checksum: Checksum | undefined, size: number): void {
  const declaredSize = headerValue(exchange.request, 'x-amz-mp-object-size')
  if (declaredSize !== undefined && Number(declaredSize) !== size) {
    throw s3Error(
      400,
      'InvalidRequest',
      "The provided 'x-amz-mp-object-size' header value does not match what was computed.",
    )
  }
  const sent = checksum && headerValue(exchange.request, `x-amz-checksum-${checksum.name}`)
  if (sent === undefined || sent === checksum?.value) return
  throw s3Error(
    400,
    'BadDigest',
    `The ${checksum?.name} you specified did not match the calculated checksum.`,
  )
}

/**
 * Decides a conditional completion. A 409 spoils the upload on AWS: it has to be begun again. A
 * condition that does not hold aborts the upload on R2.
 */
async function assertCompletable(
  exchange: Exchange,
  upload: Upload,
  begun: KeySight,
): Promise<void> {
  const { request, settings, state } = exchange
  const bucket = bucketOf(state, request.bucket)
  try {
    // A deletion counts from the upload's beginning on, another write from the completion's.
    const isDeleted = upload.sight.existed && !bucket.objects.has(upload.key)
    const seen = isDeleted ? upload.sight : begun
    assertWritable(exchange, bucket, writeConditions(exchange), seen)
  } catch (error) {
    const status = error instanceof S3Error ? error.status : 0
    if (settings.rules === 'aws' && status === 409) upload.ended = 'conflict'
    if (settings.rules === 'r2' && status === 412) await forgetUpload(bucket, upload)
    throw error
  }
}

/** Makes the named parts, in their order, one object; parts that are not named are dropped. */
export async function completeUpload(exchange: Exchange): Promise<Answer> {
  const { request, settings, state } = exchange
  const bucket = bucketOf(state, request.bucket)
  const begun = sightOf(bucket, openUpload(bucket, exchange).key)
  const claims = readClaims(await receiveText(exchange))
  const upload = openUpload(bucket, exchange)
  assertOrdered(claims)
  const parts = claims.map((claim) => matchPart(upload, claim))
  assertSizes(parts, settings.rules)
  const size = parts.reduce((total, part) => total + part.segment.size, 0)
  const checksum = await checksumOfWhole(upload, parts)
  assertWhole(exchange, checksum, size)
  openUpload(bucket, exchange)
  if (upload.ended === 'conflict') {
    throw s3Error(
      409,
      'ConditionalRequestConflict',
      'The conditional request cannot succeed due to a conflicting operation against this resource.',
      { Key: upload.key },
    )
  }
  await assertCompletable(exchange, upload, begun)
  const digests = parts.map((part) => Buffer.from(part.etag, 'hex'))
  const md5 = createHash('md5').update(Buffer.concat(digests)).digest('hex')
  const etag = `${md5}-${parts.length}`
  for (const part of parts) part.segment.retain()
  // Both begin before anything is awaited, so no other request sees the object beside its upload.
  await Promise.all([
    swapObject(bucket, upload.key, {
      segments: parts.map((part) => part.segment),
      size,
      etag,
      headers: upload.headers,
      modifiedAt: settings.now(),
      checksum,
    }),
    forgetUpload(bucket, upload),
  ])
  return xmlAnswer(
    document(
      'CompleteMultipartUploadResult',
      element('Location', `/${bucket.name}/${upload.key}`),
      element('Bucket', bucket.name),
      element('Key', upload.key),
      element('ETag', `"${etag}"`),
      checksum && element(`Checksum${checksum.name.toUpperCase()}`, checksum.value),
      checksum && element('ChecksumType', checksum.type),
    ),
  )
}
