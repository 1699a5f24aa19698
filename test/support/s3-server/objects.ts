import type { Answer, Exchange } from './exchange.ts'
import { checksumHeaders, keptHeaders, objectHeaders } from './object-headers.ts'
import { readVerdict, requestedRange } from './read-conditions.ts'
import { receiveSegment } from './receive-segment.ts'
import { s3Error } from './s3-error.ts'
import { headerValue } from './s3-request.ts'
import { bucketOf, objectOf, sightOf, swapObject } from './state.ts'
import { assertWritable, namesEtag, writeConditions } from './write-conditions.ts'

/** Receives an object and puts it in its key's place in one step. */
export async function putObject(exchange: Exchange): Promise<Answer> {
  const { request, settings, state } = exchange
  const bucket = bucketOf(state, request.bucket)
  const headers = keptHeaders(request, settings)
  const conditions = writeConditions(exchange)
  const seen = sightOf(bucket, request.key)
  const { segment, facts } = await receiveSegment(exchange)
  try {
    assertWritable(exchange, bucket, conditions, seen)
  } catch (error) {
    await segment.release()
    throw error
  }
  await swapObject(bucket, request.key, {
    segments: [segment],
    size: segment.size,
    etag: facts.etag,
    headers,
    modifiedAt: settings.now(),
    checksum: facts.checksum,
  })
  return {
    status: 200,
    headers: { etag: `"${facts.etag}"`, ...checksumHeaders(facts.checksum) },
  }
}

/** Answers an object, or a range of it; also serves HEAD, which the door sends without the body. */
export function getObject(exchange: Exchange): Answer {
  const { request, state } = exchange
  const object = objectOf(bucketOf(state, request.bucket), request.key)
  const headers = objectHeaders(request, object)
  if (readVerdict(request, object) === 'not-modified') {
    return { status: 304, headers: { etag: `"${object.etag}"` } }
  }
  const range = requestedRange(request, object.size)
  // Let go by who sends the answer: until then an overwrite must not take the bytes away.
  for (const segment of object.segments) segment.retain()
  if (range === undefined)
    return { status: 200, headers, body: { object, start: 0, end: object.size } }
  // A checksum of the whole would not fit a piece; S3 leaves it out.
  const fitting = Object.entries(headers).filter(([name]) => !name.startsWith('x-amz-checksum-'))
  return {
    status: 206,
    headers: {
      ...Object.fromEntries(fitting),
      'content-range': `bytes ${range.start}-${range.end - 1}/${object.size}`,
    },
    body: { object, ...range },
  }
}

/**
 * Deletes an object; one that is not there is deleted already. Only AWS knows If-Match here, R2
 * documents no condition for deletions, so under its rules the header has no effect.
 */
export async function deleteObject(exchange: Exchange): Promise<Answer> {
  const { request, settings, state, ignoresConditions } = exchange
  const bucket = bucketOf(state, request.bucket)
  const object = bucket.objects.get(request.key)
  const ifMatch = headerValue(request, 'if-match')
  const isConditional = settings.rules === 'aws' && !ignoresConditions && ifMatch !== undefined
  if (isConditional) objectOf(bucket, request.key)
  if (isConditional && object && !namesEtag(ifMatch, object.etag)) {
    throw s3Error(
      412,
      'PreconditionFailed',
      'At least one of the pre-conditions you specified did not hold',
      { Condition: 'If-Match' },
    )
  }
  if (object !== undefined) await swapObject(bucket, request.key, undefined)
  return { status: 204 }
}
