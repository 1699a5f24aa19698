import type { Failure } from '../domain/failure.ts'
import type { Clock, Random } from '../job/ports.ts'
import { bucketFailure } from './bucket-failure.ts'
import type { Place } from './explain-fault.ts'
import { type Fault, faultKind, isNetworkFault, readFault } from './fault.ts'
import { backOffMs } from './jitter.ts'
import type { Purpose } from './object-store.ts'
import type { SigningRegion } from './signing-region.ts'

/** What sending needs of the world. */
export interface SendWorld {
  readonly clock: Clock
  readonly random: Random
  place(): Place
  readonly region: SigningRegion
}

const backOff = { baseMs: 200, maxMs: 10_000 }
/** A name that does not resolve or a port where nobody listens will hardly change in a minute. */
const unreachableAttemptsMax = 4

/** What a request came to: an answer, or a fault with the failure that it would make. */
export type Sent<T> =
  | { readonly kind: 'answered'; readonly answer: T }
  | { readonly kind: 'fault'; readonly fault: Fault; readonly failure: Failure }

/**
 * Sends a request once and tells what came of it.
 *
 * @throws the signal's reason where it fired; defects (errors that are no answer) as they are
 */
export async function sendOnce<T>(
  world: SendWorld,
  purpose: Purpose,
  send: (signal: AbortSignal | undefined) => Promise<T>,
): Promise<Sent<T>> {
  const { signal } = purpose
  signal?.throwIfAborted()
  try {
    return { kind: 'answered', answer: await send(signal) }
  } catch (error) {
    signal?.throwIfAborted()
    if (isDefect(error)) throw error
    const fault = readFault(error)
    // Refused before anything happened: the one fault after which also a single request goes again.
    if (world.region.adopt(fault)) return await sendOnce(world, purpose, send)
    return { kind: 'fault', fault, failure: bucketFailure(fault, purpose, world.place()) }
  }
}

/**
 * Sends a request, and again while its fault is transient. Our own loop instead of the SDK's: its
 * waits end with the signal, its clock is the injected one, and tries are counted a request, not
 * shared in a quota.
 *
 * @param attemptsMax where the purpose does not say
 */
export async function sendWithRetries<T>(
  world: SendWorld,
  purpose: Purpose,
  attemptsMax: number,
  send: (signal: AbortSignal | undefined) => Promise<T>,
): Promise<Sent<T>> {
  const { clock, random } = world
  const limit = purpose.attempts ?? attemptsMax
  for (let attempt = 1; ; attempt += 1) {
    const sent = await sendOnce(world, purpose, send)
    if (sent.kind === 'answered' || !isWorthAnother(sent.fault, attempt, limit)) return sent
    await clock.sleep(backOffMs(random, attempt, backOff), purpose.signal)
  }
}

function isWorthAnother(fault: Fault, attempt: number, limit: number): boolean {
  if (faultKind(fault) !== 'transient' || attempt >= limit) return false
  const isNobodyThere = fault.code === 'ECONNREFUSED' || fault.code === 'ENOTFOUND'
  return !(isNetworkFault(fault) && isNobodyThere && attempt >= unreachableAttemptsMax)
}

/** Errors of our own making must not pass for a faulty network; the system's carry a code. */
function isDefect(error: unknown): boolean {
  if (!(error instanceof Error) || 'code' in error) return false
  return (
    error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError
  )
}
