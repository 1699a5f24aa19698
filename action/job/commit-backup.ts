import type { Backup } from '../domain/backup.ts'
import type { BackupRecord } from '../domain/backup-record.ts'
import { entryOf } from '../domain/entry-of-record.ts'
import { isFailure } from '../domain/failure.ts'
import { recordBackup } from './change-backup.ts'
import type { Catalog, ChangeOutcome } from './ports.ts'

/**
 * Commits a backup whose bytes are stored and confirmed: the record first, for it is the commit point, then the
 * index. From the record on the backup exists, whatever becomes of the index.
 */
export async function commitBackup(
  catalog: Catalog,
  record: BackupRecord,
  signal?: AbortSignal,
): Promise<{ readonly backup: Backup; readonly index: ChangeOutcome<Backup>['index'] }> {
  await catalog.writeRecord(record, signal)
  const backup = entryOf(record)
  try {
    const { index } = await recordBackup(catalog, backup, signal)
    return { backup, index }
  } catch (error) {
    // Also where the run was cancelled just now: a committed backup is never called FAILED.
    if (!isFailure(error) && signal?.aborted !== true) throw error
    return { backup, index: 'stale' }
  }
}
