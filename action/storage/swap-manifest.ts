import { Failure, isFailure } from '../domain/failure.ts'
import { type Manifest, manifestSchema } from '../domain/manifest.ts'
import type { ChangeOutcome, ManifestChange } from '../job/ports.ts'
import type { CatalogWorld } from './catalog-world.ts'
import { backOffMs } from './jitter.ts'
import {
  type ManifestBase,
  type Quarantined,
  readManifestBase,
  rebuildManifest,
} from './manifest-base.ts'
import type { Purpose, WriteOutcome } from './object-store.ts'
import { describe } from './parse-manifest.ts'
import { writeJson } from './read-json.ts'

const triesMax = 10
const backOff = { baseMs: 100, maxMs: 5_000 }
/** Tries against a bucket that hardly answers must not use up a run. */
const swapTimeoutMs = 120_000

/**
 * The compare-and-swap of `manifest.json`.
 *
 * Any answer but 200 says nothing: a 412 can be the own success of a try whose answer was lost, and
 * the last writer need not be the only one. So after each the manifest is read again, and what it
 * holds decides. After ten tries the change is given up as `stale`, softly: the records are the
 * truth, and `repair` rebuilds the index from them.
 *
 * @throws {Failure} `manifest_version_unknown`; what the bucket refuses for good before anything was
 * written
 */
export async function swapManifest<T>(
  world: CatalogWorld,
  change: ManifestChange<T>,
  purpose: Purpose,
): Promise<ChangeOutcome<T>> {
  const verdict = await world.conditions.verdict(purpose)
  if (verdict !== 'honoured') {
    const { value } = change.decide(await rebuildManifest(world, purpose))
    return { value, index: 'unsupported', reason: `conditional writes are ${verdict} here` }
  }
  return await swap(world, change, purpose)
}

async function swap<T>(
  world: CatalogWorld,
  change: ManifestChange<T>,
  purpose: Purpose,
): Promise<ChangeOutcome<T>> {
  const { clock, random } = world
  const startedAt = clock.now().getTime()
  const quarantined: Quarantined = new Set()
  let base = await readManifestBase(world, quarantined, purpose)
  for (let attempt = 1; ; attempt += 1) {
    const { manifest: changed, value } = change.decide(base.manifest)
    if (changed === undefined && !base.isRebuilt) return { value, index: 'unchanged' }
    const outcome = await write(world, base, changed ?? base.manifest, purpose)
    if (outcome.kind === 'written') return { value, index: 'written' }
    if (outcome.kind === 'unsupported') {
      return { value, index: 'unsupported', reason: 'conditional writes are refused here' }
    }
    await clock.sleep(backOffMs(random, attempt, backOff), purpose.signal)
    const again = await readAgain(world, quarantined, purpose)
    if (again instanceof Failure) return { value, index: 'stale', reason: again.message }
    if (change.isApplied(again.manifest)) return { value, index: 'written' }
    if (attempt >= triesMax || clock.now().getTime() - startedAt > swapTimeoutMs) {
      return { value, index: 'stale', reason: giveUp(attempt, outcome) }
    }
    base = again
  }
}

/** Checked right before it is written: what cannot be read back would be lost for every reader. */
async function write(
  { store, keys, serverClock }: CatalogWorld,
  base: ManifestBase,
  next: Manifest,
  purpose: Purpose,
): Promise<WriteOutcome> {
  const parsed = manifestSchema.safeParse({
    ...next,
    revision: base.manifest.revision + 1,
    updatedAt: serverClock.now().toISOString(),
  })
  if (!parsed.success) {
    throw new Failure({
      code: 'manifest_unwritable',
      stage: purpose.stage,
      message: `Cannot ${purpose.doing}: the change makes no valid manifest (${describe(parsed.error)}), expected one that can be read back`,
      hint: 'Nothing was written. This is a defect of Strongroom: please report it.',
    })
  }
  return await store.putIf(keys.manifest, writeJson(parsed.data), base.condition, purpose)
}

/** Once something was sent, a bucket that cannot be read any more leaves the change unknown. */
async function readAgain(
  world: CatalogWorld,
  quarantined: Quarantined,
  purpose: Purpose,
): Promise<ManifestBase | Failure> {
  try {
    return await readManifestBase(world, quarantined, purpose)
  } catch (error) {
    if (isFailure(error)) return error
    throw error
  }
}

function giveUp(tries: number, outcome: WriteOutcome): string {
  const last = outcome.kind === 'unknown' ? outcome.failure.message : `the last was ${outcome.kind}`
  return `${tries} tries to write manifest.json failed: ${last}`
}
