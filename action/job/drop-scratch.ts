import { isFailure } from '../domain/failure.ts'
import type { Log, RestoreTarget } from './ports.ts'

/**
 * Drops a scratch database that is not needed any more. Trouble here must not hide what went wrong before, so it
 * is told; the next restore finds what is left and drops it.
 */
export async function dropScratch(
  { target, log }: { readonly target: RestoreTarget; readonly log: Log },
  name: string,
): Promise<void> {
  try {
    await target.drop(name)
  } catch (error) {
    if (!isFailure(error)) throw error
    log.warn(`The scratch database "${name}" could not be dropped now: ${error.message}`)
  }
}
