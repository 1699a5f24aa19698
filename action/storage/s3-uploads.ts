import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { Failure } from '../domain/failure.ts'
import { contentMd5 } from './content-md5.ts'
import { faultKind } from './fault.ts'
import type { ObjectStore } from './object-store.ts'
import { answerOf, once, retried, type S3World, toWriteOutcome } from './s3-world.ts'

const attemptsMax = 5
/** A part is the one thing whose loss costs a whole backup. */
const partAttemptsMax = 8

type Uploads = Pick<ObjectStore, 'startUpload' | 'putPart' | 'completeUpload' | 'abortUpload'>

/** Multipart uploads by the low-level commands: whoever owns the upload's id can also end it. */
export function createUploads(world: S3World): Uploads {
  const { client, bucket, addressing } = world
  return {
    startUpload: async (key, metadata, purpose) => {
      const input = {
        Bucket: bucket,
        Key: key,
        Metadata: { ...metadata },
        ContentType: 'application/gzip',
        ...(addressing.takesChecksums && { ChecksumAlgorithm: 'CRC32' as const }),
      }
      const { UploadId: uploadId } = answerOf(
        await retried(world, purpose, attemptsMax, (options) =>
          client.send(new CreateMultipartUploadCommand(input), options),
        ),
      )
      if (uploadId === undefined) throw nameless('an upload without an id', purpose)
      return uploadId
    },
    putPart: async ({ key, uploadId }, number, bytes, purpose) => {
      const input = {
        Bucket: bucket,
        Key: key,
        UploadId: uploadId,
        PartNumber: number,
        Body: bytes,
        ...(!addressing.takesChecksums && { ContentMD5: contentMd5(bytes) }),
      }
      const { ETag: etag, ChecksumCRC32: checksum } = answerOf(
        await retried(world, purpose, partAttemptsMax, (options) =>
          client.send(new UploadPartCommand(input), options),
        ),
      )
      if (etag === undefined) throw nameless('a part without an ETag', purpose)
      return { number, etag, ...(checksum !== undefined && { checksum }) }
    },
    completeUpload: async ({ key, uploadId }, parts, condition, purpose) => {
      const command = new CompleteMultipartUploadCommand({
        Bucket: bucket,
        Key: key,
        UploadId: uploadId,
        MultipartUpload: {
          Parts: parts.map(({ number, etag, checksum }) => ({
            PartNumber: number,
            ETag: etag,
            ...(checksum !== undefined && { ChecksumCRC32: checksum }),
          })),
        },
        ...(condition?.kind === 'absent' && { IfNoneMatch: '*' }),
        ...(condition?.kind === 'matches' && { IfMatch: condition.etag }),
      })
      return toWriteOutcome(await once(world, purpose, (options) => client.send(command, options)))
    },
    abortUpload: async ({ key, uploadId }, purpose) => {
      const input = { Bucket: bucket, Key: key, UploadId: uploadId }
      const sent = await retried(world, purpose, attemptsMax, (options) =>
        client.send(new AbortMultipartUploadCommand(input), options),
      )
      if (sent.kind === 'fault' && faultKind(sent.fault) !== 'missing') throw sent.failure
    },
  }
}

function nameless(
  what: string,
  { stage, doing }: { stage: Failure['stage']; doing: string },
): Failure {
  return new Failure({
    code: 'bucket_error',
    stage,
    message: `Cannot ${doing}: the bucket answered ${what}, expected what S3 answers`,
    hint: 'Check "endpoint" (AWS_S3_ENDPOINT): something else than S3 may answer there.',
  })
}
