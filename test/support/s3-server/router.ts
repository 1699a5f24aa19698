import {
  deleteBucket,
  deleteBucketLifecycle,
  getBucketLifecycle,
  getBucketLocation,
  headBucket,
  listBuckets,
  putBucket,
  putBucketLifecycle,
} from './buckets.ts'
import { completeUpload } from './complete-upload.ts'
import { copyObject } from './copy-object.ts'
import type { Handler } from './exchange.ts'
import { listObjects } from './list-objects.ts'
import { listParts } from './list-parts.ts'
import { listUploads } from './list-uploads.ts'
import { deleteObject, getObject, putObject } from './objects.ts'
import type { Operation } from './operation.ts'
import { s3Error } from './s3-error.ts'
import { abortUpload, createUpload, uploadPart } from './uploads.ts'

/** Which function serves which operation; a forgotten one is a type error. */
export const HANDLERS: Readonly<Record<Operation, Handler>> = {
  ListBuckets: listBuckets,
  CreateBucket: putBucket,
  HeadBucket: headBucket,
  DeleteBucket: deleteBucket,
  GetBucketLocation: getBucketLocation,
  GetBucketLifecycleConfiguration: getBucketLifecycle,
  PutBucketLifecycleConfiguration: putBucketLifecycle,
  DeleteBucketLifecycle: deleteBucketLifecycle,
  ListObjectsV2: listObjects,
  ListMultipartUploads: listUploads,
  PutObject: putObject,
  CopyObject: copyObject,
  GetObject: getObject,
  HeadObject: getObject,
  DeleteObject: deleteObject,
  CreateMultipartUpload: createUpload,
  UploadPart: uploadPart,
  CompleteMultipartUpload: completeUpload,
  AbortMultipartUpload: abortUpload,
  ListParts: listParts,
  Unknown: () => {
    throw s3Error(
      501,
      'NotImplemented',
      'A header you provided implies functionality that is not implemented',
    )
  },
}
