import { type Answer, type Exchange, xmlAnswer } from './exchange.ts'
import { keptHeaders } from './object-headers.ts'
import { s3Error } from './s3-error.ts'
import { decode, headerValue } from './s3-request.ts'
import { bucketOf, objectOf, sightOf, swapObject } from './state.ts'
import { assertWritable, namesEtag, writeConditions } from './write-conditions.ts'
import { document, element } from './xml.ts'

function sourceOf(exchange: Exchange) {
  const { request, state } = exchange
  const text = decode(headerValue(request, 'x-amz-copy-source') ?? '')
  const path = text.startsWith('/') ? text.slice(1) : text
  const slash = path.indexOf('/')
  const object = objectOf(bucketOf(state, path.slice(0, slash)), path.slice(slash + 1))
  const ifMatch = headerValue(request, 'x-amz-copy-source-if-match')
  if (ifMatch === undefined || namesEtag(ifMatch, object.etag)) return object
  throw s3Error(
    412,
    'PreconditionFailed',
    'At least one of the pre-conditions you specified did not hold',
    { Condition: 'x-amz-copy-source-If-Match' },
  )
}

/** Copies an object on the server's side; both share the bytes. */
export async function copyObject(exchange: Exchange): Promise<Answer> {
  const { request, settings, state } = exchange
  const bucket = bucketOf(state, request.bucket)
  const source = sourceOf(exchange)
  const isReplaced = headerValue(request, 'x-amz-metadata-directive') === 'REPLACE'
  const modifiedAt = settings.now()
  const headers = isReplaced ? keptHeaders(request, settings) : source.headers
  assertWritable(exchange, bucket, writeConditions(exchange), sightOf(bucket, request.key))
  for (const segment of source.segments) segment.retain()
  await swapObject(bucket, request.key, { ...source, headers, modifiedAt })
  return xmlAnswer(
    document(
      'CopyObjectResult',
      element('LastModified', modifiedAt.toISOString()),
      element('ETag', `"${source.etag}"`),
    ),
  )
}
