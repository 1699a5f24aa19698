import { isFailure } from '../domain/failure.ts'
import type { CatalogWorld } from './catalog-world.ts'
import type { UploadRef } from './object-store.ts'
import type { PartSender } from './part-sender.ts'
import { DeadlineError, withDeadline } from './with-deadline.ts'

/** A runner that is being stopped has seconds left in all. */
const abortTimeoutMs = 2_000

/**
 * Aborts an upload that came to nothing: by a signal of its own, since the run's may have fired, in
 * one attempt. A part that arrives after the abort would stay and be billed, also one whose request
 * was cut here, so it is aborted again once none is under way. Where that fails it is said: the entry in the manifest names
 * the upload, and whoever comes after aborts it.
 */
export async function abandonUpload(
  world: Pick<CatalogWorld, 'store' | 'clock' | 'log'>,
  upload: UploadRef,
  sender: Pick<PartSender, 'settled'>,
): Promise<void> {
  const isAborted = await abortOnce(world, upload)
  if (!isAborted) return
  await sender.settled()
  await abortOnce(world, upload)
}

async function abortOnce(
  { store, clock, log }: Pick<CatalogWorld, 'store' | 'clock' | 'log'>,
  upload: UploadRef,
): Promise<boolean> {
  try {
    await withDeadline(clock, abortTimeoutMs, undefined, (signal) =>
      store.abortUpload(upload, {
        stage: 'upload',
        doing: 'abort the upload',
        signal,
        attempts: 1,
      }),
    )
    return true
  } catch (error) {
    if (!isFailure(error) && !(error instanceof DeadlineError)) throw error
    log.warn(`The unfinished upload of ${upload.key} could not be aborted: ${error.message}`)
    return false
  }
}
