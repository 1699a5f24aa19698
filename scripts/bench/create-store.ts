import { S3Client } from '@aws-sdk/client-s3'
import type { World } from './open-world.ts'

/** A client of the benchmark's bucket, for what is seeded or looked up beside the measured commands. */
export function createStore({ endpoint, env }: World): S3Client {
  return new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: {
      accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '',
    },
  })
}
