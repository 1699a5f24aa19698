import type { ObjectKeys } from '../domain/object-keys.ts'
import type { Clock, Log, Random } from '../job/ports.ts'
import type { Conditions } from './conditions.ts'
import type { ObjectStore } from './object-store.ts'
import type { RecordMemory } from './records.ts'
import type { ServerClock } from './server-clock.ts'

/** What everything that is kept in a bucket needs of the world. */
export interface CatalogWorld {
  readonly store: ObjectStore
  readonly keys: ObjectKeys
  readonly conditions: Conditions
  readonly serverClock: ServerClock
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** Shared by everything that works on one prefix in one process. */
  readonly recordMemory: RecordMemory
}
