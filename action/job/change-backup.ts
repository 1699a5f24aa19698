import type { Backup } from '../domain/backup.ts'
import { findBackup, putBackup } from '../domain/manifest-changes.ts'
import type { Catalog, ChangeOutcome } from './ports.ts'

/**
 * Puts one backup's entry into the manifest as it now is, whoever else writes meanwhile.
 *
 * The entry counts as there when its status and instants are: another writer may already be on top.
 */
export function recordBackup(
  catalog: Catalog,
  backup: Backup,
  signal?: AbortSignal,
): Promise<ChangeOutcome<Backup>> {
  return catalog.change(
    {
      decide: (manifest) => ({ manifest: putBackup(manifest, backup), value: backup }),
      isApplied: (manifest) => {
        const found = findBackup(manifest, backup.id)
        return (
          found !== undefined &&
          found.status === backup.status &&
          found.completedAt === backup.completedAt &&
          found.checksum === backup.checksum &&
          found.upload?.uploadId === backup.upload?.uploadId
        )
      },
    },
    signal,
  )
}
