import { Failure } from '../domain/failure.ts'
import type { Manifest } from '../domain/manifest.ts'
import type { ObjectKeys } from '../domain/object-keys.ts'
import type { ObjectStore, Purpose } from './object-store.ts'
import { parseManifest } from './parse-manifest.ts'

/** The manifest as it lies in the bucket, with what a swap needs. */
export type LoadedManifest =
  | { readonly kind: 'found'; readonly manifest: Manifest; readonly etag: string }
  | {
      readonly kind: 'corrupt'
      readonly reason: string
      readonly bytes: Uint8Array
      readonly etag: string
    }
  | { readonly kind: 'missing' }

/**
 * Reads the manifest. What looks corrupt is read once more before that is believed: a bent reading
 * must not cost a healthy index.
 *
 * @throws {Failure} `manifest_version_unknown` where a newer version wrote it
 */
export async function loadManifest(
  { store, keys }: { readonly store: ObjectStore; readonly keys: ObjectKeys },
  purpose: Purpose,
): Promise<LoadedManifest> {
  const first = await store.get(keys.manifest, purpose)
  if (first === undefined) return { kind: 'missing' }
  const reading = parseManifest(first.bytes)
  if (reading.kind === 'found') return { ...reading, etag: first.etag }
  const second = await store.get(keys.manifest, purpose)
  if (second === undefined) return { kind: 'missing' }
  const again = parseManifest(second.bytes)
  switch (again.kind) {
    case 'found':
      return { ...again, etag: second.etag }
    case 'newer':
      throw newerVersion(again.version, purpose)
    case 'corrupt':
      return { ...again, bytes: second.bytes, etag: second.etag }
  }
}

function newerVersion(version: string, purpose: Purpose): Failure {
  return new Failure({
    code: 'manifest_version_unknown',
    stage: purpose.stage,
    message: `Cannot ${purpose.doing}: manifest.json has version ${JSON.stringify(version.slice(0, 20))}, expected version 1`,
    hint: 'A newer Strongroom wrote it: use that version, or another prefix.',
  })
}
