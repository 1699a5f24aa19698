import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSdkClient } from '../../support/s3-server/sdk-client.ts'
import { type S3Server, startS3Server } from '../../support/s3-server/start-s3-server.ts'

const Bucket = 'on-disk'
const SIZE_BYTES = 8 * 1024 * 1024 + 17

let directory: string
let server: S3Server
let client: S3Client
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'strongroom-s3-'))
  server = await startS3Server({ directory, etags: 'quick' })
  server.createBucket(Bucket)
  client = createSdkClient(server)
})
afterAll(async () => {
  await server.close()
  expect(await readdir(directory)).toEqual([])
  await rm(directory, { recursive: true })
})

async function filesInUse(): Promise<number> {
  const [folder = ''] = await readdir(directory)
  return (await readdir(join(directory, folder))).length
}
const put = (Key: string, Body: Buffer) => client.send(new PutObjectCommand({ Bucket, Key, Body }))
const get = (Key: string, more = {}) => client.send(new GetObjectCommand({ Bucket, Key, ...more }))

test('bytes lie in files, come back whole and in part, and go with their object', async () => {
  const bytes = randomBytes(SIZE_BYTES)
  await put('big', bytes)
  expect(await filesInUse()).toBe(1)
  const whole = await (await get('big')).Body?.transformToByteArray()
  expect(Buffer.from(whole ?? []).equals(bytes)).toBe(true)
  const part = await (await get('big', { Range: 'bytes=1048570-2097160' })).Body
  expect(Buffer.from((await part?.transformToByteArray()) ?? [])).toEqual(
    bytes.subarray(1_048_570, 2_097_161),
  )
  await put('big', Buffer.from('small'))
  expect(await filesInUse()).toBe(1)
  await server.peek(Bucket).remove('big')
  expect(await filesInUse()).toBe(0)
})

test('a quick ETag is no MD5, but names the bytes', async () => {
  const [one, same, other] = [
    await put('1', bytesOf(1)),
    await put('2', bytesOf(1)),
    await put('3', bytesOf(2)),
  ]
  expect(one.ETag).toBe(same.ETag)
  expect(one.ETag).not.toBe(other.ETag)
  expect(one.ETag).toMatch(/^"[0-9a-f]{32}"$/)
})

function bytesOf(value: number): Buffer {
  return Buffer.alloc(100, value)
}

test('a refused body leaves no file', async () => {
  const before = await filesInUse()
  const wrong = { Bucket, Key: 'wrong', Body: 'x', ContentMD5: Buffer.alloc(16).toString('base64') }
  await expect(client.send(new PutObjectCommand(wrong))).rejects.toThrow()
  expect(await filesInUse()).toBe(before)
})

test('an object that is replaced while it is read is read to its end', async () => {
  const bytes = randomBytes(SIZE_BYTES)
  await put('read', bytes)
  const { Body } = await get('read')
  await put('read', Buffer.from('new'))
  const read = Buffer.from((await Body?.transformToByteArray()) ?? [])
  expect(read.equals(bytes)).toBe(true)
})

test('peek reads, overwrites, ages and removes', async () => {
  const peek = server.peek(Bucket)
  await peek.write('p/one', 'text', { nonce: 'k7q2' })
  expect(await peek.readText('p/one')).toBe('text')
  const then = new Date('2026-01-02T03:04:05Z')
  peek.setModifiedAt('p/one', then)
  expect(peek.describe('p/one')).toMatchObject({
    size: 4,
    modifiedAt: then,
    metadata: { nonce: 'k7q2' },
  })
  await peek.write('p/one', 'other')
  expect(peek.describe('p/one')?.metadata).toEqual({ nonce: 'k7q2' })
  expect(peek.keys('p/')).toEqual(['p/one'])
  await peek.remove('p/one')
  expect(peek.describe('p/one')).toBeUndefined()
})
