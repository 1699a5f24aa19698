import { type Answer, type Exchange, xmlAnswer } from './exchange.ts'
import { byUtf8, nameEncoder, pageSizeOf } from './paging.ts'
import { s3Error } from './s3-error.ts'
import { queryValue } from './s3-request.ts'
import { type Bucket, bucketOf, type Upload } from './state.ts'
import { document, element } from './xml.ts'

function sortedUploads(bucket: Bucket, prefix: string): Upload[] {
  return [...bucket.uploads.values()]
    .filter((upload) => upload.key.startsWith(prefix))
    .sort(
      (a, b) =>
        byUtf8(a.key, b.key) || a.startedAt.getTime() - b.startedAt.getTime() || byUtf8(a.id, b.id),
    )
}

function isBehind(upload: Upload, keyMarker: string, at: number, markerAt: number): boolean {
  if (keyMarker === '') return true
  const order = byUtf8(upload.key, keyMarker)
  return order > 0 || (order === 0 && markerAt >= 0 && at > markerAt)
}

/** A page of unfinished uploads, by key and then by age. */
export function listUploads({ request, state }: Exchange): Answer {
  const bucket = bucketOf(state, request.bucket)
  const value = (name: string) => queryValue(request, name) ?? ''
  if (value('delimiter') !== '') {
    throw s3Error(501, 'NotImplemented', 'This server lists uploads without a delimiter')
  }
  const encode = nameEncoder(request)
  const limit = pageSizeOf(request, 'max-uploads')
  const [prefix, keyMarker, idMarker] = [
    value('prefix'),
    value('key-marker'),
    value('upload-id-marker'),
  ]
  const all = sortedUploads(bucket, prefix)
  const markerAt = all.findIndex(({ key, id }) => key === keyMarker && id === idMarker)
  const behind = all.filter((upload, at) => isBehind(upload, keyMarker, at, markerAt))
  const page = behind.slice(0, limit)
  const isTruncated = page.length < behind.length && limit > 0
  const last = page.at(-1)
  return xmlAnswer(
    document(
      'ListMultipartUploadsResult',
      element('Bucket', bucket.name),
      element('KeyMarker', encode(keyMarker)),
      element('UploadIdMarker', idMarker),
      isTruncated && last ? element('NextKeyMarker', encode(last.key)) : undefined,
      isTruncated && last ? element('NextUploadIdMarker', last.id) : undefined,
      element('Prefix', encode(prefix)),
      element('MaxUploads', limit),
      value('encoding-type') === '' ? undefined : element('EncodingType', 'url'),
      element('IsTruncated', isTruncated),
      page.map((upload) =>
        element(
          'Upload',
          element('Key', encode(upload.key)),
          element('UploadId', upload.id),
          element('StorageClass', 'STANDARD'),
          element('Initiated', upload.startedAt.toISOString()),
        ),
      ),
    ),
  )
}
