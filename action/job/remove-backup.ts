import type { Backup } from '../domain/backup.ts'
import type { BackupRecord } from '../domain/backup-record.ts'
import { isFailure } from '../domain/failure.ts'
import type { ObjectKeys } from '../domain/object-keys.ts'
import type { Catalog, Log, RemovalOutcome, Vault } from './ports.ts'

interface RemoveDependencies {
  readonly catalog: Catalog
  readonly vault: Vault
  readonly keys: ObjectKeys
  readonly log: Log
}

/** `removed`, or `retained`: it is as it was, because the provider or a contradiction forbade it. */
export interface Removal {
  readonly outcome: 'removed' | 'retained'
  readonly reason?: string
  /** Retained bytes whose record was removed and could not be put back: a backup no more. */
  readonly isRecordGone?: boolean
}

/** Not the run's signal: a record that was taken away is put back also by a run that is being stopped. */
const putBackTimeoutMs = 5_000

/**
 * Removes what the bucket holds of one backup whose entry is already out of the index: the record, then the
 * bytes. Only the two names that Strongroom itself wrote are touched.
 *
 * A FAILED entry with a record is a contradiction (its commit may have succeeded unseen): it is retained,
 * for `repair` to judge. Where there are no bytes to it, `repair` has judged: the record alone is removed then, and
 * nothing is sent that could remove bytes.
 *
 * @param onBegun called right before the first deletion is sent
 */
export async function removeBackup(
  { catalog, vault, keys, log }: RemoveDependencies,
  backup: Backup,
  onBegun: () => void,
  signal?: AbortSignal,
): Promise<Removal> {
  const reading = await catalog.readRecord(backup.id, signal)
  const bytesKey = keys.bytes(backup.id, backup.filename)
  const isContradiction = backup.status !== 'COMPLETED' && reading.kind !== 'missing'
  if (isContradiction && (await vault.head(bytesKey, signal)) !== undefined) {
    return {
      outcome: 'retained',
      reason: 'it has a record although it is not COMPLETED: run repair',
    }
  }
  if (reading.kind === 'corrupt') {
    return { outcome: 'retained', reason: `its record cannot be read: ${reading.reason}` }
  }
  onBegun()
  if ((await removeRecord(catalog, backup.id, signal)) === 'retained') {
    return { outcome: 'retained', reason: 'the bucket refuses to delete it (a lock)' }
  }
  if (isContradiction) return { outcome: 'removed' }
  const removal = await removeBytes({ vault, log }, bytesKey, signal)
  if (removal !== 'retained') return { outcome: 'removed' }
  const reason = 'the bucket refuses to delete its bytes (a lock)'
  if (reading.kind !== 'found') return { outcome: 'retained', reason }
  const isBack = await putRecordBack({ catalog, log }, reading.record)
  return { outcome: 'retained', reason, isRecordGone: !isBack }
}

/** After an unknown outcome the record itself tells whether it is still there. */
async function removeRecord(
  catalog: Catalog,
  id: string,
  signal?: AbortSignal,
): Promise<RemovalOutcome> {
  try {
    return await catalog.removeRecord(id, signal)
  } catch (error) {
    if (!isFailure(error)) throw error
    const reading = await catalog.readRecord(id, signal)
    if (reading.kind === 'missing') return 'removed'
    throw error
  }
}

/** Without its record a backup is gone; bytes that cannot be deleted now are orphans for `repair`. */
async function removeBytes(
  { vault, log }: Pick<RemoveDependencies, 'vault' | 'log'>,
  key: string,
  signal?: AbortSignal,
): Promise<RemovalOutcome> {
  try {
    return await vault.remove(key, signal)
  } catch (error) {
    if (!isFailure(error)) throw error
    log.warn(`The bytes of ${key} could not be deleted and are left for repair: ${error.message}`)
    return 'removed'
  }
}

async function putRecordBack(
  { catalog, log }: Pick<RemoveDependencies, 'catalog' | 'log'>,
  record: BackupRecord,
): Promise<boolean> {
  const signal = AbortSignal.timeout(putBackTimeoutMs)
  try {
    await catalog.writeRecord(record, signal)
    return true
  } catch (error) {
    if (!isFailure(error) && !signal.aborted) throw error
    log.warn(
      `The bytes of ${record.id} are locked and its record could not be put back: run repair`,
    )
    return false
  }
}
