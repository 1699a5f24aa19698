import type { ObjectStore } from './object-store.ts'
import { createDocuments } from './s3-documents.ts'
import { createLifecycle } from './s3-lifecycle.ts'
import { createListings } from './s3-listings.ts'
import { createUploads } from './s3-uploads.ts'
import type { S3World } from './s3-world.ts'

/** The object store that speaks S3. */
export function createS3ObjectStore(world: S3World): ObjectStore {
  return {
    ...createDocuments(world),
    ...createListings(world),
    ...createUploads(world),
    ...createLifecycle(world),
  }
}
