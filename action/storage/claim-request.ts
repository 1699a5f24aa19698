import { type AuditEntry, auditEntrySchema } from '../domain/audit-entry.ts'
import { Failure } from '../domain/failure.ts'
import type { Claimant } from '../domain/object-keys.ts'
import type { CatalogWorld } from './catalog-world.ts'
import { backOffMs } from './jitter.ts'
import type { Purpose } from './object-store.ts'
import { readJson, writeJson } from './read-json.ts'

type ClaimWorld = Omit<CatalogWorld, 'log' | 'serverClock' | 'recordMemory'>

/** What a run writes before it carries out a request: an audit entry that names both. */
export type RequestClaim = AuditEntry & {
  readonly requestId: string
  readonly run: { readonly id: string; readonly attempt: number }
}

/** `taken`: another run was here before, and its page where it left one. */
export type ClaimOutcome =
  | { readonly kind: 'claimed' }
  | { readonly kind: 'taken'; readonly runUrl?: string | undefined }

const attemptsMax = 6
const backOff = { baseMs: 200, maxMs: 5_000 }

/**
 * Claims a request for one run, once and for ever: the audit object of a request has a key that follows from its id,
 * and is only ever created. Whatever the answer was, the object that lies there decides; the same run may claim
 * again. Where the bucket honours no conditions, two runs within the same moment are not told apart.
 *
 * What is claimed for the account that all workflows share gives way to a claim for an account of its own, and never
 * stands in the way of one: any workflow could make it.
 *
 * @throws {Failure} what the bucket refuses, or that it confirmed nothing: then nothing may be carried out
 */
export async function claimRequest(
  world: ClaimWorld,
  claim: RequestClaim,
  claimant: Claimant,
  purpose: Purpose,
): Promise<ClaimOutcome> {
  const key = (whose: Claimant) => world.keys.request(claim.requestId, whose)
  const outcome = await createClaim(world, key(claimant), claim, purpose)
  if (claimant === 'account' || outcome.kind === 'taken') return outcome
  return (await readClaim(world, key('account'), claim, purpose)) ?? outcome
}

async function createClaim(
  world: ClaimWorld,
  key: string,
  claim: RequestClaim,
  purpose: Purpose,
): Promise<ClaimOutcome> {
  const { store, conditions, clock, random } = world
  const bytes = writeJson(auditEntrySchema.parse(claim))
  const isConditional = (await conditions.verdict(purpose)) === 'honoured'
  let cause: unknown
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const before = await readClaim(world, key, claim, purpose)
    if (before !== undefined) return before
    if (isConditional) {
      const outcome = await store.putIf(key, bytes, { kind: 'absent' }, purpose)
      if (outcome.kind === 'written') return { kind: 'claimed' }
      if (outcome.kind === 'unknown') cause = outcome.failure
      await clock.sleep(backOffMs(random, attempt, backOff), purpose.signal)
    } else {
      await store.put(key, bytes, purpose)
    }
  }
  const after = await readClaim(world, key, claim, purpose)
  if (after !== undefined) return after
  throw new Failure({
    code: 'bucket_error',
    stage: purpose.stage,
    message: `Cannot ${purpose.doing}: the bucket confirmed none of ${attemptsMax} tries, expected the claim to be stored`,
    hint: 'Nothing was done. Ask again when the bucket answers.',
    cause,
  })
}

async function readClaim(
  { store }: ClaimWorld,
  key: string,
  { run }: RequestClaim,
  purpose: Purpose,
): Promise<ClaimOutcome | undefined> {
  const document = await store.get(key, purpose)
  if (document === undefined) return undefined
  const entry = auditEntrySchema.safeParse(readJson(document.bytes)?.value).data
  if (entry?.run?.id === run.id) return { kind: 'claimed' }
  return { kind: 'taken', runUrl: entry?.runUrl }
}
