import { randomBytes } from 'node:crypto'
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3'
import { type BucketAccess, createSdkClient } from './sdk-client.ts'
import { type S3Server, type S3ServerOptions, startS3Server } from './start-s3-server.ts'

/** A bucket to test against. */
export interface TestBucket extends BucketAccess {
  readonly bucket: string
  /** Of this test alone; everything below it is removed on close. */
  readonly prefix: string
  /** Absent where the environment names another endpoint: nothing can be scripted there. */
  readonly server?: S3Server
  close(): Promise<void>
}

const PREFIX = 'STRONGROOM_TEST_S3_'

/**
 * The bucket that the environment names: `STRONGROOM_TEST_S3_ENDPOINT`, `_BUCKET`,
 * `_ACCESS_KEY_ID`, `_SECRET_ACCESS_KEY` and `_REGION` (by default `auto`).
 *
 * @throws Error where some are set and others are missing
 */
export function bucketInEnvironment(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): (BucketAccess & { readonly bucket: string }) | undefined {
  const [endpoint, bucket, accessKeyId, secretAccessKey] = [
    'ENDPOINT',
    'BUCKET',
    'ACCESS_KEY_ID',
    'SECRET_ACCESS_KEY',
  ].map((name) => environment[PREFIX + name])
  if (!endpoint) return undefined
  if (!bucket || !accessKeyId || !secretAccessKey) {
    throw new Error(
      `Cannot test against the endpoint in ${PREFIX}ENDPOINT: a part is missing, expected ${PREFIX}BUCKET, ${PREFIX}ACCESS_KEY_ID and ${PREFIX}SECRET_ACCESS_KEY as well`,
    )
  }
  const region = environment[`${PREFIX}REGION`] || 'auto'
  return { endpoint, bucket, accessKeyId, secretAccessKey, region }
}

async function removeBelow(client: S3Client, bucket: string, prefix: string): Promise<void> {
  const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })
  for await (const { Contents = [] } of pages) {
    for (const { Key } of Contents) {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key }))
    }
  }
  const listing = { Bucket: bucket, Prefix: prefix }
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand(listing))
  for (const { Key, UploadId } of Uploads) {
    await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }))
  }
}

/**
 * A bucket for one test file: that of the environment, so that the same suite runs against R2, AWS
 * or MinIO, else one in a server of our own. `options` count for our own only.
 */
export async function obtainBucket(options: S3ServerOptions = {}): Promise<TestBucket> {
  const prefix = `strongroom-test-${randomBytes(6).toString('hex')}`
  const named = bucketInEnvironment()
  if (named !== undefined) {
    const client = createSdkClient(named, { maxAttempts: 5 })
    return {
      ...named,
      prefix,
      async close() {
        await removeBelow(client, named.bucket, prefix)
        client.destroy()
      },
    }
  }
  const server = await startS3Server(options)
  const bucket = 'strongroom-test'
  server.createBucket(bucket)
  const { endpoint, accessKeyId, secretAccessKey, region } = server
  const access = { endpoint, accessKeyId, secretAccessKey, region }
  return { ...access, bucket, prefix, server, close: () => server.close() }
}
