import type { Operation } from '../s3-server/operation.ts'
import type { LoggedRequest } from '../s3-server/request-log.ts'

/** What AWS asks for before it does an operation (Amazon S3, "Required permissions for Amazon S3 API operations"). */
const rights: Partial<Record<Operation, string>> = {
  HeadBucket: 's3:ListBucket',
  ListObjectsV2: 's3:ListBucket',
  ListMultipartUploads: 's3:ListBucketMultipartUploads',
  GetBucketLifecycleConfiguration: 's3:GetLifecycleConfiguration',
  GetObject: 's3:GetObject',
  HeadObject: 's3:GetObject',
  PutObject: 's3:PutObject',
  CreateMultipartUpload: 's3:PutObject',
  UploadPart: 's3:PutObject',
  CompleteMultipartUpload: 's3:PutObject',
  AbortMultipartUpload: 's3:AbortMultipartUpload',
  ListParts: 's3:ListMultipartUploadParts',
  DeleteObject: 's3:DeleteObject',
}

/** The rights without which some of the requests would be refused, each once and sorted. */
export function neededRights(requests: readonly LoggedRequest[]): readonly string[] {
  const needed = requests.map(({ operation }) => rights[operation] ?? `${operation}, unknown`)
  return [...new Set(needed)].toSorted()
}
