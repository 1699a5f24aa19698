import type { BackupRecord } from '../domain/backup-record.ts'
import type { ObjectKeys } from '../domain/object-keys.ts'
import type { Log, Vault } from './ports.ts'
import { withProgress } from './with-progress.ts'

/** The stored bytes of a backup, as the bucket has them: nothing is checked yet. */
export function readStored(
  { vault, keys, log }: { readonly vault: Vault; readonly keys: ObjectKeys; readonly log: Log },
  { id, filename, fileSize }: BackupRecord,
  signal?: AbortSignal,
): AsyncIterable<Uint8Array> {
  const stored = vault.read(keys.bytes(id, filename), signal)
  return withProgress(stored, log, { stage: 'download', totalBytes: fileSize })
}
