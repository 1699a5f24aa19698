import { abortable } from './abortable.ts'

/**
 * The chunks of `source`, given up as soon as `signal` fires, even while the source is silent. The
 * source is told to stop, but not waited for where it still owes a chunk.
 */
export async function* readSource(
  source: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const iterator = source[Symbol.asyncIterator]()
  let isOpen = true
  let isOwed = false
  try {
    for (;;) {
      signal?.throwIfAborted()
      isOwed = true
      const { done, value } = await abortable(iterator.next(), signal).catch((error: unknown) => {
        isOpen = signal?.aborted ?? false
        throw error
      })
      isOwed = false
      if (done === true) {
        isOpen = false
        return
      }
      yield value
    }
  } finally {
    if (isOpen) {
      const stopped = iterator.return?.()
      if (isOwed) {
        // The abort is what is reported; how the abandoned source ended has no reader.
        void Promise.allSettled([stopped])
      } else {
        await stopped
      }
    }
  }
}
