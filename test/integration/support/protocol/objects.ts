import { createHash } from 'node:crypto'
import {
  ChecksumAlgorithm,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3'
import { beforeAll, expect, test } from 'vitest'
import { createSdkClient } from '../../../support/s3-server/sdk-client.ts'
import { type Judge, refusalOf } from './judge.ts'

/** Single objects: written, read, described, removed. */
export function checkObjects(judge: () => Judge): void {
  let client: S3Client
  beforeAll(() => {
    client = createSdkClient(judge().access)
  })
  const put = (Key: string, Body: string, more: Partial<PutObjectCommandInput> = {}) =>
    client.send(new PutObjectCommand({ Bucket: judge().bucket, Key, Body, ...more }))
  const get = (Key: string, more = {}) =>
    client.send(new GetObjectCommand({ Bucket: judge().bucket, Key, ...more }))
  const head = (Key: string) =>
    client.send(new HeadObjectCommand({ Bucket: judge().bucket, Key, ChecksumMode: 'ENABLED' }))
  const text = async (Key: string, more = {}) => (await get(Key, more)).Body?.transformToString()

  test('object: comes back with its metadata, type and ETag', async () => {
    const Key = judge().key('whole')
    const md5 = createHash('md5').update('content').digest('hex')
    const more = { Metadata: { nonce: 'k7q2', 'run-id': '17' }, ContentType: 'application/gzip' }
    expect((await put(Key, 'content', more)).ETag).toBe(`"${md5}"`)
    const facts = { ETag: `"${md5}"`, ContentLength: 7, ...more }
    expect(await head(Key)).toMatchObject(facts)
    expect(await get(Key)).toMatchObject(facts)
    expect(await text(Key)).toBe('content')
  })

  test('object: an empty one is an object', async () => {
    const Key = judge().key('empty')
    await put(Key, '')
    expect(await head(Key)).toMatchObject({ ContentLength: 0 })
    expect(await text(Key)).toBe('')
  })

  test.each(['a b', 'a+b', 'a%2Fb', 'ü/ß', '😀', `a&b<c>"d'e`, '(x)!*', 'a//b', '.', 'x=1;y:2@z'])(
    'object: the key %j is taken literally',
    async (name) => {
      const Key = judge().key(name)
      await put(Key, name)
      expect(await text(Key)).toBe(name)
    },
  )

  test('object: a second write replaces the first, metadata too', async () => {
    const Key = judge().key('replaced')
    await put(Key, 'first', { Metadata: { one: '1' } })
    await put(Key, 'second', { Metadata: { two: '2' } })
    expect((await head(Key)).Metadata).toEqual({ two: '2' })
    expect(await text(Key)).toBe('second')
  })

  test('object: a deleted one is gone, and deleting it again succeeds', async () => {
    const Key = judge().key('deleted')
    await put(Key, 'x')
    for (let round = 0; round < 2; round += 1) {
      const command = new DeleteObjectCommand({ Bucket: judge().bucket, Key })
      expect((await client.send(command)).$metadata.httpStatusCode).toBe(204)
    }
    expect(await refusalOf(get(Key))).toEqual({ status: 404, code: 'NoSuchKey' })
    expect(await refusalOf(head(Key))).toMatchObject({ status: 404 })
  })

  test('object: in a bucket that is not there', async () => {
    const command = new GetObjectCommand({ Bucket: 'strongroom-nowhere', Key: 'x' })
    expect(await refusalOf(client.send(command))).toEqual({ status: 404, code: 'NoSuchBucket' })
  })

  test.each([
    ['bytes=0-0', '0', 'bytes 0-0/10'],
    ['bytes=3-5', '345', 'bytes 3-5/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-2', '89', 'bytes 8-9/10'],
    ['bytes=8-100', '89', 'bytes 8-9/10'],
    ['bytes=-100', '0123456789', 'bytes 0-9/10'],
  ])('range: %s', async (Range, expected, ContentRange) => {
    const Key = judge().key('ranged')
    await put(Key, '0123456789')
    const answer = await get(Key, { Range })
    expect(answer).toMatchObject({ ContentRange, ContentLength: expected.length })
    expect(answer.$metadata.httpStatusCode).toBe(206)
    expect(await answer.Body?.transformToString()).toBe(expected)
  })

  test('range: behind the end it is refused', async () => {
    const Key = judge().key('short')
    await put(Key, '0123456789')
    const refusal = { status: 416, code: 'InvalidRange' }
    expect(await refusalOf(get(Key, { Range: 'bytes=10-' }))).toEqual(refusal)
  })

  test('read condition: a range under another ETag is refused', async () => {
    const Key = judge().key('conditional')
    const { ETag } = await put(Key, '0123456789')
    expect(await text(Key, { Range: 'bytes=1-2', IfMatch: ETag })).toBe('12')
    await put(Key, 'other')
    const late = get(Key, { Range: 'bytes=1-2', IfMatch: ETag })
    expect(await refusalOf(late)).toEqual({ status: 412, code: 'PreconditionFailed' })
  })

  test('read condition: what is known is not sent again', async () => {
    const Key = judge().key('known')
    const { ETag } = await put(Key, 'x')
    expect(await refusalOf(get(Key, { IfNoneMatch: ETag }))).toMatchObject({ status: 304 })
  })

  test('answer: the Date header tells the time', async () => {
    const response = await fetch(judge().access.endpoint)
    await response.arrayBuffer()
    const date = Date.parse(response.headers.get('date') ?? '')
    expect(Math.abs(date - Date.now())).toBeLessThan(60_000)
  })

  test('object: a wrong Content-MD5 is refused and nothing is stored', async () => {
    const Key = judge().key('wrong-md5')
    const ContentMD5 = createHash('md5').update('other').digest('base64')
    const refusal = { status: 400, code: 'BadDigest' }
    expect(await refusalOf(put(Key, 'this', { ContentMD5 }))).toEqual(refusal)
    expect(await refusalOf(head(Key))).toMatchObject({ status: 404 })
  })

  test.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)(
    'checksum: %s is verified, kept and told',
    async (algorithm) => {
      const Key = judge().key(`sum-${algorithm}`)
      const name = `Checksum${algorithm}` as const
      const stored = await put(Key, 'content', { ChecksumAlgorithm: ChecksumAlgorithm[algorithm] })
      expect(stored[name]).toMatch(/=$/)
      expect((await head(Key))[name]).toBe(stored[name])
    },
  )

  test.each([
    ['CRC32', 'AAAAAA=='],
    ['CRC32C', 'AAAAAA=='],
    ['SHA256', Buffer.alloc(32).toString('base64')],
  ] as const)('checksum: a wrong %s is refused and nothing is stored', async (algorithm, value) => {
    const Key = judge().key(`wrong-${algorithm}`)
    const sums = { ChecksumAlgorithm: algorithm, [`Checksum${algorithm}`]: value }
    const refusal = { status: 400, code: 'BadDigest' }
    expect(await refusalOf(put(Key, 'content', sums))).toEqual(refusal)
    expect(await refusalOf(head(Key))).toMatchObject({ status: 404 })
  })
}
