import {
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutBucketLifecycleConfigurationCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3'
import { beforeAll, expect, test } from 'vitest'
import { createSdkClient } from '../../../support/s3-server/sdk-client.ts'
import { type Judge, refusalOf } from './judge.ts'

/** More than one page can hold. */
const MANY = 1005
const LANES = 8

/** What is in a bucket, and the bucket itself. */
export function checkListing(judge: () => Judge): void {
  let client: S3Client
  const names = ['a', 'b/1', 'b/2', 'b/3/x', 'c', 'ä', '～', '😀']
  beforeAll(async () => {
    client = createSdkClient(judge().access)
    for (const name of names) await put(judge().key(`list/${name}`))
  })
  const put = (Key: string) =>
    client.send(new PutObjectCommand({ Bucket: judge().bucket, Key, Body: Key }))
  const list = (more: Partial<ListObjectsV2CommandInput>) =>
    client.send(new ListObjectsV2Command({ Bucket: judge().bucket, ...more }))
  const below = () => judge().key('list/')
  const own = (keys: readonly (string | undefined)[]) =>
    keys.map((key) => key?.slice(below().length))

  test('list: keys come in the order of their UTF-8 bytes, with size, ETag and time', async () => {
    const { Contents = [], KeyCount } = await list({ Prefix: below() })
    expect(own(Contents.map(({ Key }) => Key))).toEqual(names)
    expect(KeyCount).toBe(names.length)
    const [first] = Contents
    expect(first).toMatchObject({
      Size: below().length + 1,
      ETag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
    })
    expect(Math.abs((first?.LastModified?.getTime() ?? 0) - Date.now())).toBeLessThan(600_000)
  })

  test('list: a delimiter folds what lies below into prefixes', async () => {
    const { Contents = [], CommonPrefixes = [] } = await list({ Prefix: below(), Delimiter: '/' })
    expect(own(Contents.map(({ Key }) => Key))).toEqual(names.filter((name) => !name.includes('/')))
    expect(own(CommonPrefixes.map(({ Prefix }) => Prefix))).toEqual(['b/'])
  })

  test.each([undefined, '/'])(
    'list: pages of two with delimiter %j miss nothing',
    async (Delimiter) => {
      const seen: (string | undefined)[] = []
      const input = { Bucket: judge().bucket, Prefix: below(), Delimiter }
      for await (const page of paginateListObjectsV2({ client, pageSize: 2 }, input)) {
        expect(page.KeyCount).toBeLessThanOrEqual(2)
        seen.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix))
        seen.push(...(page.Contents ?? []).map(({ Key }) => Key))
      }
      const expected = Delimiter ? ['a', 'b/', 'c', 'ä', '～', '😀'] : names
      expect(own(seen).sort()).toEqual([...expected].sort())
    },
  )

  test('list: begins behind a key', async () => {
    const { Contents = [] } = await list({ Prefix: below(), StartAfter: `${below()}b/2` })
    expect(own(Contents.map(({ Key }) => Key))).toEqual(names.slice(3))
  })

  test('list: encoded names can be decoded', async () => {
    const Key = judge().key('enc/a b+ü&')
    await put(Key)
    const { Contents = [] } = await list({ Prefix: judge().key('enc/'), EncodingType: 'url' })
    const decoded = decodeURIComponent((Contents[0]?.Key ?? '').replaceAll('+', ' '))
    expect(decoded).toBe(Key)
  })

  test('list: nothing below a prefix is an empty page', async () => {
    const { Contents, KeyCount, IsTruncated } = await list({ Prefix: judge().key('none/') })
    expect({ Contents, KeyCount, IsTruncated }).toEqual({
      Contents: undefined,
      KeyCount: 0,
      IsTruncated: false,
    })
  })

  test('list: a page holds a thousand keys, and the next one the rest', async () => {
    const prefix = judge().key('many/')
    let next = 0
    async function lane() {
      for (let at = next++; at < MANY; at = next++) await put(`${prefix}${at}`)
    }
    await Promise.all(Array.from({ length: LANES }, lane))
    const first = await list({ Prefix: prefix })
    expect(first).toMatchObject({ KeyCount: 1000, IsTruncated: true })
    const rest = { Prefix: prefix, ContinuationToken: first.NextContinuationToken }
    expect(await list(rest)).toMatchObject({ KeyCount: MANY - 1000, IsTruncated: false })
  })

  test('bucket: is there, or not', async () => {
    const { bucket } = judge()
    const there = await client.send(new HeadBucketCommand({ Bucket: bucket }))
    expect(there.$metadata.httpStatusCode).toBe(200)
    const elsewhere = client.send(new HeadBucketCommand({ Bucket: 'strongroom-nowhere' }))
    expect(await refusalOf(elsewhere)).toMatchObject({ status: 404 })
    const listing = list({ Bucket: 'strongroom-nowhere' })
    expect(await refusalOf(listing)).toEqual({ status: 404, code: 'NoSuchBucket' })
  })

  test('bucket: tells its location', async () => {
    const answer = await client.send(new GetBucketLocationCommand({ Bucket: judge().bucket }))
    expect(answer.$metadata.httpStatusCode).toBe(200)
  })

  test('bucket: has no lifecycle until one is put', async () => {
    const { bucket: Bucket } = judge()
    const get = () => client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))
    const refusal = { status: 404, code: 'NoSuchLifecycleConfiguration' }
    expect(await refusalOf(get())).toEqual(refusal)
    const rule = {
      ID: 'unfinished',
      Status: 'Enabled' as const,
      Filter: { Prefix: 'strongroom/' },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 },
    }
    const LifecycleConfiguration = { Rules: [rule] }
    const command = { Bucket, LifecycleConfiguration }
    await client.send(new PutBucketLifecycleConfigurationCommand(command))
    expect((await get()).Rules).toMatchObject([
      { ID: 'unfinished', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 } },
    ])
  })
}
