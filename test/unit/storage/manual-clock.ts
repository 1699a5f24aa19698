import type { Clock } from '../../../action/job/ports.ts'

interface Sleeper {
  readonly wakesAt: number
  wake(): void
}

/** A clock that only moves when told to. */
export interface ManualClock extends Clock {
  /** Moves time on, waking sleepers in the order of their times. */
  advance(ms: number): Promise<void>
  readonly sleeping: number
}

/** A clock that stands still at `start` until it is advanced. */
export function createManualClock(start = '2026-11-22T03:00:00.000Z'): ManualClock {
  let now = Date.parse(start)
  const sleepers = new Set<Sleeper>()
  return {
    now: () => new Date(now),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(signal.reason)
          return
        }
        const sleeper = {
          wakesAt: now + ms,
          wake: () => {
            signal?.removeEventListener('abort', onAbort)
            resolve()
          },
        }
        const onAbort = () => {
          sleepers.delete(sleeper)
          reject(signal?.reason)
        }
        signal?.addEventListener('abort', onAbort, { once: true })
        sleepers.add(sleeper)
      }),
    async advance(ms) {
      const until = now + ms
      await settle()
      while (true) {
        const [next] = [...sleepers].sort((one, other) => one.wakesAt - other.wakesAt)
        if (next === undefined || next.wakesAt > until) break
        now = Math.max(now, next.wakesAt)
        sleepers.delete(next)
        next.wake()
        await settle()
      }
      now = until
    },
    get sleeping() {
      return sleepers.size
    },
  }
}

/** A clock on which every sleep is over at once, and has taken its time all the same. */
export function createHastyClock(start = '2026-11-22T03:00:00.000Z'): Clock {
  let now = Date.parse(start)
  return {
    now: () => new Date(now),
    async sleep(ms, signal) {
      signal?.throwIfAborted()
      await Promise.resolve()
      signal?.throwIfAborted()
      now += ms
    },
  }
}

/** Lets everything run that waits for nothing but promises. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}
