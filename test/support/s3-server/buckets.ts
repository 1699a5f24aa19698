import { type Answer, type Exchange, xmlAnswer } from './exchange.ts'
import { receiveText } from './receive-body.ts'
import { s3Error } from './s3-error.ts'
import { bucketOf, createBucket } from './state.ts'
import { document, element, innerElements } from './xml.ts'

const BUCKET_NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/

/** @throws S3Error `InvalidBucketName` */
export function assertBucketName(name: string): void {
  if (BUCKET_NAME.test(name)) return
  throw s3Error(400, 'InvalidBucketName', 'The specified bucket is not valid.', {
    BucketName: name,
  })
}

/** All buckets, by name. */
export function listBuckets({ state }: Exchange): Answer {
  const buckets = [...state.buckets.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  return xmlAnswer(
    document(
      'ListAllMyBucketsResult',
      element('Owner', element('ID', 'strongroom')),
      element(
        'Buckets',
        buckets.map((bucket) =>
          element(
            'Bucket',
            element('Name', bucket.name),
            element('CreationDate', bucket.createdAt.toISOString()),
          ),
        ),
      ),
    ),
  )
}

/** Makes a bucket; making one's own again is a success in us-east-1 and a conflict elsewhere. */
export async function putBucket(exchange: Exchange): Promise<Answer> {
  const { request, settings, state } = exchange
  assertBucketName(request.bucket)
  await receiveText(exchange)
  if (state.buckets.has(request.bucket)) {
    if (settings.rules === 'r2' || settings.region !== 'us-east-1') {
      throw s3Error(
        409,
        'BucketAlreadyOwnedByYou',
        'Your previous request to create the named bucket succeeded and you already own it.',
        { BucketName: request.bucket },
      )
    }
  } else {
    state.buckets.set(request.bucket, createBucket(request.bucket, settings.now()))
  }
  return { status: 200, headers: { location: `/${request.bucket}` } }
}

/** Whether a bucket is there. */
export function headBucket({ request, settings, state }: Exchange): Answer {
  bucketOf(state, request.bucket)
  return { status: 200, headers: { 'x-amz-bucket-region': settings.region } }
}

/** Removes an empty bucket. */
export function deleteBucket({ request, state }: Exchange): Answer {
  const bucket = bucketOf(state, request.bucket)
  if (bucket.objects.size > 0) {
    throw s3Error(409, 'BucketNotEmpty', 'The bucket you tried to delete is not empty', {
      BucketName: request.bucket,
    })
  }
  state.buckets.delete(request.bucket)
  return { status: 204 }
}

/** A bucket's region; that of us-east-1 is told as an empty element. */
export function getBucketLocation({ request, settings, state }: Exchange): Answer {
  bucketOf(state, request.bucket)
  const region = settings.region === 'us-east-1' ? '' : settings.region
  return xmlAnswer(document('LocationConstraint', region))
}

/** The lifecycle rules as they were put. */
export function getBucketLifecycle({ request, state }: Exchange): Answer {
  const { lifecycle } = bucketOf(state, request.bucket)
  if (lifecycle !== undefined) return xmlAnswer(lifecycle)
  throw s3Error(404, 'NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist', {
    BucketName: request.bucket,
  })
}

/** Keeps lifecycle rules; they are told again, and never carried out. */
export async function putBucketLifecycle(exchange: Exchange): Promise<Answer> {
  const bucket = bucketOf(exchange.state, exchange.request.bucket)
  const xml = await receiveText(exchange)
  if (innerElements(xml, 'Rule').length === 0) {
    throw s3Error(
      400,
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
    )
  }
  bucket.lifecycle = xml
  return { status: 200 }
}

/** Forgets the lifecycle rules. */
export function deleteBucketLifecycle({ request, state }: Exchange): Answer {
  bucketOf(state, request.bucket).lifecycle = undefined
  return { status: 204 }
}
