import { type AuditEntry, auditEntrySchema } from '../domain/audit-entry.ts'
import { Failure } from '../domain/failure.ts'
import type { CatalogWorld } from './catalog-world.ts'
import { backOffMs } from './jitter.ts'
import type { Purpose } from './object-store.ts'
import { writeJson } from './read-json.ts'

type AuditWorld = Omit<CatalogWorld, 'log' | 'serverClock'>

const nonceLength = 16
const attemptsMax = 5
const backOff = { baseMs: 200, maxMs: 5_000 }

/**
 * Writes one audit object, once, under a key that nobody else can have chosen: a key that is taken
 * after an unknown outcome was taken by ourselves.
 *
 * @returns its key
 */
export async function writeAuditEntry(
  { store, keys, conditions, clock, random }: AuditWorld,
  entry: AuditEntry,
  purpose: Purpose,
): Promise<string> {
  const bytes = writeJson(auditEntrySchema.parse(entry))
  const key = keys.audit(new Date(entry.at), entry.action, random.base32(nonceLength))
  if ((await conditions.verdict(purpose)) !== 'honoured') {
    await store.put(key, bytes, purpose)
    return key
  }
  let cause: unknown
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const outcome = await store.putIf(key, bytes, { kind: 'absent' }, purpose)
    if (outcome.kind === 'written' || outcome.kind === 'condition_failed') return key
    if (outcome.kind === 'unknown') cause = outcome.failure
    await clock.sleep(backOffMs(random, attempt, backOff), purpose.signal)
  }
  throw new Failure({
    code: 'bucket_error',
    stage: purpose.stage,
    message: `Cannot ${purpose.doing}: the bucket confirmed none of ${attemptsMax} tries, expected the audit object to be stored`,
    hint: 'What the command did stands; only its audit object is missing.',
    cause,
  })
}
