import type { Backup } from '../domain/backup.ts'
import { isStale } from '../domain/is-stale.ts'
import { findBackup, putBackup } from '../domain/manifest-changes.ts'
import {
  concludeUnfinished,
  type ReadRecords,
  readRecordsOf,
  tidyConcluded,
} from './conclude-unfinished.ts'
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
  /** Dead backups as they were entered on the way: FAILED, or COMPLETED where their record is there. */
  readonly concluded: readonly Backup[]
}

/**
 * Enters a new backup as PENDING unless another one of the same database is under way. Decided inside the
 * compare-and-swap, so that of two that start together one sees the other.
 *
 * An unfinished backup is dead when its limit has passed, or when its run is known to have ended:
 * in the same write it becomes what its record says, FAILED where there is none, and its upload is
 * aborted.
 */
export async function admitBackup(
  dependencies: AdmitDependencies,
  candidate: Backup,
  options: { readonly now: Date; readonly isOverlapAllowed: boolean },
  signal?: AbortSignal,
): Promise<ChangeOutcome<Admission>> {
  const { catalog } = dependencies
  const records = await readDead(dependencies, candidate, options.now, signal)
  let awaited: readonly Backup[] = []
  const outcome = await catalog.change<Admission>(
    {
      decide: (manifest) => {
        const unfinished = manifest.backups.filter((backup) => isUnfinished(backup, candidate))
        const blockedBy = unfinished.find(({ id }) => !records.has(id))
        const concluded = unfinished
          .filter(({ id }) => records.has(id))
          .map((backup) => concludeUnfinished(backup, records.get(backup.id), options.now))
        const cleared = concluded.reduce(putBackup, manifest)
        awaited = concluded
        if (blockedBy !== undefined && !options.isOverlapAllowed) {
          return {
            ...(concluded.length > 0 && { manifest: cleared }),
            value: { blockedBy, concluded },
          }
        }
        awaited = [...concluded, candidate]
        return { manifest: putBackup(cleared, candidate), value: { concluded } }
      },
      isApplied: (manifest) =>
        awaited.every(({ id, status }) => findBackup(manifest, id)?.status === status),
    },
    signal,
  )
  await tidyConcluded(dependencies, outcome.value.concluded, signal)
  return outcome
}

function isUnfinished(backup: Backup, candidate: Backup): boolean {
  const unfinished = backup.status === 'PENDING' || backup.status === 'IN_PROGRESS'
  return unfinished && backup.database === candidate.database && backup.id !== candidate.id
}

/** The records of the dead. Whatever has not been asked for its record here is not called dead. */
async function readDead(
  { catalog, isRunAlive }: AdmitDependencies,
  candidate: Backup,
  now: Date,
  signal?: AbortSignal,
): Promise<ReadRecords> {
  const { backups } = await catalog.read(signal)
  const dead: Backup[] = []
  for (const backup of backups.filter((other) => isUnfinished(other, candidate))) {
    if (isStale(backup, now) || (await isRunAlive(backup)) === 'gone') dead.push(backup)
  }
  return await readRecordsOf(catalog, dead, signal)
}
