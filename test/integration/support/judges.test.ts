import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startCeph } from '../../support/ceph/start-ceph.ts'
import { type BucketAccess, createSdkClient } from '../../support/s3-server/sdk-client.ts'
import { startS3Server } from '../../support/s3-server/start-s3-server.ts'
import { checkConditions } from './protocol/conditions.ts'
import type { Judge } from './protocol/judge.ts'
import { checkListing } from './protocol/listing.ts'
import { checkMultipart } from './protocol/multipart.ts'
import { checkObjects } from './protocol/objects.ts'
import { checkSignatures } from './protocol/signatures.ts'

const BUCKET = 'judged'

function checkAll(judge: () => Judge): void {
  checkSignatures(judge)
  checkObjects(judge)
  checkConditions(judge)
  checkMultipart(judge)
  checkListing(judge)
}

function judgeOf(access: BucketAccess, either: Judge['either']): Judge {
  return { access, bucket: BUCKET, key: (name) => `judged/${name}`, either }
}

describe('our server, by the rules of AWS', () => {
  let server: Awaited<ReturnType<typeof startS3Server>>
  beforeAll(async () => {
    server = await startS3Server()
    server.createBucket(BUCKET)
  })
  afterAll(() => server.close())
  checkAll(() => judgeOf(server, (aws) => aws))
})

const ceph = await startCeph()
const isAbsent = 'unavailable' in ceph
if (isAbsent) {
  process.stderr.write(`NOT RUN: the checks against Ceph, because ${ceph.unavailable}\n`)
}

describe.skipIf(isAbsent)('Ceph, an implementation by others', () => {
  if (isAbsent) return
  beforeAll(async () => {
    await createSdkClient(ceph).send(new CreateBucketCommand({ Bucket: BUCKET }))
  })
  afterAll(() => ceph.close())
  checkAll(() => judgeOf(ceph, (...answers) => expect.toBeOneOf(answers)))

  test('startCeph: a second one runs beside the first, and close ends it alone', async () => {
    const second = await startCeph()
    if ('unavailable' in second) throw new Error(second.unavailable)
    expect(second.endpoint).not.toBe(ceph.endpoint)
    await Promise.all([second.close(), second.close()])
    await expect(fetch(second.endpoint)).rejects.toThrow()
    expect((await fetch(ceph.endpoint)).status).toBe(200)
  })
})
