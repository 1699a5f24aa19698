import { isUnfinished } from '../domain/is-stale.ts'
import { findBackup, putBackup } from '../domain/manifest-changes.ts'
import { bury } from './admit-backup.ts'
import { commitBackup } from './commit-backup.ts'
import type { Catalog, Clock, Log, Vault } from './ports.ts'

/** What a killed run left behind, as its state tells. */
export interface Leftover {
  readonly backupId?: string | undefined
  readonly upload?: { readonly key: string; readonly uploadId: string } | undefined
}

/**
 * Finishes what a backup that was stopped could not: aborts its upload and marks its entry FAILED. A backup whose
 * record exists was committed in its last moment and is entered as COMPLETED instead.
 */
export async function buryUnfinished(
  {
    catalog,
    vault,
    clock,
    log,
  }: {
    readonly catalog: Catalog
    readonly vault: Vault
    readonly clock: Clock
    readonly log: Log
  },
  { backupId, upload }: Leftover,
  signal?: AbortSignal,
): Promise<void> {
  if (backupId === undefined) return
  const reading = await catalog.readRecord(backupId, signal)
  if (reading.kind === 'found') {
    await commitBackup(catalog, reading.record, signal)
    log.info(`Backup ${backupId} had been committed; its entry now says so`)
    return
  }
  if (upload !== undefined) await vault.abortUpload(upload.key, upload.uploadId, signal)
  const now = clock.now()
  await catalog.change(
    {
      decide: (manifest) => {
        const entry = findBackup(manifest, backupId)
        return entry !== undefined && isUnfinished(entry)
          ? { manifest: putBackup(manifest, bury(entry, now)), value: undefined }
          : { value: undefined }
      },
      isApplied: (manifest) => {
        const entry = findBackup(manifest, backupId)
        return entry === undefined || !isUnfinished(entry)
      },
    },
    signal,
  )
  log.info(`Backup ${backupId} was stopped: its upload is aborted and its entry says FAILED`)
}
