import { isFailure } from '../domain/failure.ts'
import type { CatalogWorld } from './catalog-world.ts'
import type { Purpose } from './object-store.ts'
import { probeAccess } from './probe-access.ts'
import { probeFeatures } from './probe-features.ts'
import type { ProbeFinding } from './probe-finding.ts'
import { removeObject } from './records.ts'

export type ProbeLevel = 'quick' | 'full'

const nonceLength = 16
const unreachedNames = [
  'bucket: list',
  'bucket: write',
  'bucket: read',
  'bucket: delete',
  'bucket: conditional writes',
  'bucket: multipart upload',
  'bucket: clock',
  'bucket: unfinished uploads',
]

/**
 * Tries on the bucket what a night's run will need of it, below `probe/`, and removes what it wrote.
 *
 * @param level `full` adds the race: eight writers, of whom exactly one may win
 */
export async function probeBucket(
  world: CatalogWorld,
  level: ProbeLevel,
  signal?: AbortSignal,
): Promise<readonly ProbeFinding[]> {
  const written: string[] = []
  const newKey = () => {
    const key = world.keys.probe(world.random.base32(nonceLength))
    written.push(key)
    return key
  }
  try {
    const access = await probeAccess(world, newKey, signal)
    if (access[0]?.state !== 'ok') return [...access, ...unreachedNames.map(unreached)]
    return [...access, ...(await probeFeatures(world, newKey, level, signal))]
  } finally {
    await removeAll(world, written)
  }
}

function unreached(name: string): ProbeFinding {
  return { name, state: 'unknown', text: 'Not tried: the bucket cannot be reached' }
}

/** With no signal: what was written is removed even where the doctor was interrupted. */
async function removeAll({ store, log }: CatalogWorld, keys: readonly string[]): Promise<void> {
  const purpose: Purpose = { stage: 'check', doing: 'remove a probe object', attempts: 2 }
  for (const key of keys) {
    try {
      const outcome = await removeObject(store, key, purpose)
      if (outcome === 'retained') log.warn(`The probe object ${key} may not be deleted and stays`)
    } catch (error) {
      if (!isFailure(error)) throw error
      log.warn(`The probe object ${key} could not be deleted and stays: ${error.message}`)
      return
    }
  }
}
