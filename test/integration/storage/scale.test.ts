import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type S3Server, startS3Server } from '../../support/s3-server/start-s3-server.ts'
import { adding, entry, idOf, keyOf, newBucket, record } from './bucket-fixture.ts'

describe('a bucket with many backups', () => {
  let server: S3Server

  beforeAll(async () => {
    server = await startS3Server()
  })

  afterAll(async () => {
    await server.close()
  })

  it('keeps an index of 10,000 entries', async () => {
    const bucket = newBucket(server, { requestTimeoutMs: 20_000 })
    const tables = Object.fromEntries(
      Array.from({ length: 20 }, (_, n) => [`public.table_${n}`, n * 1_000]),
    )
    const backups = Array.from({ length: 10_000 }, (_, index) => entry(idOf(index), { tables }))
    await bucket.catalog.change(adding())
    const outcome = await bucket.catalog.change({
      decide: (manifest) => ({ manifest: { ...manifest, backups }, value: undefined }),
      isApplied: (manifest) => manifest.backups.length === backups.length,
    })
    expect(outcome.index).toBe('written')
    expect((await bucket.catalog.change(adding(entry(idOf(10_001))))).index).toBe('written')
    const view = await bucket.catalog.read()
    expect(view.backups).toHaveLength(10_001)
    expect(view.backups[9_999]).toEqual(backups[9_999])
    bucket.close()
  })

  it('lists every page, and finds records among whatever else lies there', async () => {
    const bucket = newBucket(server, { requestTimeoutMs: 20_000 })
    const peek = server.peek(bucket.name)
    const ids = Array.from({ length: 1_300 }, (_, index) => idOf(index))
    for (const id of ids) {
      await peek.write(keyOf(id), 'bytes')
      await peek.write(`shop/backups/${id}/backup.json`, JSON.stringify(record(id)))
    }
    await peek.write('shop/backups/README.md', 'not ours')
    expect(await Array.fromAsync(bucket.catalog.listRecordIds())).toEqual(ids)
    expect(await Array.fromAsync(bucket.vault.list())).toHaveLength(2 * ids.length + 1)
    const view = await bucket.catalog.read()
    expect([view.source, view.backups.length]).toEqual(['records', ids.length])
    bucket.close()
  })
})

describe.each(['refuse-conditions', 'ignore-conditions'] as const)(
  'a provider with "%s"',
  (kind) => {
    let server: S3Server

    beforeAll(async () => {
      server = await startS3Server()
      server.faults.add({ kind, times: Infinity })
    })

    afterAll(async () => {
      await server.close()
    })

    it('serves backups from the records alone', async () => {
      const bucket = newBucket(server)
      const { catalog, vault } = bucket
      const id = idOf(1)
      async function* source() {
        yield new Uint8Array(1_000)
      }
      await vault.store(
        { key: keyOf(id), metadata: { nonce: 'nonce-1' }, partSize: 5 * 1024 * 1024 },
        source(),
      )
      await catalog.writeRecord(record(id))
      expect(await catalog.change(adding(entry(id)))).toMatchObject({ index: 'unsupported' })
      expect(await catalog.read()).toMatchObject({ source: 'records', backups: [{ id }] })
      expect(server.peek(bucket.name).keys()).toEqual([`shop/backups/${id}/backup.json`, keyOf(id)])
      bucket.close()
    })
  },
)
