/**
 * Waits for `work` no longer than until `signal` fires, which rejects with the signal's reason. The
 * work itself goes on; what it still brings is dropped.
 */
export async function abortable<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (signal === undefined) {
    return await work
  }
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const onAbort = () => reject(signal.reason)
  // Settling twice is no error, so a late end of the work is heard by nobody.
  work.then(resolve, reject)
  signal.addEventListener('abort', onAbort)
  try {
    if (signal.aborted) {
      onAbort()
    }
    return await promise
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
