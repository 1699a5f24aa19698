/**
 * Waits for `work` no longer than until `signal` fires, which rejects with the signal's reason. The
 * work itself goes on; what it still brings is dropped.
 */
export async function abortable<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (signal === undefined) {
    return await work
  }
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    if (signal.aborted) {
      onAbort()
    }
    // The race also takes care of a late rejection of `work`, of which nobody else would hear.
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
