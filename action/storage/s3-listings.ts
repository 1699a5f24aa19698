import {
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3'
import { Failure } from '../domain/failure.ts'
import type { PendingUpload, StoredObject } from '../job/ports.ts'
import type { ObjectStore, Purpose } from './object-store.ts'
import { answerOf, retried, type S3World } from './s3-world.ts'

const attemptsMax = 5
/** Of 1,000 keys each. */
const listPagesMax = 10_000

/** What lies below a prefix, page by page. An answer that cannot be read is never an empty list. */
export function createListings(world: S3World): Pick<ObjectStore, 'list' | 'listUploads'> {
  return {
    list: (prefix, purpose) => listObjects(world, prefix, purpose),
    listUploads: (prefix, purpose) => listUploads(world, prefix, purpose),
  }
}

async function* listObjects(
  world: S3World,
  prefix: string,
  purpose: Purpose,
): AsyncGenerator<StoredObject> {
  let token: string | undefined
  for (let page = 1; page <= listPagesMax; page += 1) {
    const input = {
      Bucket: world.bucket,
      Prefix: prefix,
      ...(token !== undefined && { ContinuationToken: token }),
    }
    const answer: ListObjectsV2CommandOutput = answerOf(
      await retried(world, purpose, attemptsMax, (options) =>
        world.client.send(new ListObjectsV2Command(input), options),
      ),
    )
    if (answer.IsTruncated === undefined && answer.Name === undefined) throw unreadable(purpose)
    for (const { Key: key, Size: size, LastModified, ETag: etag } of answer.Contents ?? []) {
      if (key === undefined || size === undefined) throw unreadable(purpose)
      const modifiedAt = LastModified ?? new Date(0)
      yield { key, size, modifiedAt, ...(etag !== undefined && { etag }) }
    }
    if (answer.IsTruncated !== true) return
    const next = answer.NextContinuationToken
    if (next === undefined || next === token) throw unreadable(purpose)
    token = next
  }
  throw unreadable(purpose)
}

async function* listUploads(
  world: S3World,
  prefix: string,
  purpose: Purpose,
): AsyncGenerator<PendingUpload> {
  let marker: { KeyMarker: string; UploadIdMarker: string } | undefined
  for (let page = 1; page <= listPagesMax; page += 1) {
    const input = { Bucket: world.bucket, Prefix: prefix, ...marker }
    const sent = await retried(world, purpose, attemptsMax, (options) =>
      world.client.send(new ListMultipartUploadsCommand(input), options),
    )
    if (sent.kind === 'fault' && sent.fault.status === 501) {
      world.log.warn('This bucket does not list unfinished uploads, so none can be cleaned up')
      return
    }
    const answer: ListMultipartUploadsCommandOutput = answerOf(sent)
    for (const { Key: key, UploadId: uploadId, Initiated: startedAt } of answer.Uploads ?? []) {
      if (key === undefined || uploadId === undefined) throw unreadable(purpose)
      // Some services ignore the prefix here.
      if (key.startsWith(prefix)) yield { key, uploadId, startedAt: startedAt ?? new Date(0) }
    }
    if (answer.IsTruncated !== true) return
    const next = {
      KeyMarker: answer.NextKeyMarker ?? '',
      UploadIdMarker: answer.NextUploadIdMarker ?? '',
    }
    const isStuck =
      next.KeyMarker === '' ||
      (next.KeyMarker === marker?.KeyMarker && next.UploadIdMarker === marker.UploadIdMarker)
    if (isStuck) throw unreadable(purpose)
    marker = next
  }
  throw unreadable(purpose)
}

function unreadable(purpose: Purpose): Failure {
  return new Failure({
    code: 'bucket_error',
    stage: purpose.stage,
    message: `Cannot ${purpose.doing}: the list that the bucket answered cannot be read, expected the pages of an S3 listing`,
    hint: 'Check "endpoint" (AWS_S3_ENDPOINT): something else than S3 may answer there.',
  })
}
