import { entryOf } from '../domain/entry-of-record.ts'
import type { Manifest } from '../domain/manifest.ts'
import type { CatalogWorld } from './catalog-world.ts'
import { loadManifest } from './load-manifest.ts'
import type { Condition, Purpose } from './object-store.ts'
import { quarantine } from './quarantine.ts'
import { readAllRecords } from './records.ts'
import { restoreMarks } from './restore-marks.ts'

type BaseWorld = Pick<CatalogWorld, 'store' | 'keys' | 'serverClock' | 'log' | 'recordMemory'>

/** What one try of a swap starts from. */
export interface ManifestBase {
  readonly manifest: Manifest
  readonly condition: Condition
  /** The contents are news themselves, and worth writing even without a change. */
  readonly isRebuilt: boolean
}

/** ETags of corrupt manifests of which this change has already made a copy. */
export type Quarantined = Set<string>

/**
 * The manifest that a change applies to: as it lies there; or, where it is missing or corrupt,
 * rebuilt from the records. A corrupt one is copied to quarantine first.
 */
export async function readManifestBase(
  world: BaseWorld,
  quarantined: Quarantined,
  purpose: Purpose,
): Promise<ManifestBase> {
  const loaded = await loadManifest(world, purpose)
  if (loaded.kind === 'found') {
    const { manifest, etag } = loaded
    return { manifest, condition: { kind: 'matches', etag }, isRebuilt: false }
  }
  const manifest = await rebuildManifest(world, purpose)
  if (loaded.kind === 'missing') {
    const isRebuilt = manifest.backups.length > 0
    if (isRebuilt) world.log.warn(`manifest.json is missing: ${rebuiltFrom(manifest)}`)
    return { manifest, condition: { kind: 'absent' }, isRebuilt }
  }
  if (!quarantined.has(loaded.etag)) {
    const key = await quarantine(world, loaded.bytes, purpose)
    quarantined.add(loaded.etag)
    world.log.warn(
      `manifest.json cannot be read (${loaded.reason}): ${rebuiltFrom(manifest)}; a copy is kept as ${key}`,
    )
  }
  return { manifest, condition: { kind: 'matches', etag: loaded.etag }, isRebuilt: true }
}

/** The index as the records give it, and the audit trail what people had said of them. */
export async function rebuildManifest(world: BaseWorld, purpose: Purpose): Promise<Manifest> {
  const { records, problems } = await readAllRecords(world, purpose)
  for (const problem of problems) world.log.warn(`Not in the rebuilt index: ${problem}`)
  return {
    version: 1,
    revision: 0,
    updatedAt: world.serverClock.now().toISOString(),
    backups: [...(await restoreMarks(world, records.map(entryOf), purpose))],
  }
}

function rebuiltFrom({ backups }: Manifest): string {
  return `it is rebuilt from ${backups.length} ${backups.length === 1 ? 'record' : 'records'}`
}
