import type { Clock } from './ports.ts'

/** The two clocks that age is told by. */
export interface Clocks {
  readonly clock: Clock
  /** The time as the bucket has it, this machine's own before the bucket has answered. */
  readonly bucketTime: () => Date
}

/** The bucket tells its time to the second and late: less than this says nothing of the machine's clock. */
const aheadMaxMs = 5 * 60_000

/**
 * The time for whatever deletes by age: this machine's, or the bucket's where the machine is ahead of it and
 * would take every backup for old. To be asked once the bucket has answered.
 */
export function cautiousNow({ clock, bucketTime }: Clocks): Date {
  const [now, told] = [clock.now(), bucketTime()]
  return now.getTime() - told.getTime() > aheadMaxMs ? told : now
}
