import type { Backup } from '../domain/backup.ts'
import type { BackupRecord } from '../domain/backup-record.ts'
import { entryOf } from '../domain/entry-of-record.ts'
import { Failure, isFailure } from '../domain/failure.ts'
import { recordBackup } from './change-backup.ts'
import type { Catalog, ChangeOutcome } from './ports.ts'

/** How a commit ended, once its record is there. */
export interface Committed {
  readonly backup: Backup
  readonly index: ChangeOutcome<Backup>['index']
}

/** A cancelled run has seconds left: so long may it ask whether its record arrived. */
const readBackTimeoutMs = 2_500

/**
 * Commits a backup whose bytes are stored and confirmed: the record first, for it is the commit point, then the
 * index. From the record on the backup exists, whatever becomes of the index, and also where the run was
 * cancelled while the record was on its way.
 *
 * @throws Failure where the record is not there; `commit_failed` where nobody can tell
 */
export async function commitBackup(
  catalog: Catalog,
  record: BackupRecord,
  signal?: AbortSignal,
): Promise<Committed> {
  try {
    await catalog.writeRecord(record, signal)
  } catch (error) {
    if (!(await isCommitted(catalog, record, error))) throw error
  }
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

/** Asks once more, by a time limit of its own, what a write without a good answer came to. */
async function isCommitted(
  catalog: Catalog,
  { id, nonce }: BackupRecord,
  cause: unknown,
): Promise<boolean> {
  const signal = AbortSignal.timeout(readBackTimeoutMs)
  try {
    const reading = await catalog.readRecord(id, signal)
    return reading.kind === 'found' && reading.record.nonce === nonce
  } catch (error) {
    if (!isFailure(error) && !signal.aborted) throw error
    throw new Failure({
      code: 'commit_failed',
      stage: 'commit',
      message: `Cannot tell whether backup "${id}" was committed: the bucket does not answer, expected its record`,
      hint: 'Its bytes are stored. Run repair once the bucket can be reached: it enters the backup if its record is there.',
      cause,
    })
  }
}
