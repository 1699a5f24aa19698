import type { Backup } from '../domain/backup.ts'
import type { BackupRecord } from '../domain/backup-record.ts'
import { entryOf } from '../domain/entry-of-record.ts'
import { isFailure } from '../domain/failure.ts'
import type { Catalog, Log, Vault } from './ports.ts'

/** Records of unfinished backups by id; `undefined` where there is none. */
export type ReadRecords = ReadonlyMap<string, BackupRecord | undefined>

/**
 * The entry of an unfinished backup whose run is known to be dead. A backup exists if and only if its record does:
 * with one it was committed and only its index is behind, without one it FAILED.
 */
export function concludeUnfinished(
  backup: Backup,
  record: BackupRecord | undefined,
  now: Date,
): Backup {
  return record === undefined ? bury(backup, now) : entryOf(record)
}

/** Reads the records that decide what dead backups came to. To be asked before anything is buried. */
export async function readRecordsOf(
  catalog: Catalog,
  backups: readonly Backup[],
  signal?: AbortSignal,
): Promise<ReadRecords> {
  const records = new Map<string, BackupRecord | undefined>()
  for (const { id } of backups) {
    const reading = await catalog.readRecord(id, signal)
    records.set(id, reading.kind === 'found' ? reading.record : undefined)
  }
  return records
}

/**
 * Tells what became of dead backups and aborts what they were uploading. An upload that cannot be aborted now is
 * left for `repair`: it must not stop what the command was started for.
 *
 * @param concluded entries as {@link concludeUnfinished} gave them
 */
export async function tidyConcluded(
  { vault, log }: { readonly vault: Vault; readonly log: Log },
  concluded: readonly Backup[],
  signal?: AbortSignal,
): Promise<void> {
  for (const { id, status, upload } of concluded) {
    if (status === 'COMPLETED') {
      log.warn(`Backup ${id} had been committed by a run that is gone: marked COMPLETED`)
      continue
    }
    log.warn(`Backup ${id} was left unfinished by a run that is gone: marked FAILED`)
    if (upload !== undefined) await abortUpload({ vault, log }, upload, signal)
  }
}

/** Aborts the upload of a dead backup, or says that it could not. */
export async function abortUpload(
  { vault, log }: { readonly vault: Vault; readonly log: Log },
  { key, uploadId }: { readonly key: string; readonly uploadId: string },
  signal?: AbortSignal,
): Promise<void> {
  try {
    await vault.abortUpload(key, uploadId, signal)
  } catch (error) {
    if (!isFailure(error)) throw error
    log.warn(`The upload of ${key} could not be aborted and is left for repair: ${error.message}`)
  }
}

function bury(backup: Backup, now: Date): Backup {
  return {
    ...backup,
    status: 'FAILED',
    fileSize: 0,
    completedAt: now.toISOString(),
    error: 'The run ended before the backup was finished',
  }
}
