import type { Failure, Stage } from '../domain/failure.ts'
import type { PendingUpload, StoredObject } from '../job/ports.ts'

/** What a request is for: words its failure, bounds its tries and can end it. */
export interface Purpose {
  readonly stage: Stage
  /** Completes "Cannot …" in a failure's message: "read the manifest". */
  readonly doing: string
  readonly signal?: AbortSignal | undefined
  /** How often the request is sent at most. @default each operation's own */
  readonly attempts?: number
}

/** Under which condition a write may happen: the key is free, or still holds what was read. */
export type Condition =
  | { readonly kind: 'absent' }
  | { readonly kind: 'matches'; readonly etag: string }

/**
 * How a conditional write ended, as far as the provider said.
 *
 * `condition_failed` (412) and `missing` (404 under If-Match) may still be an own success whose
 * answer got lost; `conflict` (409) and `unknown` (time-out, reset, 5xx) say nothing at all. Only
 * reading back decides. `unsupported` (501): the provider knows no conditions.
 */
export type WriteOutcome =
  | { readonly kind: 'written'; readonly etag: string }
  | { readonly kind: 'condition_failed' | 'conflict' | 'missing' | 'unsupported' }
  | { readonly kind: 'unknown'; readonly failure: Failure }

/** A document in memory. Its ETag is opaque and keeps its quotes. */
export interface Document {
  readonly bytes: Uint8Array
  readonly etag: string
}

/** What HEAD says. */
export interface ObjectFacts {
  readonly size: number
  readonly etag: string
  readonly metadata: Readonly<Record<string, string>>
}

/** An object whose bytes are arriving. */
export interface OpenedObject {
  readonly etag: string
  /** Size of the whole object, whatever part of it `body` brings. */
  readonly size: number
  /** Throws a `Failure` where the connection is lost or falls silent. May end too early. */
  readonly body: AsyncIterable<Uint8Array>
}

export interface UploadRef {
  readonly key: string
  readonly uploadId: string
}

export interface Part {
  readonly number: number
  readonly etag: string
  /** CRC32 as the provider confirmed it, where it takes checksums: completing must repeat it. */
  readonly checksum?: string
}

/** `unknown`: these credentials may not read the bucket's rules. */
export type UploadExpiry =
  | { readonly kind: 'days'; readonly days: number }
  | { readonly kind: 'never' | 'unknown' }

/**
 * What this room needs of an S3-compatible bucket, and no more: outcomes as data, definite refusals
 * (no such bucket, denied, credentials) as `Failure`, transient faults retried inside except where
 * a repetition could hide what happened. Unit tests pass one in memory.
 */
export interface ObjectStore {
  get(key: string, purpose: Purpose): Promise<Document | undefined>
  /** From byte `start` on. `changed` where the object is no longer the one with that ETag. */
  open(
    key: string,
    from: { readonly start: number; readonly etag: string } | undefined,
    purpose: Purpose,
  ): Promise<OpenedObject | 'changed' | undefined>
  head(key: string, purpose: Purpose): Promise<ObjectFacts | undefined>
  put(key: string, bytes: Uint8Array, purpose: Purpose): Promise<void>
  /** Sent once, never repeated inside. */
  putIf(
    key: string,
    bytes: Uint8Array,
    condition: Condition,
    purpose: Purpose,
  ): Promise<WriteOutcome>
  /** `refused`: a lock or a missing right. An absent key counts as removed, as S3 has it. */
  remove(key: string, purpose: Purpose): Promise<'removed' | 'refused'>
  /** Whether {@link ObjectStore.removeIf} may be used: elsewhere the condition could be ignored. */
  readonly removesConditionally: boolean
  removeIf(key: string, etag: string, purpose: Purpose): Promise<'removed' | 'kept'>
  list(prefix: string, purpose: Purpose): AsyncIterable<StoredObject>

  startUpload(
    key: string,
    metadata: Readonly<Record<string, string>>,
    purpose: Purpose,
  ): Promise<string>
  putPart(upload: UploadRef, number: number, bytes: Uint8Array, purpose: Purpose): Promise<Part>
  /** Sent once, never repeated inside. `missing`: there is no such upload (any more). */
  completeUpload(
    upload: UploadRef,
    parts: readonly Part[],
    condition: Condition | undefined,
    purpose: Purpose,
  ): Promise<WriteOutcome>
  /** An upload that is not there counts as aborted. */
  abortUpload(upload: UploadRef, purpose: Purpose): Promise<void>
  listUploads(prefix: string, purpose: Purpose): AsyncIterable<PendingUpload>
  /** Whether the bucket itself drops uploads below `prefix` that were never completed. */
  uploadExpiry(prefix: string, purpose: Purpose): Promise<UploadExpiry>
}
