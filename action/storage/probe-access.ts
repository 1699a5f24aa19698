import { isFailure } from '../domain/failure.ts'
import type { CatalogWorld } from './catalog-world.ts'
import type { Purpose } from './object-store.ts'
import { failed, findOut, ok, type ProbeFinding, type ProbeVerdict } from './probe-finding.ts'

/** A doctor does not wait for a bucket as long as a backup does. */
const attempts = 2

/** Whether the bucket is there, and may be listed, written, read and deleted from. */
export async function probeAccess(
  world: CatalogWorld,
  newKey: () => string,
  signal?: AbortSignal,
): Promise<readonly ProbeFinding[]> {
  const why = (doing: string): Purpose => ({ stage: 'check', doing, signal, attempts })
  const reached = await reach(world, why('list the prefix'))
  if (reached.reachable.state !== 'ok') return [{ name: 'bucket: reachable', ...reached.reachable }]
  const { store } = world
  const key = newKey()
  const bytes = new TextEncoder().encode('strongroom probe\n')
  const write = await findOut('bucket: write', async () => {
    await store.put(key, bytes, why('write a probe object'))
    return ok('An object could be written')
  })
  const read = await findOut('bucket: read', async () => {
    if (write.state !== 'ok') return notWritten()
    const found = await store.get(key, why('read a probe object'))
    if (found !== undefined && Buffer.compare(found.bytes, bytes) === 0) {
      return ok('What was written came back')
    }
    return {
      state: 'failed',
      text: 'What was written did not come back',
      advice: 'Use a bucket with strong read-after-write consistency and no proxy in between.',
    }
  })
  const remove = await findOut('bucket: delete', async () => {
    if (write.state !== 'ok') return notWritten()
    const outcome = await store.remove(key, why('delete a probe object'))
    if (outcome === 'removed') return ok('The object could be deleted')
    return {
      state: 'failed',
      text: 'The object may not be deleted: rotation will retain everything',
      advice: 'Allow s3:DeleteObject below the prefix, or set "rotate" to false.',
    }
  })
  return [
    { name: 'bucket: reachable', ...reached.reachable },
    { name: 'bucket: list', ...reached.list },
    write,
    read,
    remove,
  ]
}

async function reach(
  { store, keys }: CatalogWorld,
  purpose: Purpose,
): Promise<{ readonly reachable: ProbeVerdict; readonly list: ProbeVerdict }> {
  const reachable = ok('The bucket answers and accepts the credentials')
  try {
    for await (const _ of store.list(keys.backups, purpose)) break
    return { reachable, list: ok('The prefix can be listed') }
  } catch (error) {
    if (!isFailure(error)) throw error
    const isDenied = error.code === 'bucket_access_denied'
    return { reachable: isDenied ? reachable : failed(error), list: failed(error) }
  }
}

function notWritten(): ProbeVerdict {
  return { state: 'unknown', text: 'Not tried: nothing could be written' }
}
