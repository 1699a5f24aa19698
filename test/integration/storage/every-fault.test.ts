import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isFailure } from '../../../action/domain/failure.ts'
import { FAULT_KINDS, type FaultKind } from '../../support/s3-server/faults.ts'
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
  type TestBucket,
} from './bucket-fixture.ts'

/** More requests than any of the stories below sends. */
const requestsMax = 30
/** What stays refused, however often one asks. */
const final: ReadonlySet<FaultKind> = new Set(['expired', 'denied', 'locked'])

const id = idOf(1)
const key = keyOf(id)
const size = minPartSize + 54_321

/** Slowness is no fault: what trickles is waited for. */
const kinds = FAULT_KINDS.filter((kind) => kind !== 'slow')

describe.each(kinds)('with one request struck by "%s", whichever it is,', (kind) => {
  let server: S3Server
  let digest: string

  beforeAll(async () => {
    server = await startS3Server()
    digest = await digestOf(bytesOf(size))
  })

  afterAll(async () => {
    await server.close()
  })

  /** Runs a story once for every request of it, with that request struck. */
  async function strikeEach(
    prepare: (bucket: TestBucket) => Promise<void>,
    story: (bucket: TestBucket) => Promise<unknown>,
    judge: (bucket: TestBucket, error: unknown, nth: number) => Promise<void>,
  ): Promise<void> {
    for (let nth = 1; nth <= requestsMax; nth += 1) {
      const bucket = newBucket(server)
      await prepare(bucket)
      // What one process knows of the provider must not help the next.
      const fresh = connect(server, bucket.name)
      const fault = server.faults.add({ kind, nth })
      const error = await story(fresh).then(
        () => undefined,
        (reason: unknown) => reason,
      )
      const struck = fault.struck()
      server.faults.clear()
      if (error !== undefined && !isFailure(error)) throw error
      if (error !== undefined && !final.has(kind)) throw error
      await judge(fresh, error, nth)
      const peek = server.peek(bucket.name)
      for (const name of peek.keys()) await peek.remove(name)
      bucket.close()
      fresh.close()
      if (struck === 0) return
    }
    throw new Error(`A story sent more than ${requestsMax} requests`)
  }

  it('an upload is whole or absent, and leaves nothing unfinished', async () => {
    await strikeEach(
      async () => {},
      (bucket) =>
        bucket.vault.store(
          { key, metadata: { nonce: 'nonce-1' }, partSize: minPartSize },
          bytesOf(size),
        ),
      async ({ name, vault }, error, nth) => {
        const peek = server.peek(name)
        const stored = peek.describe(key)
        if (error === undefined) {
          expect(stored?.size, `request ${nth}`).toBe(size)
          expect(await digestOf(vault.read(key))).toBe(digest)
        }
        const isCreationLost = server.requests.some(
          ({ operation, fault, bucket }) =>
            bucket === name && operation === 'CreateMultipartUpload' && fault !== undefined,
        )
        expect(peek.uploads().length, `request ${nth}`).toBeLessThanOrEqual(isCreationLost ? 1 : 0)
      },
    )
  })

  it('a record is committed once, or not at all', async () => {
    await strikeEach(
      async () => {},
      (bucket) => bucket.catalog.writeRecord(record(id)),
      async ({ catalog }, error) => {
        const reading = await catalog.readRecord(id)
        if (error === undefined) expect(reading).toEqual({ kind: 'found', record: record(id) })
        else expect(['missing', 'found']).toContain(reading.kind)
      },
    )
  })

  it('a change of the index is there, and nothing else is gone', async () => {
    const failed = entry(idOf(7), { status: 'FAILED', fileSize: 0 })
    let outcome: { readonly index: string } | undefined
    await strikeEach(
      async ({ catalog }) => {
        await catalog.change(adding(failed))
      },
      async ({ catalog }) => {
        outcome = undefined
        outcome = await catalog.change(adding(entry(id)))
      },
      async ({ name, catalog }, error, nth) => {
        const { backups, source } = await catalog.read()
        expect(source).toBe('manifest')
        expect(backups).toContainEqual(failed)
        const isThere = backups.some((backup) => backup.id === id)
        const isSupported = kind !== 'refuse-conditions' && kind !== 'ignore-conditions'
        if (error === undefined && isSupported)
          expect(outcome?.index, `request ${nth}`).toBe('written')
        expect(isThere).toBe(outcome?.index === 'written' || (error !== undefined && isThere))
        expect(backups.length).toBe(isThere ? 2 : 1)
        expect(server.peek(name).keys('shop/quarantine/')).toEqual([])
      },
    )
  })

  it('an object is read whole', async () => {
    await strikeEach(
      async ({ name }) => {
        await server.peek(name).write(key, Buffer.concat(await Array.fromAsync(bytesOf(size))))
      },
      async ({ vault }) => {
        const found = await digestOf(vault.read(key))
        // A bit that flips on the way is found by the checksum in the record, not here.
        if (kind !== 'flip') expect(found).toBe(digest)
      },
      async () => {},
    )
  })
})
