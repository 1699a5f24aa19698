import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isFailure } from '../../../action/domain/failure.ts'
import { systemClock } from '../../../action/runner/system-clock.ts'
import { type S3Server, startS3Server } from '../../support/s3-server/start-s3-server.ts'
import {
  adding,
  bytesOf,
  connect,
  digestOf,
  entry,
  idOf,
  keyOf,
  minPartSize,
  newBucket,
  record,
} from './bucket-fixture.ts'

describe.each(['aws', 'r2'] as const)('a bucket by the rules of %s', (rules) => {
  let server: S3Server

  beforeAll(async () => {
    server = await startS3Server({ rules })
  })

  afterAll(async () => {
    await server.close()
  })

  it('keeps bytes in equal parts, and gives them back', async () => {
    const bucket = newBucket(server)
    const key = keyOf(idOf(1))
    const size = 3 * minPartSize + 12_345
    const request = { key, metadata: { nonce: 'nonce-1', run: '7' }, partSize: minPartSize }
    expect(await bucket.vault.store(request, bytesOf(size))).toEqual({ size })
    expect(await bucket.vault.head(key)).toMatchObject({
      size,
      metadata: { nonce: 'nonce-1', run: '7' },
    })
    expect(await digestOf(bucket.vault.read(key))).toBe(await digestOf(bytesOf(size)))
    expect(server.peek(bucket.name).uploads()).toEqual([])
    bucket.close()
  })

  it('keeps a small and an empty object', async () => {
    const bucket = newBucket(server)
    for (const size of [0, 10]) {
      const request = {
        key: keyOf(idOf(size)),
        metadata: { nonce: 'nonce-1' },
        partSize: minPartSize,
      }
      expect(await bucket.vault.store(request, bytesOf(size))).toEqual({ size })
      expect(await digestOf(bucket.vault.read(request.key))).toBe(await digestOf(bytesOf(size)))
    }
    bucket.close()
  })

  it('never stores over another object', async () => {
    const bucket = newBucket(server)
    const request = { key: keyOf(idOf(1)), metadata: { nonce: 'nonce-1' }, partSize: minPartSize }
    await bucket.vault.store(request, bytesOf(10))
    const again = { ...request, metadata: { nonce: 'nonce-2' } }
    await expect(bucket.vault.store(again, bytesOf(20))).rejects.toMatchObject({
      code: 'upload_failed',
    })
    expect(await bucket.vault.head(request.key)).toMatchObject({ size: 10 })
    expect(server.peek(bucket.name).uploads()).toEqual([])
    bucket.close()
  })

  it('keeps records, index, audit and leases', async () => {
    const bucket = newBucket(server)
    const { catalog } = bucket
    expect(await catalog.read()).toEqual({ backups: [], source: 'records' })
    await catalog.writeRecord(record(idOf(1)))
    await catalog.writeRecord(record(idOf(1)))
    await expect(catalog.writeRecord(record(idOf(1), 'nonce-of-another'))).rejects.toMatchObject({
      code: 'commit_failed',
    })
    expect(await catalog.change(adding(entry(idOf(2), { status: 'FAILED' })))).toEqual({
      value: 1,
      index: 'written',
    })
    const view = await catalog.read()
    expect([view.source, view.revision, view.backups.map(({ id }) => id)]).toEqual([
      'manifest',
      1,
      [idOf(1), idOf(2)],
    ])
    const audit = {
      version: 1,
      at: new Date().toISOString(),
      action: 'backup',
      outcome: 'completed',
      actor: 'me',
      backupIds: [],
    } as const
    const key = await catalog.writeAudit({ ...audit, backupIds: [] })
    expect(JSON.parse(await server.peek(bucket.name).readText(key))).toEqual(audit)
    const lease = await catalog.acquireLease('restore', 'run 1')
    await expect(catalog.acquireLease('restore', 'run 2')).rejects.toMatchObject({
      code: 'lease_held',
    })
    await lease.release()
    await (await catalog.acquireLease('restore', 'run 2')).release()
    bucket.close()
  })

  it('loses nothing of eight writers at once, each with a client of its own', async () => {
    const first = newBucket(server)
    const writers = Array.from({ length: 8 }, () =>
      connect(server, first.name, { clock: systemClock, requestTimeoutMs: 10_000 }),
    )
    const outcomes = await Promise.all(
      writers.map(({ catalog }, index) => catalog.change(adding(entry(idOf(index))))),
    )
    expect(outcomes.map(({ index }) => index)).toEqual(Array.from({ length: 8 }, () => 'written'))
    const { backups, revision } = await first.catalog.read()
    expect(backups.map(({ id }) => id).toSorted()).toEqual(writers.map((_, index) => idOf(index)))
    expect(revision).toBe(8)
    for (const { close } of [first, ...writers]) close()
  })

  it('lets the doctor find it sound, and is left as it was', async () => {
    const bucket = newBucket(server)
    const findings = await bucket.probe('full')
    const bad = findings.filter(({ state }) => state === 'failed')
    expect(bad).toEqual([])
    expect(findings.map(({ name, state }) => [name, state])).toContainEqual(['bucket: race', 'ok'])
    expect(findings.map(({ name, state }) => [name, state])).toContainEqual(['bucket: clock', 'ok'])
    expect(server.peek(bucket.name).keys()).toEqual([])
    expect(server.peek(bucket.name).uploads()).toEqual([])
    bucket.close()
  })

  it('tells deletions that a lock refuses', async () => {
    const bucket = newBucket(server)
    await bucket.catalog.writeRecord(record(idOf(1)))
    const lock = server.faults.add({ kind: 'locked', times: Infinity })
    expect(await bucket.catalog.removeRecord(idOf(1))).toBe('retained')
    lock.remove()
    expect(await bucket.catalog.removeRecord(idOf(1))).toBe('removed')
    expect(await bucket.catalog.removeRecord(idOf(1))).toBe('absent')
    bucket.close()
  })
})

describe('a bucket that is not as it should be', () => {
  let server: S3Server

  beforeAll(async () => {
    server = await startS3Server({ region: 'eu-west-1' })
    server.createBucket('backups')
  })

  afterAll(async () => {
    await server.close()
  })

  const credentials = (changes: object) => ({
    credentials: {
      accessKeyId: server.accessKeyId,
      secretAccessKey: server.secretAccessKey,
      ...changes,
    },
  })

  it.each([
    ['does not exist', 'no-such-bucket', () => ({}), 'bucket_missing'],
    ['has an impossible name', 'no/such', () => ({}), 'bucket_missing'],
    [
      'gets an unknown key',
      'backups',
      () => credentials({ accessKeyId: 'UNKNOWN' }),
      'bucket_credentials_invalid',
    ],
    [
      'gets a wrong secret',
      'backups',
      () => credentials({ secretAccessKey: 'geheim' }),
      'bucket_credentials_invalid',
    ],
    ['is in another region', 'backups', () => ({ region: 'us-east-1' }), 'bucket_wrong_region'],
    ['is not there', 'backups', () => ({ endpoint: 'http://127.0.0.1:1' }), 'bucket_unreachable'],
    [
      'speaks no TLS',
      'backups',
      () => ({ endpoint: server.endpoint.replace('http:', 'https:') }),
      'bucket_unreachable',
    ],
  ] as const)('%s', async (_, name, changes, code) => {
    const bucket = connect(server, name, changes())
    const error = await bucket.catalog.read().catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code, stage: 'manifest' })
    if (isFailure(error)) {
      const told = [error.message, error.hint, String(error.cause), error.stack].join('\n')
      for (const secret of [server.secretAccessKey, 'geheim', 'Signature='])
        expect(told).not.toContain(secret)
    }
    bucket.close()
  })

  it('is found in its region where none was asked for', async () => {
    const bucket = connect(server, 'backups', { region: 'auto' })
    expect(await bucket.catalog.read()).toMatchObject({ backups: [] })
    bucket.close()
  })

  it('has let the credentials expire', async () => {
    const expired = server.faults.add({ kind: 'expired', times: Infinity })
    const bucket = connect(server, 'backups')
    await expect(bucket.catalog.read()).rejects.toMatchObject({
      code: 'bucket_credentials_expired',
    })
    expired.remove()
    bucket.close()
  })

  it.each([20 * 60_000, -20 * 60_000])(
    'has a clock that is off by %i ms, which is made up for',
    async (offsetMs) => {
      server.faults.setClockOffset(offsetMs)
      const bucket = connect(server, 'backups')
      expect(await bucket.catalog.read()).toMatchObject({ backups: [] })
      const distance = bucket.serverTime().getTime() - Date.now() - offsetMs
      expect(Math.abs(distance)).toBeLessThan(5_000)
      const clock = (await bucket.probe('quick')).find(({ name }) => name === 'bucket: clock')
      expect(clock?.state).toBe('failed')
      server.faults.clear()
      bucket.close()
    },
  )
})
