import type { Backup } from '../domain/backup.ts'
import { isFailure } from '../domain/failure.ts'
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

/** So long may an entry take to be put back; a cancelled run has seconds left. */
const putBackTimeoutMs = 60_000
const cancelledTimeoutMs = 3_000

/**
 * Removes the records and bytes of backups that are already marked DELETED. Where the bucket keeps one, its
 * entry is put back as it was, with the reason.
 *
 * An error on the way puts back what was not removed yet and is then thrown: a tombstone must not
 * stand for bytes that are still there. Nor must an entry come back whose record is gone, so the
 * backup at which it stopped is put back only where its record is still found.
 */
export async function removeAll(
  dependencies: RemoveAllDependencies,
  doomed: readonly Backup[],
  signal?: AbortSignal,
): Promise<{ deleted: readonly Backup[]; retained: ReadonlyMap<string, string> }> {
  const deleted: Backup[] = []
  const kept: Backup[] = []
  const retained = new Map<string, string>()
  for (const [place, backup] of doomed.entries()) {
    let isTouched = false
    const onBegun = () => {
      isTouched = true
    }
    try {
      signal?.throwIfAborted()
      const removal = await removeBackup(dependencies, backup, onBegun, signal)
      const { outcome, reason, isRecordGone } = removal
      if (outcome === 'removed') deleted.push(backup)
      else retained.set(backup.id, `retained: ${reason ?? 'the bucket keeps it'}`)
      if (outcome === 'retained' && isRecordGone !== true) kept.push(backup)
    } catch (error) {
      const limit = AbortSignal.timeout(signal?.aborted ? cancelledTimeoutMs : putBackTimeoutMs)
      const isWhole = !isTouched || (await isStillWhole(dependencies, backup, limit))
      const rest = isWhole ? doomed.slice(place) : doomed.slice(place + 1)
      await putBack(dependencies, [...kept, ...rest], limit)
      throw error
    }
  }
  await putBack(dependencies, kept, AbortSignal.timeout(putBackTimeoutMs))
  return { deleted, retained }
}

/** Whether the backup at which an error struck still has what makes it one. */
async function isStillWhole(
  { catalog, log }: RemoveAllDependencies,
  backup: Backup,
  signal: AbortSignal,
): Promise<boolean> {
  if (backup.status !== 'COMPLETED') return true
  try {
    const { kind } = await catalog.readRecord(backup.id, signal)
    return kind !== 'missing'
  } catch (error) {
    if (!isFailure(error) && !signal.aborted) throw error
    log.warn(`Backup ${backup.id} says DELETED and may not be gone: run repair`)
    return false
  }
}

async function putBack(
  { catalog, log }: RemoveAllDependencies,
  backups: readonly Backup[],
  signal: AbortSignal,
): Promise<void> {
  if (backups.length === 0) return
  const ids = backups.map(({ id }) => id).join(', ')
  const trouble = `These backups say DELETED in the manifest and are still there, run repair: ${ids}`
  try {
    const { index } = await catalog.change(
      {
        decide: (manifest) => ({ manifest: backups.reduce(putBackup, manifest), value: undefined }),
        isApplied: (manifest) =>
          backups.every(({ id, status }) => findBackup(manifest, id)?.status === status),
      },
      signal,
    )
    if (index === 'stale') log.warn(trouble)
  } catch (error) {
    if (!isFailure(error) && !signal.aborted) throw error
    log.warn(trouble)
  }
}
