import type { Stage } from '../domain/failure.ts'
import type { Log } from './ports.ts'

/** Passes bytes on and tells the log how far they have come. */
export async function* withProgress(
  source: AsyncIterable<Uint8Array>,
  log: Log,
  { stage, totalBytes }: { readonly stage: Stage; readonly totalBytes?: number | undefined },
): AsyncGenerator<Uint8Array> {
  let doneBytes = 0
  for await (const chunk of source) {
    doneBytes += chunk.length
    log.progress({ stage, doneBytes, ...(totalBytes !== undefined && { totalBytes }) })
    yield chunk
  }
}
