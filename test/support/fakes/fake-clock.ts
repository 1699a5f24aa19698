import type { Clock } from '../../../action/job/ports.ts'

/** A clock on which every sleep is over at once and has taken its time all the same. */
export interface FakeClock extends Clock {
  advance(ms: number): void
  /** Every sleep that was asked for, in milliseconds. */
  readonly slept: readonly number[]
}

/** A {@link FakeClock} that starts at `start`. */
export function createFakeClock(start = '2026-11-22T03:00:12.000Z'): FakeClock {
  let now = Date.parse(start)
  const slept: number[] = []
  return {
    slept,
    now: () => new Date(now),
    advance: (ms) => {
      now += ms
    },
    sleep: async (ms, signal) => {
      signal?.throwIfAborted()
      slept.push(ms)
      await Promise.resolve()
      signal?.throwIfAborted()
      now += ms
    },
  }
}
