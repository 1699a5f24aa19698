import type { Clock } from '../job/ports.ts'

/**
 * Runs `work` with a signal of its own that fires after `limitMs` or with `parent`, for requests
 * that must not outlast something: a lease, a runner that is being stopped.
 */
export async function withDeadline<T>(
  clock: Clock,
  limitMs: number,
  parent: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const timer = new AbortController()
  const expiry = new AbortController()
  const signal = parent === undefined ? expiry.signal : AbortSignal.any([expiry.signal, parent])
  const waiting = clock.sleep(limitMs, timer.signal).then(
    () => expiry.abort(new DeadlineError(limitMs)),
    (error: unknown) => {
      if (!timer.signal.aborted) throw error
    },
  )
  try {
    return await work(signal)
  } finally {
    timer.abort()
    await waiting
  }
}

/** The reason of a signal whose time is over. A class, so that it is told from other reasons. */
export class DeadlineError extends Error {
  constructor(limitMs: number) {
    super(`No answer within ${limitMs} ms`)
    this.name = 'DeadlineError'
  }
}
