import type { Clock } from '../job/ports.ts'

/** The time as the bucket's servers have it, learnt from the `Date` of every answer. */
export interface ServerClock {
  now(): Date
  /** How far this machine is ahead of the bucket; `undefined` before the first answer. */
  skewMs(): number | undefined
  learn(date: string | undefined, sentAt: Date): void
}

/** A `Date` header is cut to the second: on average it is half of one behind. */
const headerLagMs = 500

/** Ids, leases and retention must not depend on the clock of a runner that may be wrong. */
export function createServerClock(clock: Clock): ServerClock {
  let aheadMs: number | undefined
  return {
    now: () => new Date(clock.now().getTime() - (aheadMs ?? 0)),
    skewMs: () => aheadMs,
    learn: (date, sentAt) => {
      const served = Date.parse(date ?? '')
      if (Number.isNaN(served)) return
      const middle = (sentAt.getTime() + clock.now().getTime()) / 2
      aheadMs = Math.round(middle - served - headerLagMs)
    },
  }
}
