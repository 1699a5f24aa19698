import type { Backup } from '../domain/backup.ts'
import { findBackup, putBackup } from '../domain/manifest-changes.ts'
import type { ObjectKeys } from '../domain/object-keys.ts'
import type { Catalog, Log, Vault } from './ports.ts'
import { removeBackup } from './remove-backup.ts'

interface RemoveAllDependencies {
  readonly catalog: Catalog
  readonly vault: Vault
  readonly keys: ObjectKeys
  readonly log: Log
}

/**
 * Removes the records and bytes of backups that are already marked DELETED. Where the bucket keeps one, its
 * entry is put back as it was, with the reason.
 *
 * An error on the way puts back what was not removed yet and is then thrown: a tombstone must not
 * stand for bytes that are still there.
 */
export async function removeAll(
  dependencies: RemoveAllDependencies,
  doomed: readonly Backup[],
  signal?: AbortSignal,
): Promise<{ deleted: readonly Backup[]; retained: ReadonlyMap<string, string> }> {
  const deleted: Backup[] = []
  const retained = new Map<string, string>()
  try {
    for (const backup of doomed) {
      const removal = await removeBackup(dependencies, backup, signal)
      if (removal.outcome === 'removed') deleted.push(backup)
      else retained.set(backup.id, `retained: ${removal.reason ?? 'the bucket keeps it'}`)
    }
  } finally {
    const rest = doomed.filter((backup) => !deleted.includes(backup))
    await putBack(dependencies.catalog, rest)
  }
  return { deleted, retained }
}

async function putBack(catalog: Catalog, backups: readonly Backup[]): Promise<void> {
  if (backups.length === 0) return
  await catalog.change({
    decide: (manifest) => ({ manifest: backups.reduce(putBackup, manifest), value: undefined }),
    isApplied: (manifest) =>
      backups.every(({ id, status }) => findBackup(manifest, id)?.status === status),
  })
}
