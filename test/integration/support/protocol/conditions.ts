import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3'
import { beforeAll, expect, test } from 'vitest'
import { createSdkClient } from '../../../support/s3-server/sdk-client.ts'
import { type Judge, refusalOf } from './judge.ts'

const RACERS = 20
const WRITERS = 5
const INCREMENTS = 4
/** More lost races in a row than this would mean that nobody wins them. */
const TRIES_MAX = 200

/** Conditional writes: what the manifest's compare-and-swap stands on. */
export function checkConditions(judge: () => Judge): void {
  let client: S3Client
  beforeAll(() => {
    client = createSdkClient(judge().access)
  })
  const put = (Key: string, Body: string, more: Partial<PutObjectCommandInput> = {}) =>
    client.send(new PutObjectCommand({ Bucket: judge().bucket, Key, Body, ...more }))
  async function read(Key: string) {
    const command = new GetObjectCommand({ Bucket: judge().bucket, Key })
    const { Body, ETag } = await client.send(command)
    return { text: await Body?.transformToString(), ETag }
  }
  const lost = { status: 412, code: 'PreconditionFailed' }
  const isLost = expect.toBeOneOf([409, 412])

  async function race(Key: string, more: Partial<PutObjectCommandInput>) {
    const entries = Array.from({ length: RACERS }, (_, at) => put(Key, `racer ${at}`, more))
    const ends = await Promise.allSettled(entries)
    const winners = ends.flatMap((end, at) => (end.status === 'fulfilled' ? [`racer ${at}`] : []))
    const refusals = await Promise.all(
      ends.flatMap((end) =>
        end.status === 'rejected' ? [refusalOf(Promise.reject(end.reason))] : [],
      ),
    )
    return { winners, refusals }
  }

  test('If-None-Match *: the first creates, the second is refused', async () => {
    const Key = judge().key('create')
    await put(Key, 'first', { IfNoneMatch: '*' })
    expect(await refusalOf(put(Key, 'second', { IfNoneMatch: '*' }))).toEqual(lost)
    expect((await read(Key)).text).toBe('first')
  })

  test('If-None-Match *: a deleted key can be created again', async () => {
    const Key = judge().key('recreate')
    await put(Key, 'first', { IfNoneMatch: '*' })
    await client.send(new DeleteObjectCommand({ Bucket: judge().bucket, Key }))
    await put(Key, 'second', { IfNoneMatch: '*' })
    expect((await read(Key)).text).toBe('second')
  })

  test('If-Match: writes follow each other by ETag', async () => {
    const Key = judge().key('chain')
    const first = await put(Key, 'first')
    const second = await put(Key, 'second', { IfMatch: first.ETag })
    expect(await refusalOf(put(Key, 'late', { IfMatch: first.ETag }))).toEqual(lost)
    await put(Key, 'third', { IfMatch: second.ETag })
    expect((await read(Key)).text).toBe('third')
  })

  test('If-Match: on a key that is not there it is refused', async () => {
    const write = put(judge().key('missing'), 'x', { IfMatch: '"0123456789abcdef"' })
    expect(await refusalOf(write)).toMatchObject({ status: expect.toBeOneOf([404, 412]) })
  })

  test('If-None-Match *: of 20 at once exactly one wins, and its bytes are there', async () => {
    const Key = judge().key('race-create')
    const { winners, refusals } = await race(Key, { IfNoneMatch: '*' })
    expect(winners).toHaveLength(1)
    for (const refusal of refusals) expect(refusal.status).toEqual(isLost)
    expect((await read(Key)).text).toBe(winners[0])
  })

  test('If-Match: of 20 at once exactly one wins, and its bytes are there', async () => {
    const Key = judge().key('race-swap')
    const { ETag } = await put(Key, 'before')
    const { winners, refusals } = await race(Key, { IfMatch: ETag })
    expect(winners).toHaveLength(1)
    for (const refusal of refusals) expect(refusal.status).toEqual(isLost)
    expect((await read(Key)).text).toBe(winners[0])
  })

  test('If-Match: writers that count together lose no count', async () => {
    const Key = judge().key('counter')
    await put(Key, '0')
    async function increment() {
      for (let tries = 0; tries < TRIES_MAX; tries += 1) {
        const { text, ETag } = await read(Key)
        try {
          return await put(Key, String(Number(text) + 1), { IfMatch: ETag })
        } catch (error) {
          expect(await refusalOf(Promise.reject(error))).toMatchObject({ status: isLost })
        }
      }
      throw new Error(`Cannot count: ${TRIES_MAX} races lost, expected to win one`)
    }
    async function write() {
      for (let round = 0; round < INCREMENTS; round += 1) await increment()
    }
    await Promise.all(Array.from({ length: WRITERS }, write))
    expect((await read(Key)).text).toBe(String(WRITERS * INCREMENTS))
  })

  test('DELETE If-Match: only the object that was seen is deleted', async () => {
    const Key = judge().key('delete')
    const { ETag } = await put(Key, 'x')
    const remove = (IfMatch: string | undefined) =>
      client.send(new DeleteObjectCommand({ Bucket: judge().bucket, Key, IfMatch }))
    expect(await refusalOf(remove('"0123456789abcdef0123456789abcdef"'))).toEqual(lost)
    expect((await read(Key)).text).toBe('x')
    await remove(ETag)
    expect(await refusalOf(read(Key))).toMatchObject({ status: 404 })
  })
}
