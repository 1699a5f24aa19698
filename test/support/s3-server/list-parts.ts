import { type Answer, type Exchange, xmlAnswer } from './exchange.ts'
import { nameEncoder, pageSizeOf } from './paging.ts'
import { queryValue } from './s3-request.ts'
import { bucketOf } from './state.ts'
import { openUpload } from './uploads.ts'
import { document, element } from './xml.ts'

/** A page of an upload's parts, by number. */
export function listParts(exchange: Exchange): Answer {
  const { request, state } = exchange
  const bucket = bucketOf(state, request.bucket)
  const leftover = bucket.uploads.get(request.uploadId ?? '')
  // What came in after an abort is listed, so that a client can see that it must abort again.
  const upload = leftover?.ended === 'aborted' ? leftover : openUpload(bucket, exchange)
  const limit = pageSizeOf(request, 'max-parts')
  const marker = Number(queryValue(request, 'part-number-marker') ?? '0')
  const behind = [...upload.parts.values()]
    .filter((part) => part.partNumber > marker)
    .sort((a, b) => a.partNumber - b.partNumber)
  const page = behind.slice(0, limit)
  const isTruncated = page.length < behind.length && limit > 0
  return xmlAnswer(
    document(
      'ListPartsResult',
      element('Bucket', bucket.name),
      element('Key', nameEncoder(request)(upload.key)),
      element('UploadId', upload.id),
      element('StorageClass', 'STANDARD'),
      element('PartNumberMarker', marker),
      element('NextPartNumberMarker', page.at(-1)?.partNumber ?? 0),
      element('MaxParts', limit),
      element('IsTruncated', isTruncated),
      upload.checksum && element('ChecksumAlgorithm', upload.checksum.name.toUpperCase()),
      upload.checksum && element('ChecksumType', upload.checksum.type),
      page.map((part) =>
        element(
          'Part',
          element('PartNumber', part.partNumber),
          element('LastModified', part.modifiedAt.toISOString()),
          element('ETag', `"${part.etag}"`),
          part.checksum &&
            element(`Checksum${part.checksum.name.toUpperCase()}`, part.checksum.value),
          element('Size', part.segment.size),
        ),
      ),
    ),
  )
}
