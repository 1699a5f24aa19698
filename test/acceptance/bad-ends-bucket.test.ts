import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ReasonCode } from '../../action/domain/reason-code.ts'
import { expectBadEnd } from '../support/acceptance/expect-bad-end.ts'
import { runStep, type StepEnd } from '../support/acceptance/run-step.ts'
import { type Bucket, startWorld, type World } from '../support/acceptance/start-world.ts'
import { findFreePort } from '../support/postgres/free-port.ts'
import { type S3Server, startS3Server } from '../support/s3-server/start-s3-server.ts'

const always = Number.POSITIVE_INFINITY

let world: World
let url = ''

beforeAll(async () => {
  world = await startWorld()
  url = world.cluster.url(await world.newDatabase())
})
afterEach(() => world.server.faults.clear())
afterAll(async () => {
  await world?.close()
})

const secrets = (given: Readonly<Record<string, string>>) => ({
  url,
  password: world.cluster.password,
  'secret key': given['secret-access-key'] ?? '',
  ...(given['session-token'] !== undefined && { 'session token': given['session-token'] }),
})

/** A bucket that holds one backup already, so that there is something to lose. */
async function usedBucket(): Promise<Bucket> {
  const bucket = world.newBucket()
  const inputs = { ...bucket.inputs, 'database-url': url }
  const end = await runStep(world.folder, { inputs })
  expect(end.code, end.stdout).toBe(0)
  return bucket
}

/** A backup with inputs beside, or in the place of, those of the bucket. */
async function backUp(
  bucket: Bucket,
  given: Readonly<Record<string, string>> = {},
): Promise<StepEnd> {
  const inputs = { ...bucket.inputs, 'database-url': url, ...given }
  return await runStep(world.folder, { inputs })
}

interface Case {
  readonly name: string
  readonly given: Readonly<Record<string, string>>
  readonly reasonCode: ReasonCode
  readonly message: RegExp
}

describe('a bucket that cannot be used', () => {
  it.each<Case>([
    {
      name: 'missing bucket',
      given: { bucket: 'no-such-bucket' },
      reasonCode: 'bucket_missing',
      message: /there is no bucket "no-such-bucket"/,
    },
    {
      name: 'unknown access key',
      given: { 'access-key-id': 'NOBODY' },
      reasonCode: 'bucket_credentials_invalid',
      message: /does not accept the credentials/,
    },
    {
      name: 'wrong secret',
      given: { 'secret-access-key': 'another/secret+of40characters' },
      reasonCode: 'bucket_credentials_invalid',
      message: /does not accept the credentials/,
    },
    {
      name: 'a token that does not belong',
      given: { 'session-token': 'FwoGZXIvYXdzEJr//////token' },
      reasonCode: 'bucket_credentials_invalid',
      message: /does not accept the credentials/,
    },
    {
      name: 'a bucket name that is none',
      given: { bucket: 'Not_A_Bucket' },
      reasonCode: 'bucket_missing',
      message: /there is no bucket/,
    },
  ])('$name', async ({ given, reasonCode, message }) => {
    const bucket = world.newBucket()
    const end = await backUp(bucket, given)
    const all = secrets({ ...bucket.inputs, ...given })
    await expectBadEnd(end, { reasonCode, message, bucket, secrets: all })
  })

  it.each<{ kind: 'denied' | 'expired'; reasonCode: ReasonCode; message: RegExp }>([
    { kind: 'denied', reasonCode: 'bucket_access_denied', message: /may not do this in bucket/ },
    { kind: 'expired', reasonCode: 'bucket_credentials_expired', message: /have expired/ },
  ])(
    '$kind from the first request on, and from the first part on',
    async ({ kind, reasonCode, message }) => {
      const bucket = await usedBucket()
      const before = bucket.contents()
      for (const operation of [undefined, 'UploadPart'] as const) {
        world.server.faults.add({ kind, times: always, ...(operation && { operation }) })
        const end = await backUp(bucket)
        world.server.faults.clear()
        await expectBadEnd(end, {
          reasonCode,
          message,
          bucket,
          before,
          secrets: secrets(bucket.inputs),
        })
      }
      const { backups } = await bucket.manifest()
      expect(backups.map(({ status }) => status).sort()).toEqual(['COMPLETED', 'FAILED'])
    },
  )

  it('a server that fails each time, and one that cuts each connection', async () => {
    for (const kind of ['500', 'reset-before'] as const) {
      const bucket = await usedBucket()
      const before = bucket.contents()
      world.server.faults.add({ kind, times: always, operation: 'CompleteMultipartUpload' })
      const end = await backUp(bucket)
      world.server.faults.clear()
      await expectBadEnd(end, {
        reasonCode: 'upload_failed',
        message: /the upload could not be completed in 6 tries/,
        bucket,
        before,
        secrets: secrets(bucket.inputs),
      })
    }
  })

  it('a clock that is wrong by a day is bridged, since the server tells its own', async () => {
    const bucket = world.newBucket()
    world.server.faults.setClockOffset(24 * 3_600_000)
    const end = await backUp(bucket)
    expect(end.code, end.stdout).toBe(0)
  })
})

describe('an endpoint that is another', () => {
  let web: Server | undefined
  let elsewhere: S3Server | undefined
  afterEach(async () => {
    web?.closeAllConnections()
    await new Promise((fulfil) => (web ? web.close(fulfil) : fulfil(undefined)))
    web = undefined
    await elsewhere?.close()
    elsewhere = undefined
  })

  it('nobody listens', async () => {
    const bucket = world.newBucket()
    const endpoint = `http://127.0.0.1:${await findFreePort()}`
    const end = await backUp(bucket, { endpoint })
    await expectBadEnd(end, {
      reasonCode: 'bucket_unreachable',
      message: /did not answer \(ECONNREFUSED\)/,
      bucket,
      secrets: secrets(bucket.inputs),
    })
  })

  it.each([
    [200, 'text/html', '<!doctype html><title>Welcome</title>'],
    [404, 'text/html', '<!doctype html><title>Not found</title>'],
    [302, 'text/html', ''],
    [403, 'application/json', '{"error":"no"}'],
    [200, 'application/xml', '<?xml version="1.0"?><hello/>'],
  ])('HTTP %i with %s, but not S3', async (status, type, body) => {
    web = createServer((request, response) => {
      request.resume().on('end', () => {
        response.writeHead(status, {
          'content-type': type,
          ...(status === 302 && { location: '/login' }),
        })
        response.end(body)
      })
    })
    await new Promise<void>((fulfil) => web?.listen(0, '127.0.0.1', fulfil))
    const endpoint = `http://127.0.0.1:${(web.address() as AddressInfo).port}`
    const bucket = world.newBucket()
    const end = await backUp(bucket, { endpoint })
    await expectBadEnd(end, {
      reasonCode: 'bucket_error',
      message: /not as S3 does|answered/,
      bucket,
      secrets: secrets(bucket.inputs),
    })
  })

  it('PostgreSQL instead of S3', async () => {
    const bucket = world.newBucket()
    const endpoint = `http://127.0.0.1:${world.cluster.port}`
    const end = await backUp(bucket, { endpoint })
    await expectBadEnd(end, {
      reasonCode: 'bucket_unreachable',
      message: /did not answer|answers/,
      bucket,
      secrets: secrets(bucket.inputs),
    })
  })

  it('another region', async () => {
    elsewhere = await startS3Server({ region: 'eu-central-1' })
    elsewhere.createBucket('far-away')
    const given = { bucket: 'far-away', endpoint: elsewhere.endpoint, region: 'us-west-2' }
    const end = await backUp(world.newBucket(), given)
    await expectBadEnd(end, {
      reasonCode: 'bucket_wrong_region',
      message: /not in region "us-west-2", expected region "eu-central-1"/,
      secrets: secrets(world.newBucket().inputs),
    })
  })
})

describe('inputs that cannot be read', () => {
  it('are all named at once, and nothing is touched', async () => {
    const bucket = world.newBucket()
    const end = await backUp(bucket, {
      command: 'backup',
      type: 'HOURLY',
      'keep-last': '0',
      rotate: 'yes',
      'compression-level': '11',
    })
    await expectBadEnd(end, {
      reasonCode: 'invalid_input',
      message: /"HOURLY" is not known, expected "auto"/,
      bucket,
      secrets: secrets(bucket.inputs),
    })
    const { message } = end.result
    for (const name of ['type', 'keep-last', 'rotate', 'compression-level']) {
      expect(message).toContain(`input "${name}"`)
    }
    expect(bucket.peek.keys()).toEqual([])
  })
  it.each(['backupp', 'BACKUP; rm -rf /', 'policy'])('unknown command %j', async (command) => {
    const bucket = world.newBucket()
    const end = await backUp(bucket, { command })
    expect(end.code).toBe(1)
    expect(end.result.message).toMatch(/^Cannot .+, expected "backup", "restore"/)
    expect(bucket.peek.keys()).toEqual([])
  })
  it('nothing at all', async () => {
    const end = await runStep(world.folder, { inputs: {} })
    await expectBadEnd(end, {
      reasonCode: 'invalid_input',
      message: /"database-url": it is empty[\s\S]*"bucket": it is empty/,
      secrets: {},
    })
  })
})
