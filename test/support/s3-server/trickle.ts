import { setTimeout as sleep } from 'node:timers/promises'

const DEFAULT_BYTES_PER_SECOND = 1024

/** Ten steps a second look like a slow line, not like a stalled one. */
const STEP_MS = 100

/** Lets bytes through at a given rate; ends with the signal's reason where that fires. */
export async function* trickle(
  source: AsyncIterable<Buffer>,
  bytesPerSecond: number | undefined,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const rate = bytesPerSecond ?? DEFAULT_BYTES_PER_SECOND
  const stepBytes = Math.max(1, Math.round((rate * STEP_MS) / 1000))
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; at += stepBytes) {
      await sleep(STEP_MS, undefined, { signal })
      yield chunk.subarray(at, at + stepBytes)
    }
  }
}
