import type { Exchange } from './exchange.ts'
import { s3Error } from './s3-error.ts'
import { headerValue } from './s3-request.ts'
import { type Bucket, type KeySight, type StoredObject, sightOf } from './state.ts'

/** The conditions of a write; absent ones hold. */
export interface WriteConditions {
  readonly ifMatch: string | undefined
  readonly ifNoneMatch: string | undefined
  readonly ifModifiedSince: string | undefined
  readonly ifUnmodifiedSince: string | undefined
}

const NONE: WriteConditions = {
  ifMatch: undefined,
  ifNoneMatch: undefined,
  ifModifiedSince: undefined,
  ifUnmodifiedSince: undefined,
}

/**
 * Reads the conditions of a write. AWS knows If-Match and `If-None-Match: *` for writes and calls
 * anything else not implemented; R2 also takes lists of ETags and dates.
 *
 * @throws S3Error `NotImplemented`
 */
export function writeConditions(exchange: Exchange): WriteConditions {
  const { request, settings, ignoresConditions } = exchange
  if (ignoresConditions) return NONE
  const ifMatch = headerValue(request, 'if-match')
  const ifNoneMatch = headerValue(request, 'if-none-match')
  if (settings.rules === 'r2') {
    return {
      ifMatch,
      ifNoneMatch,
      ifModifiedSince: headerValue(request, 'if-modified-since'),
      ifUnmodifiedSince: headerValue(request, 'if-unmodified-since'),
    }
  }
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') {
    throw s3Error(
      501,
      'NotImplemented',
      'A header you provided implies functionality that is not implemented',
      { Header: 'If-None-Match' },
    )
  }
  return { ...NONE, ifMatch, ifNoneMatch }
}

/** Whether a list of ETags, or `*`, names this one. */
export function namesEtag(list: string, etag: string): boolean {
  return list.split(',').some((one) => {
    const bare = one.trim().replace(/^W\//, '').replaceAll('"', '')
    return bare === '*' || bare === etag
  })
}

/** The first condition that an object, or its absence, does not meet. */
function failedCondition(
  conditions: WriteConditions,
  object: StoredObject | undefined,
): string | undefined {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions
  if (ifMatch !== undefined && !(object && namesEtag(ifMatch, object.etag))) return 'If-Match'
  if (object === undefined) return undefined
  if (ifNoneMatch !== undefined && namesEtag(ifNoneMatch, object.etag)) return 'If-None-Match'
  const modified = Math.floor(object.modifiedAt.getTime() / 1000) * 1000
  if (ifUnmodifiedSince && modified > Date.parse(ifUnmodifiedSince)) return 'If-Unmodified-Since'
  if (ifModifiedSince && modified <= Date.parse(ifModifiedSince)) return 'If-Modified-Since'
  return undefined
}

function conflict(key: string): Error {
  return s3Error(
    409,
    'ConditionalRequestConflict',
    'The conditional request cannot succeed due to a conflicting operation against this resource.',
    { Key: key },
  )
}

/**
 * Decides, at the moment of the write, whether it may happen. Nothing can come between this and
 * the write where the caller awaits nothing in between.
 *
 * AWS answers 412 where the condition does not hold, 404 for If-Match on a key that is not there,
 * and 409 where another operation on the key came in between: a deletion that won, a change that
 * left the condition true, or a race. Which of 412 and 409 the loser of a race gets is not
 * promised; here every second one gets 409, so that clients meet both. R2 knows 412 only.
 *
 * @throws S3Error
 */
export function assertWritable(
  exchange: Exchange,
  bucket: Bucket,
  conditions: WriteConditions,
  seen: KeySight,
): void {
  const { request, settings } = exchange
  const { key } = request
  const object = bucket.objects.get(key)
  const failed = failedCondition(conditions, object)
  const isConditional = Object.values(conditions).some((one) => one !== undefined)
  const changed = sightOf(bucket, key).change !== seen.change
  if (settings.rules === 'aws' && isConditional && changed) {
    const isGone = failed === 'If-Match' && object === undefined
    if (failed === undefined || isGone || request.n % 2 === 0) throw conflict(key)
  }
  if (failed === undefined) return
  if (settings.rules === 'aws' && failed === 'If-Match' && object === undefined) {
    throw s3Error(404, 'NoSuchKey', 'The specified key does not exist.', { Key: key })
  }
  throw s3Error(
    412,
    'PreconditionFailed',
    'At least one of the pre-conditions you specified did not hold',
    { Condition: failed },
  )
}
