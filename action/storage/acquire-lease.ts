import { createHash } from 'node:crypto'
import { Failure } from '../domain/failure.ts'
import type { Lease } from '../job/ports.ts'
import type { CatalogWorld } from './catalog-world.ts'
import { holdLease } from './hold-lease.ts'
import { backOffMs } from './jitter.ts'
import { type LeaseDocument, leaseTtlMs, parseLease, writeLease } from './lease-document.ts'
import type { Condition, Purpose } from './object-store.ts'

const attemptsMax = 8
const backOff = { baseMs: 100, maxMs: 2_000 }
const nonceLength = 16

/**
 * Takes the lease `name`: creates its object, or takes over one that has expired by the bucket's
 * clock. Times are the bucket's, since holders run on machines whose clocks differ.
 *
 * Where the provider keeps no conditions nothing can be held: that is said, and the work goes on,
 * relying on the workflow's `concurrency`.
 *
 * @throws {Failure} `lease_held` with the holder and until when
 */
export async function acquireLease(
  world: CatalogWorld,
  name: string,
  holder: string,
  purpose: Purpose,
): Promise<Lease> {
  if ((await world.conditions.verdict(purpose)) !== 'honoured') {
    world.log.warn('This bucket cannot hold leases: only "concurrency" keeps two runs apart')
    return { lost: new AbortController().signal, release: async () => {} }
  }
  const { store, serverClock, clock, random } = world
  const key = world.keys.lease(keyPart(name))
  const nonce = random.base32(nonceLength)
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const found = await store.get(key, purpose)
    const present = found === undefined ? undefined : parseLease(found.bytes)
    const now = serverClock.now()
    if (present !== undefined && present.nonce !== nonce && isAlive(present, now)) {
      throw held(present, purpose)
    }
    const lease = leaseFrom({ name, holder, nonce, now, before: present })
    const condition: Condition =
      found === undefined ? { kind: 'absent' } : { kind: 'matches', etag: found.etag }
    const outcome = await store.putIf(key, writeLease(lease), condition, purpose)
    if (outcome.kind === 'written') return holdLease(world, { key, lease, etag: outcome.etag })
    await clock.sleep(backOffMs(random, attempt, backOff), purpose.signal)
  }
  throw new Failure({
    code: 'lease_held',
    stage: purpose.stage,
    message: `Cannot ${purpose.doing}: it was contended ${attemptsMax} times in a row, expected it to be free`,
    hint: 'Another run is taking it. Try again when that one has ended.',
  })
}

function leaseFrom(facts: {
  readonly name: string
  readonly holder: string
  readonly nonce: string
  readonly now: Date
  readonly before: LeaseDocument | undefined
}): LeaseDocument {
  const { name, holder, nonce, now, before } = facts
  return {
    version: 1,
    name,
    holder,
    nonce,
    generation: (before?.generation ?? 0) + 1,
    acquiredAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + leaseTtlMs).toISOString(),
  }
}

function isAlive({ expiresAt }: LeaseDocument, now: Date): boolean {
  return Date.parse(expiresAt) > now.getTime()
}

function held(lease: LeaseDocument, purpose: Purpose): Failure {
  return new Failure({
    code: 'lease_held',
    stage: purpose.stage,
    message: `Cannot ${purpose.doing}: ${lease.holder} has held it since ${lease.acquiredAt}, expected it to be free`,
    hint: `Wait until that run has ended. If it has died, the lease is free ${leaseTtlMs / 1000} s after its last sign of life.`,
  })
}

/** A name may be a database's, with any characters; a key may not. */
function keyPart(name: string): string {
  if (/^[A-Za-z0-9_-]{1,64}$/.test(name)) return name
  return createHash('sha256').update(name).digest('hex').slice(0, 32)
}
