import type { ByteStore, Segment } from './byte-store.ts'
import type { Checksum, ChecksumName } from './checksum.ts'
import { s3Error } from './s3-error.ts'

/** An object as it is stored. */
export interface StoredObject {
  readonly segments: readonly Segment[]
  readonly size: number
  /** Without its quotes. */
  readonly etag: string
  /** Headers that are answered as they came: content type and the like, and the metadata. */
  readonly headers: Readonly<Record<string, string>>
  readonly modifiedAt: Date
  readonly checksum: Checksum | undefined
}

/** A part that has arrived. */
export interface StoredPart {
  readonly partNumber: number
  readonly segment: Segment
  readonly etag: string
  readonly modifiedAt: Date
  readonly checksum: Checksum | undefined
}

/** What a key looked like when a request began: a later difference means that somebody wrote it. */
export interface KeySight {
  readonly change: number
  readonly existed: boolean
}

/** An unfinished multipart upload. */
export interface Upload {
  readonly id: string
  readonly key: string
  startedAt: Date
  readonly headers: Readonly<Record<string, string>>
  readonly checksum: { readonly name: ChecksumName; readonly type: Checksum['type'] } | undefined
  readonly sight: KeySight
  readonly parts: Map<number, StoredPart>
  /** Why it can no longer be completed: it was aborted, or its completion met a conflict. */
  ended: 'aborted' | 'conflict' | undefined
}

/** A bucket. */
export interface Bucket {
  readonly name: string
  readonly createdAt: Date
  readonly objects: Map<string, StoredObject>
  readonly uploads: Map<string, Upload>
  /** How often each key was written or deleted. */
  readonly changes: Map<string, number>
  lifecycle: string | undefined
}

/** All that the server holds. */
export interface State {
  readonly buckets: Map<string, Bucket>
  readonly bytes: ByteStore
}

/** A new empty bucket. */
export function createBucket(name: string, createdAt: Date): Bucket {
  return {
    name,
    createdAt,
    objects: new Map(),
    uploads: new Map(),
    changes: new Map(),
    lifecycle: undefined,
  }
}

/** @throws S3Error `NoSuchBucket` */
export function bucketOf(state: State, name: string): Bucket {
  const bucket = state.buckets.get(name)
  if (bucket !== undefined) return bucket
  throw s3Error(404, 'NoSuchBucket', 'The specified bucket does not exist', { BucketName: name })
}

/** @throws S3Error `NoSuchKey` */
export function objectOf(bucket: Bucket, key: string): StoredObject {
  const object = bucket.objects.get(key)
  if (object !== undefined) return object
  throw s3Error(404, 'NoSuchKey', 'The specified key does not exist.', { Key: key })
}

/** What a key looks like now. */
export function sightOf(bucket: Bucket, key: string): KeySight {
  return { change: bucket.changes.get(key) ?? 0, existed: bucket.objects.has(key) }
}

/**
 * Puts an object in a key's place, or takes it away, in one step that nothing can come between.
 * The bytes that were there are freed once their readers are through.
 */
export async function swapObject(
  bucket: Bucket,
  key: string,
  next: StoredObject | undefined,
): Promise<void> {
  const before = bucket.objects.get(key)
  if (next === undefined) bucket.objects.delete(key)
  else bucket.objects.set(key, next)
  bucket.changes.set(key, (bucket.changes.get(key) ?? 0) + 1)
  for (const segment of before?.segments ?? []) await segment.release()
}
