import { PutObjectCommand } from '@aws-sdk/client-s3'
import { afterEach, expect, test, vi } from 'vitest'
import { bucketInEnvironment, obtainBucket } from '../../support/s3-server/environment.ts'
import { createSdkClient } from '../../support/s3-server/sdk-client.ts'
import { startS3Server } from '../../support/s3-server/start-s3-server.ts'

const NAMES = ['ENDPOINT', 'BUCKET', 'ACCESS_KEY_ID', 'SECRET_ACCESS_KEY', 'REGION']

function setEnvironment(values: readonly (string | undefined)[]): void {
  for (const [at, name] of NAMES.entries()) vi.stubEnv(`STRONGROOM_TEST_S3_${name}`, values[at])
}

afterEach(() => void vi.unstubAllEnvs())

test('bucketInEnvironment: nothing set, nothing named', () => {
  expect(bucketInEnvironment({})).toBeUndefined()
})

test('bucketInEnvironment: a part that is missing is told', () => {
  const environment = { STRONGROOM_TEST_S3_ENDPOINT: 'http://127.0.0.1:1' }
  expect(() => bucketInEnvironment(environment)).toThrow('STRONGROOM_TEST_S3_BUCKET')
})

test('obtainBucket starts a server of our own where none is named', async () => {
  setEnvironment([])
  const own = await obtainBucket({ rules: 'r2' })
  const put = { Bucket: own.bucket, Key: `${own.prefix}/x`, Body: 'x' }
  await createSdkClient(own).send(new PutObjectCommand(put))
  expect(own.server?.peek(own.bucket).keys()).toEqual([`${own.prefix}/x`])
  expect(own.region).toBe('auto')
  await own.close()
})

test('obtainBucket uses the endpoint that is named, and removes only what is its own', async () => {
  const server = await startS3Server({ region: 'eu-west-1' })
  server.createBucket('named')
  await server.peek('named').write('foreign', 'stays')
  const { endpoint, accessKeyId, secretAccessKey, region } = server
  setEnvironment([endpoint, 'named', accessKeyId, secretAccessKey, region])
  const named = await obtainBucket()
  expect(named).toMatchObject({ endpoint, bucket: 'named', region })
  expect(named.server).toBeUndefined()
  const put = { Bucket: 'named', Key: `${named.prefix}/x`, Body: 'x' }
  await createSdkClient(named).send(new PutObjectCommand(put))
  expect(server.peek('named').keys()).toHaveLength(2)
  await named.close()
  expect(server.peek('named').keys()).toEqual(['foreign'])
  await server.close()
})
