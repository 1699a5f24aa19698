import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createSdkClient } from '../../support/s3-server/sdk-client.ts'
import { type S3Server, startS3Server } from '../../support/s3-server/start-s3-server.ts'
import { refusalOf } from './protocol/judge.ts'

const Bucket = 'faulty'
const BIG_BYTES = 300_000

let server: S3Server
let client: S3Client
beforeAll(async () => {
  server = await startS3Server()
  server.createBucket(Bucket)
  client = createSdkClient(server)
})
afterEach(() => server.faults.clear())
afterAll(() => server.close())

const put = (Key: string, Body: string | Buffer, more: Partial<PutObjectCommandInput> = {}) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }))
const get = async (Key: string, more = {}) => {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, ...more }))
  return Buffer.from((await Body?.transformToByteArray()) ?? [])
}
const exists = (Key: string) => server.peek(Bucket).describe(Key) !== undefined
const last = () => server.requests.at(-1)

async function begin(Key: string) {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }))
  const part = { Bucket, Key, UploadId, PartNumber: 1, Body: Buffer.from('part') }
  const { ETag } = await client.send(new UploadPartCommand(part))
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
  return new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload })
}

describe('refusals', () => {
  test.each([
    ['503', 503, 'SlowDown'],
    ['500', 500, 'InternalError'],
    ['429', 429, 'TooManyRequests'],
    ['expired', 400, 'ExpiredToken'],
    ['denied', 403, 'AccessDenied'],
  ] as const)('%s is answered before anything is done, and logged', async (kind, status, code) => {
    server.faults.add({ kind })
    expect(await refusalOf(put(`refused-${kind}`, 'x'))).toEqual({ status, code })
    expect(exists(`refused-${kind}`)).toBe(false)
    expect(last()).toMatchObject({ operation: 'PutObject', status, code, fault: kind })
    await put(`refused-${kind}`, 'x')
  })

  test('a large body is taken in before it is refused', async () => {
    server.faults.add({ kind: '503' })
    const refusal = { status: 503, code: 'SlowDown' }
    expect(await refusalOf(put('large', Buffer.alloc(20_000_000)))).toEqual(refusal)
  })

  test('the SDK tries again after SlowDown', async () => {
    const fault = server.faults.add({ kind: '503', times: 2 })
    const patient = createSdkClient(server, { maxAttempts: 3 })
    await patient.send(new PutObjectCommand({ Bucket, Key: 'patient', Body: 'x' }))
    expect(fault.struck()).toBe(2)
    expect(exists('patient')).toBe(true)
  })

  test('locked refuses the deletion and keeps the object', async () => {
    await put('locked', 'x')
    server.faults.add({ kind: 'locked', times: Infinity })
    const remove = client.send(new DeleteObjectCommand({ Bucket, Key: 'locked' }))
    expect(await refusalOf(remove)).toEqual({ status: 403, code: 'AccessDenied' })
    expect(exists('locked')).toBe(true)
  })

  test('refuse-conditions refuses conditional writes alone', async () => {
    server.faults.add({ kind: 'refuse-conditions', times: Infinity })
    const write = put('unsupported', 'x', { IfNoneMatch: '*' })
    expect(await refusalOf(write)).toEqual({ status: 501, code: 'NotImplemented' })
    await put('unsupported', 'x')
  })

  test('ignore-conditions lets the second creation win', async () => {
    server.faults.add({ kind: 'ignore-conditions', times: Infinity })
    await put('ignored', 'first', { IfNoneMatch: '*' })
    await put('ignored', 'second', { IfNoneMatch: '*' })
    expect(await server.peek(Bucket).readText('ignored')).toBe('second')
    await put('ignored', 'third', { IfMatch: '"nonsense"' })
    expect(await server.peek(Bucket).readText('ignored')).toBe('third')
  })

  test('conflict answers 409 to a conditional write', async () => {
    server.faults.add({ kind: 'conflict' })
    const refusal = { status: 409, code: 'ConditionalRequestConflict' }
    expect(await refusalOf(put('conflict', 'x', { IfNoneMatch: '*' }))).toEqual(refusal)
    expect(exists('conflict')).toBe(false)
  })
})

describe('silence', () => {
  test.each([
    ['reset-before', false],
    ['reset-after', true],
  ] as const)('%s cuts the connection; done: %j', async (kind, isDone) => {
    server.faults.add({ kind })
    await expect(put(kind, 'x')).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(exists(kind)).toBe(isDone)
    expect(last()).toMatchObject({ fault: kind })
    expect(last()).not.toHaveProperty('status')
  })

  test.each([
    ['hang', false],
    ['hang-after', true],
  ] as const)('%s never answers; done: %j', async (kind, isDone) => {
    const fault = server.faults.add({ kind })
    const abandon = new AbortController()
    const request = client.send(new PutObjectCommand({ Bucket, Key: kind, Body: 'x' }), {
      abortSignal: abandon.signal,
    })
    const end = expect(request).rejects.toMatchObject({ name: 'AbortError' })
    await expect.poll(() => [fault.struck(), exists(kind)]).toEqual([1, isDone])
    abandon.abort()
    await end
  })

  test('hold lets a request without a body begin only when it is released', async () => {
    await put('held', 'before')
    const hold = server.faults.add({ kind: 'hold', operation: 'GetObject' })
    const read = get('held')
    await expect.poll(() => hold.struck()).toBe(1)
    await put('held', 'after')
    hold.release()
    expect((await read).toString()).toBe('after')
  })

  test('a cut after the completion leaves the object and no upload', async () => {
    const complete = await begin('cut')
    server.faults.add({ kind: 'reset-after', operation: 'CompleteMultipartUpload' })
    await expect(client.send(complete)).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(exists('cut')).toBe(true)
    expect(await refusalOf(client.send(complete))).toEqual({ status: 404, code: 'NoSuchUpload' })
  })

  test('close releases what hangs', async () => {
    const other = await startS3Server()
    other.createBucket(Bucket)
    const fault = other.faults.add({ kind: 'hang' })
    const list = createSdkClient(other).send(new ListObjectsV2Command({ Bucket }))
    const end = expect(list).rejects.toThrow()
    await expect.poll(() => fault.struck()).toBe(1)
    await Promise.all([other.close(), other.close()])
    await end
  })
})

describe('200 with an error', () => {
  test.each([
    ['200-error', false],
    ['200-error-after', true],
  ] as const)('%s at a completion; done: %j', async (kind, isDone) => {
    const complete = await begin(kind)
    server.faults.add({ kind })
    await expect(client.send(complete)).rejects.toMatchObject({ name: 'InternalError' })
    expect(last()).toMatchObject({ status: 200, code: 'InternalError', fault: kind })
    expect(exists(kind)).toBe(isDone)
  })

  test('200-error at a copy', async () => {
    await put('copied', 'x')
    server.faults.add({ kind: '200-error' })
    const input = { Bucket, Key: 'copy', CopySource: `${Bucket}/copied` }
    await expect(client.send(new CopyObjectCommand(input))).rejects.toThrow()
    expect(exists('copy')).toBe(false)
    await client.send(new CopyObjectCommand(input))
    expect(await server.peek(Bucket).readText('copy')).toBe('x')
  })
})

describe('bytes', () => {
  const bytes = Buffer.alloc(BIG_BYTES, 'abc')
  beforeAll(() => server.peek(Bucket).write('bytes', bytes))

  test('truncate sends the bytes before the cut and then closes', async () => {
    server.faults.add({ kind: 'truncate', atByte: 100_000 })
    const { Body, ContentLength } = await client.send(
      new GetObjectCommand({ Bucket, Key: 'bytes' }),
    )
    expect(ContentLength).toBe(BIG_BYTES)
    let received = 0
    async function read() {
      for await (const chunk of Body as AsyncIterable<Buffer>) received += chunk.length
    }
    await expect(read()).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(received).toBe(100_000)
  })

  test('shorten ends early and says so nowhere', async () => {
    server.faults.add({ kind: 'shorten', atByte: 7 })
    expect(await get('bytes')).toEqual(bytes.subarray(0, 7))
  })

  test('flip changes one bit of what is sent, nothing of what is stored', async () => {
    server.faults.add({ kind: 'flip', atByte: 123_456 })
    const read = await get('bytes')
    const differing = [...read.keys()].filter((at) => read[at] !== bytes[at])
    expect(differing).toEqual([123_456])
    expect(await get('bytes')).toEqual(bytes)
  })

  test('faults of bytes count from the start of a range', async () => {
    server.faults.add({ kind: 'flip', atByte: 0 })
    expect(await get('bytes', { Range: 'bytes=3-5' })).toEqual(Buffer.from('`bc'))
  })

  test('slow lets an upload and a download trickle', async () => {
    const fault = server.faults.add({ kind: 'slow', times: 2, bytesPerSecond: 100_000 })
    await put('slow', Buffer.alloc(20_000, 'x'))
    expect(await get('slow')).toEqual(Buffer.alloc(20_000, 'x'))
    expect(fault.struck()).toBe(2)
  })
})

test('a clock that is off shows in Date, and the SDK corrects its own by it', async () => {
  server.faults.setClockOffset(3_600_000)
  const response = await fetch(server.endpoint)
  const date = Date.parse(response.headers.get('date') ?? '')
  expect(date - Date.now()).toBeGreaterThan(3_500_000)
  const patient = createSdkClient(server, { maxAttempts: 2 })
  const { $metadata } = await patient.send(new ListObjectsV2Command({ Bucket }))
  expect($metadata.attempts).toBe(2)
})

test('faults are chosen by part and by count', async () => {
  const Key = 'parts'
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }))
  const part = (PartNumber: number) =>
    client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body: 'x' }))
  server.faults.add({ kind: '500', partNumber: 2, nth: 2 })
  await part(1)
  await part(2)
  expect(await refusalOf(part(2))).toMatchObject({ status: 500 })
  await part(2)
  expect(last()).toMatchObject({ operation: 'UploadPart', partNumber: 2, status: 200 })
})

test('HEAD carries no body, whatever its status', async () => {
  server.faults.add({ kind: '503' })
  const head = client.send(new HeadObjectCommand({ Bucket, Key: 'any' }))
  expect(await refusalOf(head)).toMatchObject({ status: 503 })
})
