import { createHash } from 'node:crypto'
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { createSum } from '../../../support/s3-server/checksum.ts'
import { presign } from '../../../support/s3-server/presign.ts'
import { createSdkClient } from '../../../support/s3-server/sdk-client.ts'
import { signChunks } from '../../../support/s3-server/sign-chunks.ts'
import { signedFetch } from '../../../support/s3-server/signed-fetch.ts'
import { type Judge, refusalIn, refusalOf } from './judge.ts'

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

async function readBack(judge: Judge, key: string): Promise<string> {
  const { access, bucket } = judge
  const url = presign(access, { method: 'GET', bucket, key, expiresSeconds: 60, now: new Date() })
  return (await fetch(url)).text()
}

/** Who may do anything at all. */
export function checkSignatures(judge: () => Judge): void {
  const list = () => new ListObjectsV2Command({ Bucket: judge().bucket })

  test('signature: a wrong secret is refused', async () => {
    const client = createSdkClient({ ...judge().access, secretAccessKey: 'wrong' })
    const refusal = { status: 403, code: 'SignatureDoesNotMatch' }
    expect(await refusalOf(client.send(list()))).toEqual(refusal)
  })

  test('signature: an unknown access key is refused', async () => {
    const client = createSdkClient({ ...judge().access, accessKeyId: 'NOBODY' })
    const refusal = { status: 403, code: 'InvalidAccessKeyId' }
    expect(await refusalOf(client.send(list()))).toEqual(refusal)
  })

  test('signature: none at all is refused', async () => {
    const { access, bucket } = judge()
    const response = await fetch(`${access.endpoint}/${bucket}?list-type=2`)
    expect(await refusalIn(response)).toEqual({ status: 403, code: 'AccessDenied' })
  })

  test('signature: a clock 20 minutes off is refused', async () => {
    const now = new Date(Date.now() - 20 * 60_000)
    const { access, bucket } = judge()
    const request = { method: 'GET', path: `/${bucket}`, payloadHash: sha256(''), now }
    const response = await signedFetch(access, { ...request, query: [['list-type', '2']] })
    expect(await refusalIn(response)).toEqual({ status: 403, code: 'RequestTimeTooSkewed' })
  })

  test('signature: the SDK learns the time from the Date header of a refusal', async () => {
    const client = createSdkClient(judge().access, { systemClockOffset: 20 * 60_000 })
    const refusal = { status: 403, code: 'RequestTimeTooSkewed' }
    expect(await refusalOf(client.send(list()))).toEqual(refusal)
    expect((await client.send(list())).$metadata.httpStatusCode).toBe(200)
  })

  test('signature: a body other than the signed one is refused and not stored', async () => {
    const { access, bucket } = judge()
    const key = judge().key('tampered')
    const response = await signedFetch(access, {
      method: 'PUT',
      path: `/${bucket}/${key}`,
      payloadHash: sha256('signed'),
      body: Buffer.from('sent'),
    })
    expect(await refusalIn(response)).toEqual({ status: 400, code: 'XAmzContentSHA256Mismatch' })
    expect(await readBack(judge(), key)).toContain('NoSuchKey')
  })

  test('signature: a streamed body travels in chunks and is stored without them', async () => {
    const key = judge().key('streamed')
    const client = createSdkClient(judge().access)
    const { Readable } = await import('node:stream')
    const Body = Readable.from([Buffer.from('streamed '), Buffer.from('body')])
    const put = { Bucket: judge().bucket, Key: key, Body, ContentLength: 13 }
    await client.send(new PutObjectCommand(put))
    expect(await readBack(judge(), key)).toBe('streamed body')
  })

  const chunks = [Buffer.alloc(70_000, 'a'), Buffer.alloc(9000, 'b')]
  const chunked = (key: string) => ({
    method: 'PUT',
    path: `/${judge().bucket}/${key}`,
    headers: { 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': '79000' },
    payloadHash: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  })

  test('signature: signed chunks are accepted', async () => {
    const key = judge().key('signed-chunks')
    const response = await signedFetch(judge().access, {
      ...chunked(key),
      body: (seed) => signChunks(chunks, seed),
    })
    expect(response.status).toBe(200)
    expect(await readBack(judge(), key)).toBe(Buffer.concat(chunks).toString())
  })

  test('signature: a signed chunk that was changed is refused', async () => {
    const response = await signedFetch(judge().access, {
      ...chunked(judge().key('changed-chunks')),
      body: (seed) => {
        const body = signChunks(chunks, seed)
        body.writeUInt8(0x63, 1000)
        return body
      },
    })
    expect(await refusalIn(response)).toMatchObject({ status: expect.toBeOneOf([400, 403]) })
  })

  test('signature: signed chunks with a signed trailer are accepted', async () => {
    const key = judge().key('signed-trailer')
    const sum = createSum('crc32c')
    for (const chunk of chunks) sum.update(chunk)
    const trailer = { 'x-amz-checksum-crc32c': sum.digest().toString('base64') }
    const request = chunked(key)
    const response = await signedFetch(judge().access, {
      ...request,
      payloadHash: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
      headers: { ...request.headers, 'x-amz-trailer': 'x-amz-checksum-crc32c' },
      body: (seed) => signChunks(chunks, seed, trailer),
    })
    expect([response.status, await response.text()]).toEqual([200, ''])
    expect(await readBack(judge(), key)).toBe(Buffer.concat(chunks).toString())
  })

  test('presigned: PUT stores and GET reads', async () => {
    const { access, bucket } = judge()
    const key = judge().key('pre signed+ü')
    const terms = { bucket, key, expiresSeconds: 60, now: new Date() }
    const stored = await fetch(presign(access, { ...terms, method: 'PUT' }), {
      method: 'PUT',
      // Bytes, since a text would be sent with a type, and what is sent must be signed.
      body: new TextEncoder().encode('by URL'),
    })
    expect(stored.status).toBe(200)
    expect(await readBack(judge(), key)).toBe('by URL')
  })

  test('presigned: an expired URL is refused', async () => {
    const { access, bucket } = judge()
    const now = new Date(Date.now() - 120_000)
    const terms = { method: 'GET', bucket, key: 'any', expiresSeconds: 60, now } as const
    const response = await fetch(presign(access, terms))
    expect(await refusalIn(response)).toEqual({ status: 403, code: 'AccessDenied' })
  })

  test('presigned: another key than the signed one is refused', async () => {
    const { access, bucket } = judge()
    const terms = {
      method: 'GET',
      bucket,
      key: 'one',
      expiresSeconds: 60,
      now: new Date(),
    } as const
    const response = await fetch(presign(access, terms).replace('/one?', '/two?'))
    expect(await refusalIn(response)).toEqual({ status: 403, code: 'SignatureDoesNotMatch' })
  })
}
