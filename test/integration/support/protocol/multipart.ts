import { createHash } from 'node:crypto'
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { beforeAll, expect, test } from 'vitest'
import { createSdkClient } from '../../../support/s3-server/sdk-client.ts'
import { type Judge, refusalOf } from './judge.ts'

const PART_BYTES = 5 * 1024 * 1024

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : String(error)
}

/** Uploads in parts: how every backup gets into the bucket. */
export function checkMultipart(judge: () => Judge): void {
  let client: S3Client
  beforeAll(() => {
    client = createSdkClient(judge().access)
  })
  const place = (Key: string) => ({ Bucket: judge().bucket, Key })
  async function begin(Key: string, more = {}): Promise<string> {
    const { UploadId } = await client.send(
      new CreateMultipartUploadCommand({ ...place(Key), ...more }),
    )
    if (UploadId === undefined) throw new Error('Cannot begin an upload: no id came back')
    return UploadId
  }
  async function part(Key: string, UploadId: string, PartNumber: number, Body: Buffer) {
    const command = new UploadPartCommand({ ...place(Key), UploadId, PartNumber, Body })
    return { PartNumber, ETag: (await client.send(command)).ETag }
  }
  const complete = (
    Key: string,
    UploadId: string,
    Parts: CompletedPart[],
    more: Partial<CompleteMultipartUploadCommandInput> = {},
  ) =>
    client.send(
      new CompleteMultipartUploadCommand({
        ...place(Key),
        UploadId,
        MultipartUpload: { Parts },
        ...more,
      }),
    )
  const head = (Key: string) => client.send(new HeadObjectCommand(place(Key)))
  const uploadsOf = async (Prefix: string) =>
    (await client.send(new ListMultipartUploadsCommand({ Bucket: judge().bucket, Prefix })))
      .Uploads ?? []
  async function small(Key: string, body: string, more = {}) {
    const UploadId = await begin(Key, more)
    return { UploadId, Parts: [await part(Key, UploadId, 1, Buffer.from(body))] }
  }
  const text = async (Key: string, more = {}) => {
    const { Body } = await client.send(new GetObjectCommand({ ...place(Key), ...more }))
    return Body?.transformToString()
  }

  test('multipart: parts become one object with the metadata of the beginning', async () => {
    const Key = judge().key('parts')
    const UploadId = await begin(Key, { Metadata: { nonce: 'k7q2' } })
    const bodies = [Buffer.alloc(PART_BYTES, 'a'), Buffer.alloc(PART_BYTES, 'b'), Buffer.from('c')]
    const Parts = await Promise.all(bodies.map((body, at) => part(Key, UploadId, at + 1, body)))
    expect(await refusalOf(head(Key))).toMatchObject({ status: 404 })
    const { ETag } = await complete(Key, UploadId, Parts)
    const digests = bodies.map((body) => createHash('md5').update(body).digest())
    const md5 = createHash('md5').update(Buffer.concat(digests)).digest('hex')
    expect(ETag).toBe(`"${md5}-3"`)
    expect(await head(Key)).toMatchObject({
      ETag,
      ContentLength: 2 * PART_BYTES + 1,
      Metadata: { nonce: 'k7q2' },
    })
    const Range = `bytes=${PART_BYTES - 1}-${PART_BYTES}`
    expect(await text(Key, { Range })).toBe('ab')
    expect(await text(Key, { Range: 'bytes=-2' })).toBe('bc')
    expect(await uploadsOf(Key)).toEqual([])
  })

  test('multipart: a part sent again replaces the one before', async () => {
    const Key = judge().key('again')
    const UploadId = await begin(Key)
    await part(Key, UploadId, 1, Buffer.from('first'))
    await complete(Key, UploadId, [await part(Key, UploadId, 1, Buffer.from('second'))])
    expect(await text(Key)).toBe('second')
  })

  test('multipart: parts that are not named are left out', async () => {
    const Key = judge().key('unnamed')
    const { UploadId, Parts } = await small(Key, 'named')
    await part(Key, UploadId, 2, Buffer.from('unnamed'))
    const end = complete(Key, UploadId, Parts).then(() => text(Key), nameOf)
    // Ceph wants every part named.
    expect(await end).toEqual(judge().either('named', 'InvalidPart'))
  })

  test('multipart: parts out of order are refused', async () => {
    const Key = judge().key('order')
    const UploadId = await begin(Key)
    const first = await part(Key, UploadId, 1, Buffer.alloc(PART_BYTES))
    const second = await part(Key, UploadId, 2, Buffer.from('x'))
    const end = complete(Key, UploadId, [second, first]).then(() => 'accepted', nameOf)
    // Ceph puts them in order.
    expect(await end).toEqual(judge().either('InvalidPartOrder', 'accepted'))
  })

  test('multipart: a wrong ETag is refused, and the upload goes on', async () => {
    const Key = judge().key('etag')
    const { UploadId, Parts } = await small(Key, 'x')
    const wrong = [{ PartNumber: 1, ETag: '"0123456789abcdef0123456789abcdef"' }]
    const refusal = { status: 400, code: 'InvalidPart' }
    expect(await refusalOf(complete(Key, UploadId, wrong))).toEqual(refusal)
    await complete(Key, UploadId, Parts)
    expect(await text(Key)).toBe('x')
  })

  test('multipart: a small part before the last is refused', async () => {
    const Key = judge().key('small')
    const UploadId = await begin(Key)
    const Parts = [
      await part(Key, UploadId, 1, Buffer.from('small')),
      await part(Key, UploadId, 2, Buffer.from('last')),
    ]
    const refusal = { status: 400, code: 'EntityTooSmall' }
    expect(await refusalOf(complete(Key, UploadId, Parts))).toEqual(refusal)
  })

  test('multipart: an upload that is not there is refused', async () => {
    const Key = judge().key('nowhere')
    const refusal = { status: 404, code: 'NoSuchUpload' }
    expect(await refusalOf(part(Key, 'nothing', 1, Buffer.from('x')))).toEqual(refusal)
    const Parts = [{ PartNumber: 1, ETag: '"0123456789abcdef0123456789abcdef"' }]
    // Ceph's sentence is InternalError.
    const end = judge().either(refusal, { status: 500, code: 'InternalError' })
    expect(await refusalOf(complete(Key, 'nothing', Parts))).toEqual(end)
  })

  test('multipart: an aborted upload takes nothing and shows nothing', async () => {
    const Key = judge().key('aborted')
    const { UploadId, Parts } = await small(Key, 'x')
    await client.send(new AbortMultipartUploadCommand({ ...place(Key), UploadId }))
    const refusal = { status: 404, code: 'NoSuchUpload' }
    expect(await refusalOf(part(Key, UploadId, 2, Buffer.from('x')))).toEqual(refusal)
    const end = judge().either(refusal, { status: 500, code: 'InternalError' })
    expect(await refusalOf(complete(Key, UploadId, Parts))).toEqual(end)
    expect(await uploadsOf(Key)).toEqual([])
    expect(await refusalOf(head(Key))).toMatchObject({ status: 404 })
  })

  test('multipart: unfinished uploads are listed by prefix, with when they began', async () => {
    const Key = judge().key('listed/one')
    const ids = [await begin(Key), await begin(Key), await begin(judge().key('listed/two'))]
    const listed = await uploadsOf(judge().key('listed/'))
    expect(new Set(listed.map(({ UploadId }) => UploadId))).toEqual(new Set(ids))
    for (const { Initiated } of listed) {
      expect(Math.abs((Initiated?.getTime() ?? 0) - Date.now())).toBeLessThan(60_000)
    }
  })

  test('multipart: parts are listed in pages', async () => {
    const Key = judge().key('pages')
    const UploadId = await begin(Key)
    for (const number of [1, 2, 3]) await part(Key, UploadId, number, Buffer.alloc(number))
    const seen: (number | undefined)[] = []
    let PartNumberMarker: string | undefined
    for (let page = 0; page < 2; page += 1) {
      const command = new ListPartsCommand({
        ...place(Key),
        UploadId,
        MaxParts: 2,
        PartNumberMarker,
      })
      const { Parts = [], NextPartNumberMarker, IsTruncated } = await client.send(command)
      seen.push(...Parts.map(({ Size }) => Size))
      expect(IsTruncated).toBe(page === 0)
      PartNumberMarker = NextPartNumberMarker
    }
    expect(seen).toEqual([1, 2, 3])
  })

  test('multipart: If-None-Match * at the completion protects what is there', async () => {
    const Key = judge().key('protected')
    await client.send(new PutObjectCommand({ ...place(Key), Body: 'before' }))
    const { UploadId, Parts } = await small(Key, 'after')
    const refusal = { status: 412, code: 'PreconditionFailed' }
    expect(await refusalOf(complete(Key, UploadId, Parts, { IfNoneMatch: '*' }))).toEqual(refusal)
    expect(await text(Key)).toBe('before')
  })

  test('multipart: If-Match at the completion replaces what was seen', async () => {
    const Key = judge().key('swapped')
    const { ETag } = await client.send(new PutObjectCommand({ ...place(Key), Body: 'before' }))
    const { UploadId, Parts } = await small(Key, 'after')
    await complete(Key, UploadId, Parts, { IfMatch: ETag })
    expect(await text(Key)).toBe('after')
  })

  test('multipart: the checksum of the parts becomes that of the whole', async () => {
    const Key = judge().key('composite')
    const UploadId = await begin(Key, { ChecksumAlgorithm: 'CRC32' })
    const put = { ...place(Key), UploadId, PartNumber: 1, Body: Buffer.from('x') }
    const { ETag, ChecksumCRC32 } = await client.send(
      new UploadPartCommand({ ...put, ChecksumAlgorithm: 'CRC32' }),
    )
    const whole = await complete(Key, UploadId, [{ PartNumber: 1, ETag, ChecksumCRC32 }])
    // Ceph tells the sum of the sums without the number of parts.
    const isComposite = whole.ChecksumCRC32?.endsWith('-1')
    expect(isComposite).toEqual(judge().either(true, false))
  })
}
