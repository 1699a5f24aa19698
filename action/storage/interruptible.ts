/** How long a source may take to stop before it is left behind. */
export interface StopLimit {
  /** Resolves when the wait is over. */
  wait(signal: AbortSignal): Promise<void>
}

/**
 * `source`, but a `next()` that is under way does not outlast `signal`: a dump that says nothing
 * must not keep a cancelled run waiting. However it ends, the source is told to stop.
 *
 * One listener for the whole run, since racing each chunk against one long promise would keep a
 * reaction of every chunk in memory.
 *
 * @param limit bounds the wait for the source's own ending
 */
export async function* interruptible<T>(
  source: AsyncIterable<T>,
  signal: AbortSignal,
  limit: StopLimit,
): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]()
  let interrupt: ((reason: unknown) => void) | undefined
  const onAbort = () => interrupt?.(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  let hasEnded = false
  try {
    while (true) {
      signal.throwIfAborted()
      const result = await new Promise<IteratorResult<T>>((resolve, reject) => {
        interrupt = reject
        iterator.next().then(resolve, (error: unknown) => {
          hasEnded = true
          reject(error)
        })
      })
      if (result.done === true) {
        hasEnded = true
        return
      }
      yield result.value
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
    if (!hasEnded) await stop(iterator, limit)
  }
}

/** What ended the run is what is told; how the source took being stopped adds nothing to it. */
async function stop<T>(iterator: AsyncIterator<T>, limit: StopLimit): Promise<void> {
  if (iterator.return === undefined) return
  const timer = new AbortController()
  const waited = Promise.allSettled([limit.wait(timer.signal)])
  await Promise.race([Promise.allSettled([iterator.return()]), waited])
  timer.abort()
}
