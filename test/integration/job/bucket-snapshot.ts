import type { S3Server } from '../../support/s3-server/start-s3-server.ts'

interface SavedObject {
  readonly key: string
  readonly bytes: Uint8Array
  readonly metadata: Readonly<Record<string, string>>
  readonly modifiedAt: Date
}

/** Everything that a bucket holds. */
export type BucketSnapshot = readonly SavedObject[]

export async function saveBucket(server: S3Server, bucket: string): Promise<BucketSnapshot> {
  const peek = server.peek(bucket)
  return await Promise.all(
    peek.keys().map(async (key) => {
      const { metadata = {}, modifiedAt = new Date(0) } = peek.describe(key) ?? {}
      return { key, bytes: await peek.read(key), metadata, modifiedAt }
    }),
  )
}

/** A new bucket with the same contents. */
export async function loadBucket(
  server: S3Server,
  bucket: string,
  snapshot: BucketSnapshot,
): Promise<void> {
  server.createBucket(bucket)
  const peek = server.peek(bucket)
  for (const { key, bytes, metadata, modifiedAt } of snapshot) {
    await peek.write(key, bytes, metadata)
    peek.setModifiedAt(key, modifiedAt)
  }
}
