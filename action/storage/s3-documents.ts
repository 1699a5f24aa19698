import { createHash } from 'node:crypto'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3'
import { contentMd5 } from './content-md5.ts'
import type { Fault } from './fault.ts'
import type { Document, ObjectFacts, ObjectStore, OpenedObject, Purpose } from './object-store.ts'
import { collect, safeChunksOf } from './s3-body.ts'
import {
  answerOf,
  answerOrMissing,
  once,
  retried,
  type S3World,
  toWriteOutcome,
} from './s3-world.ts'

const attemptsMax = 5
/** How often a document is read that does not match its digest. */
const readingsMax = 3
/** A manifest of 10,000 backups with a hundred tables each stays below this. */
const documentSizeMaxBytes = 256 * 1024 * 1024
/**
 * Our own digest of a document, so that a reading that was bent on the way is read again. Where it
 * stays, somebody has edited the document in place: what it says is then judged by its form alone.
 */
const digestName = 'strongroom-sha256'

type Documents = Pick<
  ObjectStore,
  'get' | 'open' | 'head' | 'put' | 'putIf' | 'remove' | 'removeIf' | 'removesConditionally'
>

/** Whole objects: read, written and removed by single requests. */
export function createDocuments(world: S3World): Documents {
  const { client, bucket } = world
  return {
    get: (key, purpose) => getDocument(world, key, purpose),
    open: (key, from, purpose) => openObject(world, key, from, purpose),
    head: (key, purpose) => headObject(world, key, purpose),
    put: async (key, bytes, purpose) => {
      const input = putInput(world, key, bytes)
      answerOf(
        await retried(world, purpose, attemptsMax, (options) =>
          client.send(new PutObjectCommand(input), options),
        ),
      )
    },
    putIf: async (key, bytes, condition, purpose) => {
      const command = new PutObjectCommand({
        ...putInput(world, key, bytes),
        ...(condition.kind === 'absent' ? { IfNoneMatch: '*' } : { IfMatch: condition.etag }),
      })
      return toWriteOutcome(await once(world, purpose, (options) => client.send(command, options)))
    },
    remove: async (key, purpose) => {
      const sent = await retried(world, purpose, attemptsMax, (options) =>
        client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }), options),
      )
      if (sent.kind === 'answered' || sent.fault.code === 'NoSuchKey') return 'removed'
      if (isLockRefusal(sent.fault)) return 'refused'
      throw sent.failure
    },
    removesConditionally: world.addressing.removesConditionally,
    removeIf: async (key, etag, purpose) => {
      const command = new DeleteObjectCommand({ Bucket: bucket, Key: key, IfMatch: etag })
      const sent = await once(world, purpose, (options) => client.send(command, options))
      return sent.kind === 'answered' ? 'removed' : 'kept'
    },
  }
}

async function getDocument(
  world: S3World,
  key: string,
  purpose: Purpose,
): Promise<Document | undefined> {
  for (let reading = 1; ; reading += 1) {
    const sent = await retried(world, purpose, attemptsMax, async (options) => {
      const input = { Bucket: world.bucket, Key: key }
      const answer = await world.client.send(new GetObjectCommand(input), options)
      const bytes = await collect(answer.Body, answer.ContentLength, documentSizeMaxBytes)
      const digest = answer.Metadata?.[digestName]
      const isBent = digest !== undefined && digest !== sha256(bytes)
      return { bytes, etag: answer.ETag ?? '', isBent }
    })
    const document = answerOrMissing(sent)
    if (document?.isBent !== true || reading >= readingsMax) return document
  }
}

async function openObject(
  world: S3World,
  key: string,
  from: { readonly start: number; readonly etag: string } | undefined,
  purpose: Purpose,
): Promise<OpenedObject | 'changed' | undefined> {
  const input = {
    Bucket: world.bucket,
    Key: key,
    ...(from !== undefined && from.etag !== '' && { IfMatch: from.etag }),
    ...(from !== undefined && from.start > 0 && { Range: `bytes=${from.start}-` }),
  }
  const sent = await retried(world, purpose, attemptsMax, (options) =>
    world.client.send(new GetObjectCommand(input), options),
  )
  if (sent.kind === 'fault' && sent.fault.status === 412) return 'changed'
  const answer = answerOrMissing(sent)
  if (answer === undefined) return undefined
  const start = from?.start ?? 0
  const isFromStart = answer.ContentRange === undefined
  if (start > 0 && (isFromStart || !answer.ContentRange?.startsWith(`bytes ${start}-`))) {
    return 'changed'
  }
  return {
    etag: answer.ETag ?? '',
    size: start + (answer.ContentLength ?? 0),
    body: safeChunksOf(world, purpose, answer.Body),
  }
}

async function headObject(
  world: S3World,
  key: string,
  purpose: Purpose,
): Promise<ObjectFacts | undefined> {
  const ask = () =>
    retried(world, purpose, attemptsMax, (options) =>
      world.client.send(new HeadObjectCommand({ Bucket: world.bucket, Key: key }), options),
    )
  const sent = await ask()
  const isWordless = sent.kind === 'fault' && sent.fault.code === 'unknown'
  if (isWordless) await explainRefusal(world, key, purpose)
  const answer = answerOrMissing(isWordless ? await ask() : sent)
  if (answer === undefined) return undefined
  const { ContentLength: size = 0, ETag: etag = '', Metadata: metadata = {} } = answer
  return { size, etag, metadata }
}

/**
 * A refused HEAD has no body and so does not say why: a GET that is refused for the same reason
 * does, and names the region where that is the reason.
 */
async function explainRefusal(world: S3World, key: string, purpose: Purpose): Promise<void> {
  const input = { Bucket: world.bucket, Prefix: key, MaxKeys: 1 }
  answerOf(
    await retried(world, purpose, attemptsMax, (options) =>
      world.client.send(new ListObjectsV2Command(input), options),
    ),
  )
}

/** In memory and not a stream: a header carries its checksum, and it can be sent again. */
function putInput(world: S3World, key: string, bytes: Uint8Array): PutObjectCommandInput {
  return {
    Bucket: world.bucket,
    Key: key,
    Body: bytes,
    ContentType: 'application/json',
    Metadata: { [digestName]: sha256(bytes) },
    ...(!world.addressing.takesChecksums && { ContentMD5: contentMd5(bytes) }),
  }
}

/** A right that is missing looks the same as a bucket lock: either way the object stays. */
function isLockRefusal({ code, status, mentionsLock }: Fault): boolean {
  if (status !== 400 && status !== 403 && status !== 409) return false
  return code === 'AccessDenied' || code === 'Forbidden' || mentionsLock
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
