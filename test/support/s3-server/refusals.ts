import type { FaultKind } from './faults.ts'
import { type S3Error, s3Error } from './s3-error.ts'
import type { Rules } from './settings.ts'

/**
 * The refusal that a scripted fault stands for, worded as the provider words it.
 *
 * A lock: AWS says AccessDenied; R2 is measured to say 409 `ObjectLockedByBucketPolicy`, though its
 * page of error codes says 403.
 */
export function refusalOf(kind: FaultKind, rules: Rules): S3Error | undefined {
  switch (kind) {
    case '503':
      return s3Error(503, 'SlowDown', 'Please reduce your request rate.')
    case '500':
      return s3Error(500, 'InternalError', 'We encountered an internal error. Please try again.')
    case '429':
      return s3Error(
        429,
        'TooManyRequests',
        'Reduce your concurrent request rate for the same object.',
      )
    case 'expired':
      return s3Error(400, 'ExpiredToken', 'The provided token has expired.')
    case 'denied':
      return s3Error(403, 'AccessDenied', 'Access Denied')
    case 'locked':
      return rules === 'r2'
        ? s3Error(409, 'ObjectLockedByBucketPolicy', 'The object is locked by the bucket policy.')
        : s3Error(403, 'AccessDenied', 'Access Denied because object protected by object lock.')
    case 'refuse-conditions':
      return s3Error(
        501,
        'NotImplemented',
        'A header you provided implies functionality that is not implemented',
      )
    case 'conflict':
      return s3Error(
        409,
        'ConditionalRequestConflict',
        'The conditional request cannot succeed due to a conflicting operation against this resource.',
      )
    default:
      return undefined
  }
}
