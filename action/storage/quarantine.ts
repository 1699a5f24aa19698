import { Failure } from '../domain/failure.ts'
import type { ObjectKeys } from '../domain/object-keys.ts'
import type { ObjectStore, Purpose } from './object-store.ts'
import type { ServerClock } from './server-clock.ts'

const attemptsMax = 5

/**
 * Keeps a copy of a manifest that cannot be read, before anything takes its place. Never writes over
 * another copy: a key that is taken moves this one a millisecond on.
 *
 * @returns the copy's key
 * @throws {Failure} `manifest_unwritable` where no copy could be made
 */
export async function quarantine(
  world: {
    readonly store: ObjectStore
    readonly keys: ObjectKeys
    readonly serverClock: ServerClock
  },
  bytes: Uint8Array,
  purpose: Purpose,
): Promise<string> {
  const { store, keys, serverClock } = world
  const now = serverClock.now().getTime()
  let cause: unknown
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const key = keys.quarantine(new Date(now + attempt))
    const outcome = await store.putIf(key, bytes, { kind: 'absent' }, purpose)
    if (outcome.kind === 'written') return key
    if (outcome.kind === 'unknown') cause = outcome.failure
  }
  throw new Failure({
    code: 'manifest_unwritable',
    stage: purpose.stage,
    message: `Cannot ${purpose.doing}: the unreadable manifest.json could not be copied to quarantine, expected a copy before it is rebuilt`,
    hint: 'Nothing was changed. Try again; the backups themselves are not affected.',
    cause,
  })
}
