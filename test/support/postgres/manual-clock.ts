import type { Clock } from '../../../action/job/ports.ts'

/** A clock that stands still until it is advanced. */
export interface ManualClock extends Clock {
  /** Moves time on, waking sleepers in order, and lets what they do run. */
  advance(ms: number): Promise<void>
}

interface Sleeper {
  readonly at: number
  wake(): void
}

/** A clock for tests in which timing must decide nothing. */
export function createManualClock(start = Date.UTC(2026, 0, 1)): ManualClock {
  let now = start
  const sleepers = new Set<Sleeper>()
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve))
  return {
    now: () => new Date(now),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const onAbort = () => {
          sleepers.delete(sleeper)
          reject(signal?.reason)
        }
        const sleeper = {
          at: now + ms,
          wake: () => {
            signal?.removeEventListener('abort', onAbort)
            resolve()
          },
        }
        signal?.addEventListener('abort', onAbort, { once: true })
        sleepers.add(sleeper)
      }),
    async advance(ms) {
      const until = now + ms
      await settle()
      for (;;) {
        const next = [...sleepers].filter((s) => s.at <= until).sort((a, b) => a.at - b.at)[0]
        if (!next) break
        sleepers.delete(next)
        now = next.at
        next.wake()
        await settle()
      }
      now = until
    },
  }
}
