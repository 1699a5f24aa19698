import type { Backup } from './backup.ts'
import type { Manifest } from './manifest.ts'

/** The entry with this id. */
export function findBackup(manifest: Manifest, id: string): Backup | undefined {
  return manifest.backups.find((backup) => backup.id === id)
}

/**
 * The manifest with `backup` in it, in the place of an entry with the same id, else at the end.
 * `revision` and `updatedAt` are left to the catalog, which sets them when it writes.
 */
export function putBackup(manifest: Manifest, backup: Backup): Manifest {
  if (findBackup(manifest, backup.id) === undefined) {
    return { ...manifest, backups: [...manifest.backups, backup] }
  }
  return updateBackup(manifest, backup.id, () => backup)
}

/** The manifest with one entry changed; the same manifest where no entry has this id. */
export function updateBackup(
  manifest: Manifest,
  id: string,
  change: (backup: Backup) => Backup,
): Manifest {
  if (findBackup(manifest, id) === undefined) return manifest
  return {
    ...manifest,
    backups: manifest.backups.map((backup) => (backup.id === id ? change(backup) : backup)),
  }
}
