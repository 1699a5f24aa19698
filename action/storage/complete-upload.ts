import { Failure } from '../domain/failure.ts'
import type { CatalogWorld } from './catalog-world.ts'
import { backOffMs } from './jitter.ts'
import type { ObjectFacts, Part, Purpose, UploadRef, WriteOutcome } from './object-store.ts'

/** What the finished object must be. */
export interface ExpectedObject {
  readonly size: number
  readonly nonce: string
}

type CompletionWorld = Pick<CatalogWorld, 'store' | 'clock' | 'random'>

const attemptsMax = 6
const backOff = { baseMs: 300, maxMs: 5_000 }

/**
 * Turns the parts into the object, which must not be there yet, and lets HEAD decide whether that
 * has happened: completing may answer 200 with an error, fail after it has committed, or find no
 * upload because the try before was successful.
 *
 * @param isConditional whether the provider honours If-None-Match
 * @throws {Failure} `upload_failed` where the object is not there, or is not ours
 */
export async function completeUpload(
  world: CompletionWorld,
  upload: UploadRef,
  parts: readonly Part[],
  expected: ExpectedObject,
  isConditional: boolean,
  purpose: Purpose,
): Promise<void> {
  const { store, clock, random } = world
  let condition = isConditional ? ({ kind: 'absent' } as const) : undefined
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await store.completeUpload(upload, parts, condition, purpose)
    const facts = await store.head(upload.key, purpose)
    if (facts !== undefined) return requireOurs(facts, expected, purpose)
    if (outcome.kind === 'unsupported') condition = undefined
    if (attempt >= attemptsMax) throw notThere(outcome, purpose)
    await clock.sleep(backOffMs(random, attempt, backOff), purpose.signal)
  }
}

function requireOurs(facts: ObjectFacts, expected: ExpectedObject, purpose: Purpose): void {
  if (facts.metadata['nonce'] !== expected.nonce) {
    throw uploadFailure(
      purpose,
      'another object has taken its place, expected the key to be free',
      'Nothing was overwritten. Run the backup again; it gets an id of its own.',
    )
  }
  if (facts.size !== expected.size) {
    throw uploadFailure(
      purpose,
      `the bucket holds ${facts.size} bytes, expected ${expected.size}`,
      'The backup does not count. Run it again; if this repeats, ask the provider.',
    )
  }
}

function notThere(outcome: WriteOutcome, purpose: Purpose): Failure {
  const last = outcome.kind === 'unknown' ? outcome.failure.message : outcome.kind
  return uploadFailure(
    purpose,
    `the upload could not be completed in ${attemptsMax} tries (${last}), expected the object to be there`,
    'The backup does not count. Run it again.',
    outcome.kind === 'unknown' ? outcome.failure : undefined,
  )
}

export function uploadFailure(
  purpose: Purpose,
  text: string,
  hint: string,
  cause?: unknown,
): Failure {
  return new Failure({
    code: 'upload_failed',
    stage: purpose.stage,
    message: `Cannot ${purpose.doing}: ${text}`,
    hint,
    cause,
  })
}
