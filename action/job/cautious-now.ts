import type { Clock } from './ports.ts'

/** The two clocks that age is told by. */
export interface Clocks {
  readonly clock: Clock
  /** The time as the bucket has it, this machine's own before the bucket has answered. */
  readonly bucketTime: () => Date
}

/**
 * The earlier of both times, for whatever deletes by age: a machine whose clock is ahead would take every
 * backup for old. To be asked once the bucket has answered.
 */
export function cautiousNow({ clock, bucketTime }: Clocks): Date {
  return new Date(Math.min(clock.now().getTime(), bucketTime().getTime()))
}
