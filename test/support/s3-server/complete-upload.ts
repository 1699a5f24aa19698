import { createHash } from 'node:crypto'
import { readSegments } from './byte-store.ts'
import {
  CHECKSUM_NAMES,
  type Checksum,
  type ChecksumName,
  compositeChecksum,
  createSum,
} from './checksum.ts'
import { type Answer, type Exchange, xmlAnswer } from './exchange.ts'
import { receiveText } from './receive-body.ts'
import { S3Error, s3Error } from './s3-error.ts'
import { headerValue } from './s3-request.ts'
import type { Rules } from './settings.ts'
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
import { document, element, innerElements, textOf } from './xml.ts'

/** Every part but the last has at least this size. */
const PART_MIN_BYTES = 5 * 1024 * 1024

interface ClaimedPart {
  readonly partNumber: number
  readonly etag: string
  readonly checksums: ReadonlyMap<ChecksumName, string>
}

function malformed(): Error {
  return s3Error(
    400,
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  )
}

function readClaims(xml: string): ClaimedPart[] {
  const claims = innerElements(xml, 'Part').map((part): ClaimedPart => {
    const etag = textOf(part, 'ETag')
    const partNumber = Number(textOf(part, 'PartNumber'))
    if (etag === undefined || !Number.isInteger(partNumber)) throw malformed()
    const checksums = new Map<ChecksumName, string>()
    for (const name of CHECKSUM_NAMES) {
      const value = textOf(part, `Checksum${name.toUpperCase()}`)
      if (value !== undefined) checksums.set(name, value)
    }
    return { partNumber, etag: etag.replaceAll('"', ''), checksums }
  })
  if (claims.length === 0) throw malformed()
  return claims
}

function invalidPart(upload: Upload, claim: ClaimedPart): Error {
  return s3Error(
    400,
    'InvalidPart',
    "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    { UploadId: upload.id, PartNumber: String(claim.partNumber), ETag: claim.etag },
  )
}

function matchPart(upload: Upload, claim: ClaimedPart): StoredPart {
  const part = upload.parts.get(claim.partNumber)
  if (part === undefined || part.etag !== claim.etag) throw invalidPart(upload, claim)
  const declared = upload.checksum
  if (declared?.type === 'COMPOSITE' && !claim.checksums.has(declared.name)) {
    throw s3Error(
      400,
      'InvalidRequest',
      `The upload was created using a ${declared.name} checksum. The complete request must include the checksum for each part. It was missing for part ${claim.partNumber} in the request.`,
    )
  }
  for (const [name, value] of claim.checksums) {
    if (part.checksum?.name === name && part.checksum.value !== value) {
      throw invalidPart(upload, claim)
    }
  }
  return part
}

function assertOrdered(claims: readonly ClaimedPart[]): void {
  const isOrdered = claims.every(
    (claim, at) => at === 0 || claim.partNumber > (claims[at - 1]?.partNumber ?? 0),
  )
  if (isOrdered) return
  throw s3Error(
    400,
    'InvalidPartOrder',
    'The list of parts was not in ascending order. Parts must be ordered by part number.',
  )
}

function assertSizes(parts: readonly StoredPart[], rules: Rules): void {
  const sizes = parts.map((part) => part.segment.size)
  const small = sizes.slice(0, -1).findIndex((size) => size < PART_MIN_BYTES)
  if (small >= 0) {
    throw s3Error(
      400,
      'EntityTooSmall',
      'Your proposed upload is smaller than the minimum allowed size',
      {
        ProposedSize: String(sizes[small]),
        MinSizeAllowed: String(PART_MIN_BYTES),
        PartNumber: String(parts[small]?.partNumber),
      },
    )
  }
  const [first = 0] = sizes
  const isUneven = sizes.some((size, at) => (at < sizes.length - 1 ? size !== first : size > first))
  if (rules === 'r2' && isUneven) {
    throw s3Error(400, 'InvalidPart', 'All non-trailing parts must have the same length.')
  }
}

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
