import { formatSize } from '../domain/format-size.ts'
import type { StoreRequest } from '../job/ports.ts'
import { abandonUpload } from './abandon-upload.ts'
import type { CatalogWorld } from './catalog-world.ts'
import { completeUpload, uploadFailure } from './complete-upload.ts'
import { interruptible } from './interruptible.ts'
import type { Purpose } from './object-store.ts'
import { createPartSender } from './part-sender.ts'

const partsMax = 10_000
/** How long a source may take to stop once its bytes are no longer wanted. */
const sourceStopTimeoutMs = 2_000

/**
 * Streams `source` into an object of equal parts that exists only once the source has ended without
 * throwing, and never in the place of another.
 *
 * Also an object of a single part is a multipart upload: there is one way to publish, and until its
 * last step nothing is visible.
 *
 * @throws what the source threw, as it is; the signal's reason; else a `Failure`
 */
export async function storeObject(
  world: CatalogWorld,
  request: StoreRequest,
  source: AsyncIterable<Uint8Array>,
): Promise<{ readonly size: number }> {
  const { store, conditions, clock } = world
  const { key, metadata } = request
  const halt = new AbortController()
  const signal = AbortSignal.any([halt.signal, ...(request.signal ? [request.signal] : [])])
  const purpose: Purpose = { stage: 'upload', doing: `store ${key}`, signal }
  const isConditional = (await conditions.verdict(purpose)) === 'honoured'
  if (!isConditional) await requireFree(world, key, purpose)
  const uploadId = await store.startUpload(key, metadata, purpose)
  const upload = { key, uploadId }
  const { partSize } = request
  const onFailed = (error: unknown) => halt.abort(error)
  const sender = createPartSender({ store, upload, partSize, purpose, onFailed })
  try {
    await request.onStarted?.(uploadId)
    const wait = (ended: AbortSignal) => clock.sleep(sourceStopTimeoutMs, ended)
    for await (const chunk of interruptible(source, signal, { wait })) {
      requireRoom(sender.size() + chunk.length, partSize, purpose)
      await sender.push(chunk)
    }
    const parts = await sender.finish()
    const expected = { size: sender.size(), nonce: metadata.nonce }
    await completeUpload(world, upload, parts, expected, isConditional, purpose)
    return { size: expected.size }
  } catch (error) {
    halt.abort(error)
    await abandonUpload(world, upload, sender)
    throw error
  }
}

/** Where conditions are worth nothing, looking first is the best that can be done. */
async function requireFree({ store }: CatalogWorld, key: string, purpose: Purpose): Promise<void> {
  if ((await store.head(key, purpose)) === undefined) return
  throw uploadFailure(
    purpose,
    'an object has taken its place, expected the key to be free',
    'Nothing was overwritten. Run the backup again; it gets an id of its own.',
  )
}

function requireRoom(size: number, partSize: number, purpose: Purpose): void {
  if (size <= partSize * partsMax) return
  throw uploadFailure(
    purpose,
    `it needs more than ${partsMax} parts of ${formatSize(partSize)}, expected to fit into these`,
    'The database compresses to more than its own size: this is not supported.',
  )
}
