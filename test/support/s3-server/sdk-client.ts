import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'

/** Where a client goes and as whom. */
export interface BucketAccess {
  readonly endpoint: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly region: string
}

/** An SDK client for a server, with one attempt a request, so that tests see every answer. */
export function createSdkClient(access: BucketAccess, changes: S3ClientConfig = {}): S3Client {
  const { endpoint, region, accessKeyId, secretAccessKey } = access
  return new S3Client({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
    maxAttempts: 1,
    ...changes,
  })
}
