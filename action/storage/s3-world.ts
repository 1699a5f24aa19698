import type { S3Client } from '@aws-sdk/client-s3'
import type { Log } from '../job/ports.ts'
import type { Addressing } from './addressing.ts'
import { faultKind } from './fault.ts'
import type { Purpose, WriteOutcome } from './object-store.ts'
import { type SendWorld, type Sent, sendOnce, sendWithRetries } from './send-with-retries.ts'

/** What the S3 side of the store shares. */
export interface S3World extends SendWorld {
  readonly client: S3Client
  readonly bucket: string
  readonly addressing: Addressing
  readonly log: Log
}

/** Sends once, its fault as data. */
export function once<T>(
  world: S3World,
  purpose: Purpose,
  request: (options: { abortSignal?: AbortSignal }) => Promise<T>,
): Promise<Sent<T>> {
  return sendOnce(world, purpose, (signal) => request(toOptions(signal)))
}

/** Sends until it is answered, refused or the tries are used up. */
export function retried<T>(
  world: S3World,
  purpose: Purpose,
  attemptsMax: number,
  request: (options: { abortSignal?: AbortSignal }) => Promise<T>,
): Promise<Sent<T>> {
  return sendWithRetries(world, purpose, attemptsMax, (signal) => request(toOptions(signal)))
}

/**
 * The answer, or `undefined` where there is no such object.
 *
 * @throws {Failure} for every other fault
 */
export function answerOrMissing<T>(sent: Sent<T>): T | undefined {
  if (sent.kind === 'answered') return sent.answer
  if (faultKind(sent.fault) === 'missing') return undefined
  throw sent.failure
}

/** @throws {Failure} for every fault */
export function answerOf<T>(sent: Sent<T>): T {
  if (sent.kind === 'answered') return sent.answer
  throw sent.failure
}

/**
 * What a conditional write came to.
 *
 * @throws {Failure} where it was refused for good: denied, no such bucket, credentials
 */
export function toWriteOutcome(sent: Sent<{ ETag?: string | undefined }>): WriteOutcome {
  if (sent.kind === 'answered') {
    return { kind: 'written', etag: sent.answer.ETag ?? '' }
  }
  const kind = faultKind(sent.fault)
  if (kind === 'refused') throw sent.failure
  return kind === 'transient' ? { kind: 'unknown', failure: sent.failure } : { kind }
}

function toOptions(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal }
}
