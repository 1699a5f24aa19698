import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Failure } from '../../../action/domain/failure.ts'
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

/** More than the longest story sends where nothing is wrong. */
const requestsMax = 16
const clock = {
  now: systemClock.now,
  sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms / 100, signal),
}
const id = idOf(1)
const key = keyOf(id)
const size = minPartSize + 54_321

describe.each(['503', 'reset-before', 'reset-after', 'denied'] as const)(
  'where from one request on, whichever, everything ends in "%s",',
  (kind) => {
    let server: S3Server

    beforeAll(async () => {
      server = await startS3Server()
    })

    afterAll(async () => {
      await server.close()
    })

    it('a backup that is said to be committed is whole, and the index loses nothing', async () => {
      for (let nth = 1; nth <= requestsMax; nth += 1) {
        const bucket = newBucket(server, { clock })
        const old = entry(idOf(9), { status: 'FAILED', fileSize: 0 })
        await bucket.catalog.change(adding(old))
        const { catalog, vault, close } = connect(server, bucket.name, { clock })
        server.faults.add({ kind, nth, times: Infinity })
        const error = await (async () => {
          await vault.store(
            { key, metadata: { nonce: 'nonce-1' }, partSize: minPartSize },
            bytesOf(size),
          )
          await catalog.writeRecord(record(id))
          return await catalog.change(adding(entry(id)))
        })().catch((reason: unknown) => reason)
        server.faults.clear()
        if (error instanceof Error) expect(error).toBeInstanceOf(Failure)
        const isCommitted = (await bucket.catalog.readRecord(id)).kind === 'found'
        if (isCommitted)
          expect(await digestOf(bucket.vault.read(key))).toBe(await digestOf(bytesOf(size)))
        const view = await bucket.catalog.read()
        expect(view.source).toBe('manifest')
        expect(view.backups).toContainEqual(old)
        if (view.backups.length > 1) expect(isCommitted).toBe(true)
        const peek = server.peek(bucket.name)
        for (const name of peek.keys()) await peek.remove(name)
        bucket.close()
        close()
      }
    })
  },
)
