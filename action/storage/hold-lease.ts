import { Failure, isFailure } from '../domain/failure.ts'
import type { Lease } from '../job/ports.ts'
import type { CatalogWorld } from './catalog-world.ts'
import { type LeaseDocument, leaseTtlMs, parseLease, writeLease } from './lease-document.ts'
import type { Purpose } from './object-store.ts'
import { DeadlineError, withDeadline } from './with-deadline.ts'

interface Hold {
  readonly key: string
  readonly lease: LeaseDocument
  readonly etag: string
}

type Renewal =
  | { readonly kind: 'renewed'; readonly hold: Hold }
  /** Not yet; without `hold` somebody else has it. */
  | { readonly kind: 'again'; readonly hold: Hold | undefined }

const renewEveryMs = 10_000
const retryEveryMs = 1_000
/** A lease counts as lost a little before others may take it. */
const safetyMarginMs = 3_000
const releaseTimeoutMs = 5_000
/** Clear of every clock: what two holders take for the bucket's time differs by up to a second. */
const longAgo = new Date(0).toISOString()

/** Renews an acquired lease until it is released, and says so where that is no longer possible. */
export function holdLease(world: CatalogWorld, acquired: Hold): Lease {
  const { clock, log } = world
  const stop = new AbortController()
  const lost = new AbortController()
  const { name } = acquired.lease
  const renewing = keepRenewing(world, acquired, stop.signal).then((isLost) => {
    if (isLost) lost.abort(lostLease(name))
  })
  return {
    lost: lost.signal,
    release: async () => {
      stop.abort()
      await renewing
      try {
        await withDeadline(clock, releaseTimeoutMs, undefined, (signal) =>
          giveBack(world, acquired, {
            stage: 'lease',
            doing: `release the lease "${name}"`,
            signal,
          }),
        )
      } catch (error) {
        if (!isFailure(error) && !(error instanceof DeadlineError)) throw error
        log.warn(`The lease "${name}" was not released and expires by itself: ${error.message}`)
      }
    },
  }
}

/** @returns whether it was lost, rather than given back */
async function keepRenewing(
  world: CatalogWorld,
  acquired: Hold,
  stop: AbortSignal,
): Promise<boolean> {
  let hold: Hold | undefined = acquired
  while (await sleepUnless(world, renewEveryMs, stop)) {
    hold = await renew(world, hold, stop)
    if (hold === undefined) return !stop.aborted
  }
  return false
}

/** Tries until it is renewed, somebody else has it, or its time is nearly over. */
async function renew(
  world: CatalogWorld,
  hold: Hold,
  stop: AbortSignal,
): Promise<Hold | undefined> {
  const { clock, serverClock } = world
  let current: Hold | undefined = hold
  while (current !== undefined && !stop.aborted) {
    const expiry: number = Date.parse(current.lease.expiresAt) - safetyMarginMs
    const leftMs: number = expiry - serverClock.now().getTime()
    if (leftMs <= 0) return undefined
    const before: Hold = current
    try {
      const renewal: Renewal = await withDeadline(clock, leftMs, stop, (signal) =>
        renewOnce(world, before, { stage: 'lease', doing: 'renew the lease', signal }),
      )
      if (renewal.kind === 'renewed') return renewal.hold
      current = renewal.hold
    } catch (error) {
      if (!isFailure(error) && !(error instanceof DeadlineError) && !stop.aborted) throw error
    }
    if (!(await sleepUnless(world, retryEveryMs, stop))) return undefined
  }
  return undefined
}

async function renewOnce(
  { store, serverClock }: CatalogWorld,
  { key, lease, etag }: Hold,
  purpose: Purpose,
): Promise<Renewal> {
  const expiresAt = new Date(serverClock.now().getTime() + leaseTtlMs).toISOString()
  const next: LeaseDocument = { ...lease, expiresAt }
  const outcome = await store.putIf(key, writeLease(next), { kind: 'matches', etag }, purpose)
  if (outcome.kind === 'written') {
    return { kind: 'renewed', hold: { key, lease: next, etag: outcome.etag } }
  }
  const found = await store.get(key, purpose)
  const present = found === undefined ? undefined : parseLease(found.bytes)
  if (found === undefined || present?.nonce !== lease.nonce)
    return { kind: 'again', hold: undefined }
  const hold = { key, lease: present, etag: found.etag }
  return { kind: present.expiresAt === expiresAt ? 'renewed' : 'again', hold }
}

/** AWS deletes under a condition; elsewhere a record that has expired says the same. */
async function giveBack(world: CatalogWorld, acquired: Hold, purpose: Purpose): Promise<void> {
  const { store } = world
  const { key } = acquired
  const found = await store.get(key, purpose)
  const present = found === undefined ? undefined : parseLease(found.bytes)
  if (found === undefined || present?.nonce !== acquired.lease.nonce) return
  if (store.removesConditionally) {
    const removal = await store.removeIf(key, found.etag, purpose)
    if (removal === 'removed') return
  }
  const expired = { ...present, expiresAt: longAgo }
  await store.putIf(key, writeLease(expired), { kind: 'matches', etag: found.etag }, purpose)
}

/** @returns false where the signal fired */
async function sleepUnless(
  { clock }: CatalogWorld,
  ms: number,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await clock.sleep(ms, signal)
    return !signal.aborted
  } catch (error) {
    if (signal.aborted) return false
    throw error
  }
}

function lostLease(name: string): Failure {
  return new Failure({
    code: 'lease_held',
    stage: 'lease',
    message: `Cannot keep the lease "${name}": it could not be renewed in time, expected to hold it to the end`,
    hint: 'Another run may have started meanwhile. Check the network to the bucket and start again.',
  })
}
