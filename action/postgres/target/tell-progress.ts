import type { LoadRequest } from '../../job/ports.ts'
import type { LoadSession } from './load-session.ts'

/** Progress is told about so often. */
const PROGRESS_BYTES = 4 * 1024 * 1024

/** The dump of a request, which tells how far it was read. */
export async function* tellProgress(
  { open, totalBytes }: Pick<LoadRequest, 'open' | 'totalBytes'>,
  { log }: Pick<LoadSession, 'log'>,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let doneBytes = 0
  let toldBytes = 0
  for await (const chunk of open(signal)) {
    // Whoever takes the chunk may free it.
    doneBytes += chunk.length
    yield chunk
    if (doneBytes - toldBytes < PROGRESS_BYTES) continue
    toldBytes = doneBytes
    log.progress({ stage: 'restore', doneBytes, ...(totalBytes !== undefined && { totalBytes }) })
  }
}
