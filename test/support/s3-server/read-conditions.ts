import { s3Error } from './s3-error.ts'
import { headerValue, type S3Request } from './s3-request.ts'
import type { StoredObject } from './state.ts'
import { namesEtag } from './write-conditions.ts'

/**
 * Decides whether a read is answered with the object: `send`, or `not-modified` (304).
 * If-Match beats If-Unmodified-Since, If-None-Match beats If-Modified-Since (RFC 9110, 13.2.2).
 *
 * @throws S3Error `PreconditionFailed`
 */
export function readVerdict(request: S3Request, object: StoredObject): 'send' | 'not-modified' {
  const ifMatch = headerValue(request, 'if-match')
  const ifNoneMatch = headerValue(request, 'if-none-match')
  const unmodifiedSince = headerValue(request, 'if-unmodified-since')
  const modifiedSince = headerValue(request, 'if-modified-since')
  const modified = Math.floor(object.modifiedAt.getTime() / 1000) * 1000
  const isRefused =
    ifMatch === undefined
      ? unmodifiedSince !== undefined && modified > Date.parse(unmodifiedSince)
      : !namesEtag(ifMatch, object.etag)
  if (isRefused) {
    throw s3Error(
      412,
      'PreconditionFailed',
      'At least one of the pre-conditions you specified did not hold',
      { Condition: ifMatch === undefined ? 'If-Unmodified-Since' : 'If-Match' },
    )
  }
  const isKnown =
    ifNoneMatch === undefined
      ? modifiedSince !== undefined && modified <= Date.parse(modifiedSince)
      : namesEtag(ifNoneMatch, object.etag)
  return isKnown ? 'not-modified' : 'send'
}

/** Bytes from `start` up to, not including, `end`. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/**
 * Reads a Range header. A range that cannot be read, or several, are ignored as S3 does.
 *
 * @throws S3Error `InvalidRange` where no byte of the object is in it
 */
export function requestedRange(request: S3Request, size: number): ByteRange | undefined {
  const header = headerValue(request, 'range')
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined
  const start = first === '' ? Math.max(size - Number(last), 0) : Number(first)
  const end = first === '' || last === '' ? size : Math.min(Number(last) + 1, size)
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined
  if (start < end) return { start, end }
  throw s3Error(416, 'InvalidRange', 'The requested range is not satisfiable', {
    RangeRequested: header ?? '',
    ActualObjectSize: String(size),
  })
}
