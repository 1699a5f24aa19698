import { type Claimant, createObjectKeys } from '../domain/object-keys.ts'
import type { Catalog, Clock, Log, Random, Vault } from '../job/ports.ts'
import { readAddressing } from './addressing.ts'
import { type ClaimOutcome, claimRequest, type RequestClaim } from './claim-request.ts'
import { createConditions } from './conditions.ts'
import { createCatalog } from './create-catalog.ts'
import { createVault } from './create-vault.ts'
import type { Purpose } from './object-store.ts'
import { type ProbeLevel, probeBucket } from './probe-bucket.ts'
import type { ProbeFinding } from './probe-finding.ts'
import type { RecordMemory } from './records.ts'
import { type Credentials, createS3Client } from './s3-client.ts'
import { createS3ObjectStore } from './s3-object-store.ts'
import { createServerClock } from './server-clock.ts'
import { createSigningRegion } from './signing-region.ts'

/** Which bucket, how it is reached, and the effects that reaching it needs. */
export interface BucketSettings {
  readonly bucket: string
  readonly prefix: string
  /** "auto": R2's own; on AWS the bucket is asked where it is. */
  readonly region: string
  /** Absent: AWS. */
  readonly endpoint?: string | undefined
  /** Absent: the SDK's own chain (environment, OIDC, profile, instance). */
  readonly credentials?: Credentials | undefined
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** @default 10,000 */
  readonly connectTimeoutMs?: number
  /** The longest silence of a request before it is abandoned. @default 30,000 */
  readonly requestTimeoutMs?: number
}

/** A bucket under one prefix. Nothing is sent before it is used. */
export interface OpenBucket {
  readonly catalog: Catalog
  readonly vault: Vault
  /** Takes a request for this run; once it is taken no other run of this claimant gets it. */
  claimRequest(claim: RequestClaim, claimant: Claimant, signal?: AbortSignal): Promise<ClaimOutcome>
  /** What the doctor wants to know. Everything that it writes is removed. */
  probe(level: ProbeLevel, signal?: AbortSignal): Promise<readonly ProbeFinding[]>
  /** Whether there can be a manifest here: only where conditional writes are honoured. */
  keepsManifest(signal?: AbortSignal): Promise<boolean>
  /** The time as the bucket's servers have it; this machine's before their first answer. */
  serverTime(): Date
  /** Closes connections. Idempotent. */
  close(): void
}

const probePurpose = { stage: 'check', doing: 'probe conditional writes', attempts: 2 } as const
const connectTimeoutMsDefault = 10_000
const requestTimeoutMsDefault = 30_000

/**
 * Opens the bucket that keeps the backups.
 *
 * @throws {Failure} `invalid_input` for an unusable prefix or endpoint
 */
export function openBucket(settings: BucketSettings): OpenBucket {
  const { bucket, prefix, clock, random, log } = settings
  const addressing = readAddressing(settings.region, settings.endpoint)
  const region = createSigningRegion(addressing)
  const place = () => ({ bucket, host: addressing.host, region: region.current() })
  const serverClock = createServerClock(clock)
  const client = createS3Client({
    addressing,
    region,
    credentials: settings.credentials,
    clock,
    serverClock,
    connectTimeoutMs: settings.connectTimeoutMs ?? connectTimeoutMsDefault,
    requestTimeoutMs: settings.requestTimeoutMs ?? requestTimeoutMsDefault,
  })
  const keys = createObjectKeys(prefix)
  const store = createS3ObjectStore({
    client,
    bucket,
    addressing,
    region,
    place,
    clock,
    random,
    log,
  })
  const conditions = createConditions({ store, keys, clock, random, log })
  const recordMemory: RecordMemory = new Map()
  const world = { store, keys, conditions, serverClock, clock, random, log, recordMemory }
  return {
    catalog: createCatalog(world),
    vault: createVault(world, place()),
    claimRequest: (claim, claimant, signal) =>
      claimRequest(world, claim, claimant, { stage: 'gate', doing: 'claim the request', signal }),
    probe: (level, signal) => probeBucket(world, level, signal),
    async keepsManifest(signal) {
      const purpose: Purpose = { ...probePurpose, signal }
      return (await conditions.verdict(purpose)) === 'honoured'
    },
    serverTime: () => serverClock.now(),
    close: () => client.destroy(),
  }
}
