import type { Backup } from '../domain/backup.ts'
import { isStale } from '../domain/is-stale.ts'
import { findBackup, putBackup } from '../domain/manifest-changes.ts'
import type { Catalog, ChangeOutcome, Log, Vault } from './ports.ts'

/** Whether the run that began a backup still goes on, as far as anybody can tell. */
export type RunState = 'alive' | 'gone' | 'unknown'

interface AdmitDependencies {
  readonly catalog: Catalog
  readonly vault: Vault
  readonly log: Log
  readonly isRunAlive: (backup: Backup) => Promise<RunState>
}

interface Admission {
  /** The unfinished backup that stands in the way. */
  readonly blockedBy?: Backup
  /** Dead backups that were marked FAILED on the way. */
  readonly buried: readonly Backup[]
}

/**
 * Enters a new backup as PENDING unless another one of the same database is under way. Decided inside the
 * compare-and-swap, so that of two that start together one sees the other.
 *
 * An unfinished backup is dead when its limit has passed, or when its run is known to have ended:
 * it becomes FAILED in the same write and its upload is aborted.
 */
export async function admitBackup(
  dependencies: AdmitDependencies,
  candidate: Backup,
  options: { readonly now: Date; readonly isOverlapAllowed: boolean },
  signal?: AbortSignal,
): Promise<ChangeOutcome<Admission>> {
  const { catalog, vault, log, isRunAlive } = dependencies
  const gone = await findGoneRuns(dependencies, candidate, isRunAlive, signal)
  const outcome = await catalog.change<Admission>(
    {
      decide: (manifest) => {
        const unfinished = manifest.backups.filter((backup) => isUnfinished(backup, candidate))
        const dead = unfinished.filter(
          (backup) => isStale(backup, options.now) || gone.has(backup.id),
        )
        const blockedBy = unfinished.find((backup) => !dead.includes(backup))
        const buried = dead.map((backup) => bury(backup, options.now))
        const cleared = buried.reduce(putBackup, manifest)
        if (blockedBy !== undefined && !options.isOverlapAllowed) {
          return {
            ...(buried.length > 0 && { manifest: cleared }),
            value: { blockedBy, buried },
          }
        }
        return { manifest: putBackup(cleared, candidate), value: { buried } }
      },
      isApplied: (manifest) => findBackup(manifest, candidate.id) !== undefined,
    },
    signal,
  )
  for (const backup of outcome.value.buried) {
    log.warn(`Backup ${backup.id} was left unfinished by a run that is gone: marked FAILED`)
    if (backup.upload !== undefined) {
      await vault.abortUpload(backup.upload.key, backup.upload.uploadId, signal)
    }
  }
  return outcome
}

function isUnfinished(backup: Backup, candidate: Backup): boolean {
  const unfinished = backup.status === 'PENDING' || backup.status === 'IN_PROGRESS'
  return unfinished && backup.database === candidate.database && backup.id !== candidate.id
}

async function findGoneRuns(
  { catalog }: AdmitDependencies,
  candidate: Backup,
  isRunAlive: (backup: Backup) => Promise<RunState>,
  signal?: AbortSignal,
): Promise<ReadonlySet<string>> {
  const { backups } = await catalog.read(signal)
  const gone = new Set<string>()
  for (const backup of backups.filter((other) => isUnfinished(other, candidate))) {
    if ((await isRunAlive(backup)) === 'gone') gone.add(backup.id)
  }
  return gone
}

/** An unfinished backup as it is once its run is known to be dead. */
export function bury(backup: Backup, now: Date): Backup {
  return {
    ...backup,
    status: 'FAILED',
    fileSize: 0,
    completedAt: now.toISOString(),
    error: 'The run ended before the backup was finished',
  }
}
