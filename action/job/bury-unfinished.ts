import type { Backup } from '../domain/backup.ts'
import type { BackupRecord } from '../domain/backup-record.ts'
import { entryOf } from '../domain/entry-of-record.ts'
import { isUnfinished } from '../domain/is-stale.ts'
import { findBackup, putBackup } from '../domain/manifest-changes.ts'
import { abortUpload, concludeUnfinished } from './conclude-unfinished.ts'
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
  const record = reading.kind === 'found' ? reading.record : undefined
  if (record === undefined && upload !== undefined) {
    await abortUpload({ vault, log }, upload, signal)
  }
  const now = clock.now()
  const { index } = await catalog.change(
    {
      decide: (manifest) => {
        const entry = findBackup(manifest, backupId)
        const concluded = conclude(entry, record, now)
        return {
          ...(concluded !== undefined && { manifest: putBackup(manifest, concluded) }),
          value: undefined,
        }
      },
      isApplied: (manifest) => conclude(findBackup(manifest, backupId), record, now) === undefined,
    },
    signal,
  )
  if (index === 'stale') {
    log.warn(`The end of backup ${backupId} could not be written to the manifest: run repair`)
  } else if (record !== undefined) {
    log.info(`Backup ${backupId} had been committed; its entry says so`)
  } else {
    log.info(`Backup ${backupId} was stopped and is not among the COMPLETED`)
  }
}

/** The entry as it has to become; `undefined` where it says so already. */
function conclude(
  entry: Backup | undefined,
  record: BackupRecord | undefined,
  now: Date,
): Backup | undefined {
  if (entry !== undefined && isUnfinished(entry)) return concludeUnfinished(entry, record, now)
  const isLost = entry === undefined || entry.status === 'FAILED'
  return record !== undefined && isLost ? entryOf(record) : undefined
}
