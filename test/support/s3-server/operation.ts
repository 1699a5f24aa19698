import type { IncomingMessage } from 'node:http'

/** The operations that this server knows, in S3's own names; everything else is `Unknown`. */
export type Operation =
  | 'ListBuckets'
  | 'CreateBucket'
  | 'HeadBucket'
  | 'DeleteBucket'
  | 'GetBucketLocation'
  | 'GetBucketLifecycleConfiguration'
  | 'PutBucketLifecycleConfiguration'
  | 'DeleteBucketLifecycle'
  | 'ListObjectsV2'
  | 'ListMultipartUploads'
  | 'PutObject'
  | 'CopyObject'
  | 'GetObject'
  | 'HeadObject'
  | 'DeleteObject'
  | 'CreateMultipartUpload'
  | 'UploadPart'
  | 'CompleteMultipartUpload'
  | 'AbortMultipartUpload'
  | 'ListParts'
  | 'Unknown'

type Names = ReadonlySet<string>

/** Subresources that exist in S3 and that this server does not serve. */
const UNSERVED = [
  'acl',
  'attributes',
  'cors',
  'delete',
  'encryption',
  'legal-hold',
  'logging',
  'notification',
  'object-lock',
  'policy',
  'replication',
  'restore',
  'retention',
  'select',
  'tagging',
  'torrent',
  'versioning',
  'versions',
  'website',
] as const

function ofBucket(method: string, names: Names): Operation {
  if (names.has('lifecycle')) {
    if (method === 'GET') return 'GetBucketLifecycleConfiguration'
    if (method === 'PUT') return 'PutBucketLifecycleConfiguration'
    if (method === 'DELETE') return 'DeleteBucketLifecycle'
    return 'Unknown'
  }
  if (method === 'PUT') return 'CreateBucket'
  if (method === 'HEAD') return 'HeadBucket'
  if (method === 'DELETE') return 'DeleteBucket'
  if (method !== 'GET') return 'Unknown'
  if (names.has('location')) return 'GetBucketLocation'
  if (names.has('uploads')) return 'ListMultipartUploads'
  return names.has('list-type') ? 'ListObjectsV2' : 'Unknown'
}

function ofObject(method: string, names: Names, isCopy: boolean): Operation {
  if (method === 'PUT') {
    if (names.has('uploadId')) return isCopy ? 'Unknown' : 'UploadPart'
    return isCopy ? 'CopyObject' : 'PutObject'
  }
  if (method === 'GET') return names.has('uploadId') ? 'ListParts' : 'GetObject'
  if (method === 'HEAD') return 'HeadObject'
  if (method === 'DELETE') return names.has('uploadId') ? 'AbortMultipartUpload' : 'DeleteObject'
  if (method !== 'POST') return 'Unknown'
  if (names.has('uploads')) return 'CreateMultipartUpload'
  return names.has('uploadId') ? 'CompleteMultipartUpload' : 'Unknown'
}

/** Which operation a method, an address and the names of its query parameters mean. */
export function operationOf(
  method: string,
  bucket: string,
  key: string,
  names: Names,
  headers: IncomingMessage['headersDistinct'],
): Operation {
  if (UNSERVED.some((name) => names.has(name))) return 'Unknown'
  if (bucket === '') return method === 'GET' ? 'ListBuckets' : 'Unknown'
  if (key === '') return ofBucket(method, names)
  return ofObject(method, names, headers['x-amz-copy-source'] !== undefined)
}
