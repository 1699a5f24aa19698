import { createHash } from 'node:crypto'
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectTaggingCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { presign } from '../../support/s3-server/presign.ts'
import { createSdkClient } from '../../support/s3-server/sdk-client.ts'
import type { Rules } from '../../support/s3-server/settings.ts'
import { signedFetch } from '../../support/s3-server/signed-fetch.ts'
import { type S3Server, startS3Server } from '../../support/s3-server/start-s3-server.ts'
import { refusalIn, refusalOf } from './protocol/judge.ts'

const Bucket = 'ruled'
const PART_BYTES = 5 * 1024 * 1024

function createBench(rules: Rules) {
  let server: S3Server
  let client: S3Client
  beforeAll(async () => {
    server = await startS3Server({ rules })
    server.createBucket(Bucket)
    client = createSdkClient(server)
  })
  afterAll(() => server.close())
  return {
    server: () => server,
    client: () => client,
    put: (Key: string, Body: string | Buffer, more: Partial<PutObjectCommandInput> = {}) =>
      client.send(new PutObjectCommand({ Bucket, Key, Body, ...more })),
    remove: (Key: string, IfMatch?: string) =>
      client.send(new DeleteObjectCommand({ Bucket, Key, IfMatch })),
    async begin(Key: string, more = {}) {
      const command = new CreateMultipartUploadCommand({ Bucket, Key, ...more })
      return (await client.send(command)).UploadId ?? ''
    },
    async part(Key: string, UploadId: string, PartNumber: number, size: number) {
      const part = { Bucket, Key, UploadId, PartNumber, Body: Buffer.alloc(size) }
      const { ETag } = await client.send(new UploadPartCommand(part))
      return { PartNumber, ETag }
    },
    complete: (Key: string, UploadId: string, Parts: CompletedPart[], more = {}) =>
      client.send(
        new CompleteMultipartUploadCommand({
          Bucket,
          Key,
          UploadId,
          MultipartUpload: { Parts },
          ...more,
        }),
      ),
    abort: (Key: string, UploadId: string) =>
      client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })),
  }
}

const lost = { status: 412, code: 'PreconditionFailed' }
const conflict = { status: 409, code: 'ConditionalRequestConflict' }

describe('rules of AWS', () => {
  const { server, client, put, remove, begin, part, complete, abort } = createBench('aws')

  test('If-Match on a key that is not there is 404', async () => {
    const refusal = { status: 404, code: 'NoSuchKey' }
    expect(await refusalOf(put('missing', 'x', { IfMatch: '"0"' }))).toEqual(refusal)
    expect(await refusalOf(remove('missing', '"0"'))).toEqual(refusal)
  })

  test('If-None-Match with an ETag is not implemented', async () => {
    const write = put('etag', 'x', { IfNoneMatch: '"0"' })
    expect(await refusalOf(write)).toEqual({ status: 501, code: 'NotImplemented' })
  })

  async function overtaken(Key: string, condition: object, meanwhile: () => Promise<unknown>) {
    const hold = server().faults.add({ kind: 'hold', key: Key })
    const write = refusalOf(put(Key, 'late', condition))
    await expect.poll(() => hold.struck()).toBe(1)
    await meanwhile()
    hold.release()
    return write
  }

  test('a deletion during a write under If-Match is 409', async () => {
    const { ETag } = await put('overtaken', 'x')
    const end = overtaken('overtaken', { IfMatch: ETag }, () => remove('overtaken'))
    expect(await end).toEqual(conflict)
  })

  test('a write during a creation is 409 or 412, and wins', async () => {
    const meanwhile = () => put('created', 'first')
    const end = await overtaken('created', { IfNoneMatch: '*' }, meanwhile)
    expect(end).toEqual(expect.toBeOneOf([conflict, lost]))
    expect(await server().peek(Bucket).readText('created')).toBe('first')
  })

  test('a write and a deletion during a creation is 409, though the condition holds', async () => {
    const end = overtaken('both', { IfNoneMatch: '*' }, async () => {
      await put('both', 'x')
      await remove('both')
    })
    expect(await end).toEqual(conflict)
  })

  test('a completion after a deletion is 409 and spoils the upload', async () => {
    const { ETag } = await put('spoilt', 'x')
    const id = await begin('spoilt')
    const parts = [await part('spoilt', id, 1, 10)]
    await remove('spoilt')
    const end = () => refusalOf(complete('spoilt', id, parts, { IfMatch: ETag }))
    expect([await end(), await end()]).toEqual([conflict, conflict])
    await abort('spoilt', id)
  })

  test('a completion whose condition fails leaves the upload', async () => {
    await put('kept', 'x')
    const id = await begin('kept')
    const parts = [await part('kept', id, 1, 10)]
    expect(await refusalOf(complete('kept', id, parts, { IfNoneMatch: '*' }))).toEqual(lost)
    await complete('kept', id, parts)
  })

  test('a part in flight when its upload is aborted stays until it is aborted again', async () => {
    const id = await begin('lingering')
    const hold = server().faults.add({ kind: 'hold', partNumber: 1 })
    const late = part('lingering', id, 1, 10)
    await expect.poll(() => hold.struck()).toBe(1)
    await abort('lingering', id)
    expect(server().peek(Bucket).uploads()).toEqual([])
    hold.release()
    const parts = [await late]
    expect(server().peek(Bucket).uploads()).toMatchObject([{ key: 'lingering', uploadId: id }])
    const list = new ListPartsCommand({ Bucket, Key: 'lingering', UploadId: id })
    expect((await client().send(list)).Parts).toHaveLength(1)
    const end = complete('lingering', id, parts)
    expect(await refusalOf(end)).toEqual({ status: 404, code: 'NoSuchUpload' })
    await abort('lingering', id)
    expect(server().peek(Bucket).uploads()).toEqual([])
  })

  test('parts need not be equal', async () => {
    const id = await begin('uneven')
    const sizes = [PART_BYTES, PART_BYTES + 1, PART_BYTES + 2]
    const parts = await Promise.all(sizes.map((size, at) => part('uneven', id, at + 1, size)))
    await complete('uneven', id, parts)
  })

  test('an upload with a checksum wants that of each part at the completion', async () => {
    const id = await begin('summed', { ChecksumAlgorithm: 'CRC32' })
    const parts = [await part('summed', id, 1, 10)]
    const refusal = { status: 400, code: 'InvalidRequest' }
    expect(await refusalOf(complete('summed', id, parts))).toEqual(refusal)
  })

  test('a full-object checksum is verified over all parts', async () => {
    const id = await begin('full', { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' })
    const parts = [await part('full', id, 1, 10)]
    const wrong = complete('full', id, parts, { ChecksumCRC32: 'AAAAAA==' })
    expect(await refusalOf(wrong)).toEqual({ status: 400, code: 'BadDigest' })
    expect(await complete('full', id, parts)).toMatchObject({ ChecksumType: 'FULL_OBJECT' })
  })

  test('another region in the signature is refused', async () => {
    const elsewhere = createSdkClient({ ...server(), region: 'auto' })
    const list = elsewhere.send(new ListObjectsV2Command({ Bucket }))
    const refusal = { status: 400, code: 'AuthorizationHeaderMalformed' }
    expect(await refusalOf(list)).toEqual(refusal)
  })

  test('a presigned URL lives a week at most', async () => {
    const terms = { bucket: Bucket, key: 'x', expiresSeconds: 604_801, now: new Date() }
    const response = await fetch(presign(server(), { ...terms, method: 'GET' }))
    const refusal = { status: 400, code: 'AuthorizationQueryParametersError' }
    expect(await refusalIn(response)).toEqual(refusal)
  })

  test('a session token that nobody gave is refused', async () => {
    const { accessKeyId, secretAccessKey } = server()
    const credentials = { accessKeyId, secretAccessKey, sessionToken: 'unknown' }
    const list = createSdkClient(server(), { credentials }).send(
      new ListObjectsV2Command({ Bucket }),
    )
    expect(await refusalOf(list)).toEqual({ status: 400, code: 'InvalidToken' })
  })

  test('temporary credentials work with their token alone', async () => {
    const other = await startS3Server({ sessionToken: 'the/token' })
    other.createBucket(Bucket)
    const { accessKeyId, secretAccessKey } = other
    const list = (sessionToken?: string) => {
      const credentials = { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) }
      const command = new ListObjectsV2Command({ Bucket })
      return createSdkClient(other, { credentials }).send(command)
    }
    expect((await list('the/token')).KeyCount).toBe(0)
    expect(await refusalOf(list())).toEqual({ status: 400, code: 'InvalidToken' })
    await other.close()
  })

  test('a header that is not signed is refused', async () => {
    const terms = { bucket: Bucket, key: 'x', expiresSeconds: 60, now: new Date() }
    const url = presign(server(), { ...terms, method: 'PUT' })
    const headers = { 'x-amz-meta-sly': '1' }
    const response = await fetch(url, { method: 'PUT', headers, body: new Uint8Array(1) })
    expect(await refusalIn(response)).toEqual({ status: 403, code: 'AccessDenied' })
  })

  test.each([
    ['metadata', { headers: { 'x-amz-meta-big': 'x'.repeat(2100) } }, 'MetadataTooLarge'],
    ['key', { path: `/${Bucket}/${'k'.repeat(1025)}` }, 'KeyTooLongError'],
    [
      'part number',
      {
        query: [
          ['partNumber', '10001'],
          ['uploadId', 'x'],
        ],
      },
      'InvalidArgument',
    ],
    ['digest', { headers: { 'content-md5': 'AAAA' } }, 'InvalidDigest'],
    ['payload hash', { payloadHash: 'nonsense' }, 'InvalidArgument'],
    [
      'announced checksum',
      { headers: { 'x-amz-sdk-checksum-algorithm': 'CRC32' } },
      'InvalidRequest',
    ],
  ] as const)('a wrong %s is refused', async (_what, more, code) => {
    const payloadHash = createHash('sha256').digest('hex')
    const request = { method: 'PUT', path: `/${Bucket}/wrong`, payloadHash, ...more }
    const response = await signedFetch(server(), { ...request, body: Buffer.alloc(0) })
    expect(await refusalIn(response)).toEqual({ status: 400, code })
  })

  test('what is not served is not implemented', async () => {
    const tags = client().send(new GetObjectTaggingCommand({ Bucket, Key: 'x' }))
    expect(await refusalOf(tags)).toEqual({ status: 501, code: 'NotImplemented' })
  })

  test('metadata as large as AWS takes it is kept', async () => {
    const Metadata = { big: 'x'.repeat(2000) }
    await put('metadata', 'x', { Metadata })
    expect(server().peek(Bucket).describe('metadata')?.metadata).toEqual(Metadata)
  })
})

describe('rules of R2', () => {
  const { server, client, put, remove, begin, part, complete } = createBench('r2')

  test('the regions auto and us-east-1 are one', async () => {
    expect(server().region).toBe('auto')
    const elsewhere = createSdkClient({ ...server(), region: 'us-east-1' })
    expect((await elsewhere.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0)
  })

  test('an unknown key is 401', async () => {
    const stranger = createSdkClient({ ...server(), accessKeyId: 'NOBODY' })
    const list = stranger.send(new ListObjectsV2Command({ Bucket }))
    expect(await refusalOf(list)).toEqual({ status: 401, code: 'Unauthorized' })
  })

  test('a condition that fails is 412, on a missing key too', async () => {
    expect(await refusalOf(put('missing', 'x', { IfMatch: '"0"' }))).toEqual(lost)
    const { ETag } = await put('listed', 'x')
    expect(await refusalOf(put('listed', 'y', { IfNoneMatch: `"0", ${ETag}` }))).toEqual(lost)
    await put('listed', 'y', { IfNoneMatch: '"0"' })
  })

  test('parts must be equal, the last not larger; seen at the completion', async () => {
    const id = await begin('uneven')
    const first = await part('uneven', id, 1, PART_BYTES)
    const second = await part('uneven', id, 2, PART_BYTES + 1)
    const refusal = { status: 400, code: 'InvalidPart' }
    expect(await refusalOf(complete('uneven', id, [first, second]))).toEqual(refusal)
    await complete('uneven', id, [first, await part('uneven', id, 2, PART_BYTES)])
  })

  test('a completion whose condition fails aborts the upload', async () => {
    await put('there', 'x')
    const id = await begin('there')
    const parts = [await part('there', id, 1, 10)]
    expect(await refusalOf(complete('there', id, parts, { IfNoneMatch: '*' }))).toEqual(lost)
    const again = complete('there', id, parts)
    expect(await refusalOf(again)).toEqual({ status: 404, code: 'NoSuchUpload' })
    expect(server().peek(Bucket).uploads()).toEqual([])
  })

  test('If-Match of a deletion has no effect', async () => {
    await put('deleted', 'x')
    await remove('deleted', '"0"')
    expect(server().peek(Bucket).keys('deleted')).toEqual([])
  })

  test('a lock has a code of its own', async () => {
    await put('locked', 'x')
    server().faults.add({ kind: 'locked', operation: ['DeleteObject', 'PutObject'], times: 2 })
    const refusal = { status: 409, code: 'ObjectLockedByBucketPolicy' }
    expect(await refusalOf(remove('locked'))).toEqual(refusal)
    expect(await refusalOf(put('locked', 'y'))).toEqual(refusal)
  })

  test('headers that R2 does not know are not implemented', async () => {
    const write = client().send(
      new PutObjectCommand({ Bucket, Key: 'x', Body: 'x', Tagging: 'a=b' }),
    )
    expect(await refusalOf(write)).toEqual({ status: 501, code: 'NotImplemented' })
  })

  test('metadata may be larger than on AWS', async () => {
    await put('metadata', 'x', { Metadata: { big: 'x'.repeat(8000) } })
  })
})
