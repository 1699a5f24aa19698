import { Failure } from '../domain/failure.ts'
import type { ObjectKeys } from '../domain/object-keys.ts'
import type { Clock, Log, Random } from '../job/ports.ts'
import { backOffMs } from './jitter.ts'
import type { Condition, ObjectStore, Purpose, WriteOutcome } from './object-store.ts'

/** What a provider makes of conditional writes. */
export type ConditionVerdict = 'honoured' | 'refused' | 'ignored'

/** Knows, or finds out once, what this provider makes of conditions. */
export interface Conditions {
  verdict(purpose: Purpose): Promise<ConditionVerdict>
}

interface ConditionWorld {
  readonly store: ObjectStore
  readonly keys: ObjectKeys
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

const attemptsMax = 5
const backOff = { baseMs: 200, maxMs: 5_000 }
const nonceLength = 16
/** No object that was just written has this one. */
const strangeEtag = '"00000000000000000000000000000000"'

/**
 * Probes conditional writes before the first write of a process relies on them. A condition that is
 * silently ignored is a lock that always succeeds, which is worse than one that is refused.
 */
export function createConditions(world: ConditionWorld): Conditions {
  let known: Promise<ConditionVerdict> | undefined
  return {
    verdict: (purpose) => {
      // The answer serves later callers too, so it is not told in the words of the first.
      const doing = 'find out whether the bucket keeps conditional writes'
      known ??= probeConditions(world, { ...purpose, doing }).catch((error: unknown) => {
        known = undefined
        throw error
      })
      return known
    },
  }
}

/**
 * Writes one object twice under If-None-Match and once under a strange ETag: the second and the
 * third must fail. What it wrote is removed again.
 */
export async function probeConditions(
  world: ConditionWorld,
  purpose: Purpose,
): Promise<ConditionVerdict> {
  const key = world.keys.probe(world.random.base32(nonceLength))
  try {
    const first = await putUntilKnown(world, key, { kind: 'absent' }, purpose)
    if (first === 'unsupported') return 'refused'
    const verdict = await expectRefusal(world, key, { kind: 'absent' }, purpose)
    if (verdict !== 'honoured') return verdict
    return await expectRefusal(world, key, { kind: 'matches', etag: strangeEtag }, purpose)
  } finally {
    await removeProbe(world, key, purpose)
  }
}

async function expectRefusal(
  world: ConditionWorld,
  key: string,
  condition: Condition,
  purpose: Purpose,
): Promise<ConditionVerdict> {
  const outcome = await putUntilKnown(world, key, condition, purpose)
  if (outcome === 'unsupported') return 'refused'
  return outcome === 'written' ? 'ignored' : 'honoured'
}

async function putUntilKnown(
  { store, clock, random }: ConditionWorld,
  key: string,
  condition: Condition,
  purpose: Purpose,
): Promise<WriteOutcome['kind']> {
  const bytes = new TextEncoder().encode(JSON.stringify({ probe: condition.kind }))
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await store.putIf(key, bytes, condition, purpose)
    if (outcome.kind !== 'unknown' && outcome.kind !== 'conflict') return outcome.kind
    if (attempt >= attemptsMax) throw undecided(outcome, purpose)
    await clock.sleep(backOffMs(random, attempt, backOff), purpose.signal)
  }
}

function undecided(outcome: WriteOutcome, purpose: Purpose): Failure {
  if (outcome.kind === 'unknown') return outcome.failure
  return new Failure({
    code: 'bucket_error',
    stage: purpose.stage,
    message: `Cannot ${purpose.doing}: the bucket answered ${attemptsMax} times that another write is under way, expected an answer to a conditional write`,
    hint: 'Try again later; if it stays, ask the provider about HTTP 409 on conditional writes.',
  })
}

async function removeProbe({ store, log }: ConditionWorld, key: string, purpose: Purpose) {
  if (purpose.signal?.aborted === true) return
  try {
    const outcome = await store.remove(key, purpose)
    if (outcome === 'refused') log.warn(`The probe object ${key} may not be deleted and stays`)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    log.warn(`The probe object ${key} could not be deleted and stays: ${error.message}`)
  }
}
