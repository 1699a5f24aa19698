import type { Backup } from '../domain/backup.ts'
import { Failure } from '../domain/failure.ts'
import { formatSize } from '../domain/format-size.ts'
import type { FrozenPlan } from '../domain/frozen-plan.ts'
import { gateFailure } from '../domain/gate-reason.ts'
import { judgePlannedBackup } from '../domain/judge-frozen-plan.ts'
import { latestCompleted } from '../domain/latest-completed.ts'
import { findBackup, putBackup } from '../domain/manifest-changes.ts'
import { latestWord } from '../domain/resolve-backup.ts'
import { type DeleteResult, resultVersion } from '../domain/result.ts'
import { markDeleted } from './mark-doomed.ts'
import { removeAll } from './remove-all.ts'
import { exclusiveLease, judgeIndex, type RotateDependencies } from './rotate.ts'
import { writeAudit } from './write-audit.ts'

export interface DeleteRequest {
  /** An id or `latest`. */
  readonly id: string
  /** What reviewers agreed to: the backup must still be that one. */
  readonly approved?: FrozenPlan
  readonly force: boolean
  readonly dryRun: boolean
  readonly actor: string
  readonly runUrl?: string
  /** Asks a person at a terminal; absent where nobody can be asked. */
  readonly agree?: (backup: Backup) => Promise<boolean>
}

/** Deletes one backup: out of the index, then its record, then its bytes. */
export async function deleteBackup(
  dependencies: RotateDependencies,
  request: DeleteRequest,
  signal?: AbortSignal,
): Promise<DeleteResult> {
  const { catalog, holder, clock } = dependencies
  const view = await catalog.read(signal)
  const backup = requireDeletable(view.backups, request)
  if (request.dryRun) {
    return end(request, backup, 'dry_run', `Backup ${describe(backup)} would be deleted`)
  }
  if (request.agree !== undefined && !(await request.agree(backup))) {
    return end({ dryRun: true }, backup, 'nothing_to_do', `Backup ${backup.id} was left alone`)
  }
  const lease = await catalog.acquireLease(exclusiveLease, holder, signal)
  const held = AbortSignal.any([lease.lost, ...(signal === undefined ? [] : [signal])])
  try {
    const outcome = await catalog.change<Backup>(
      {
        decide: (manifest) => {
          // The one that was looked at and agreed to, whatever is "latest" by now.
          const fresh = requireDeletable(manifest.backups, { ...request, id: backup.id })
          return { manifest: putBackup(manifest, markDeleted(fresh, clock.now())), value: fresh }
        },
        isApplied: (manifest) => findBackup(manifest, backup.id)?.status === 'DELETED',
      },
      held,
    )
    const refusal = judgeIndex(outcome.index, view)
    if (refusal !== undefined) throw unwritable(backup, refusal)
    const { retained } = await removeAll(dependencies, [outcome.value], held)
    const reason = retained.get(backup.id)
    const warnings = await writeAudit(dependencies, {
      action: 'delete',
      outcome: reason === undefined ? 'completed' : 'retained',
      actor: request.actor,
      backupIds: [backup.id],
      database: backup.database,
      ...(request.runUrl !== undefined && { runUrl: request.runUrl }),
    })
    const message =
      reason === undefined ? `Backup ${describe(backup)} is deleted` : `${backup.id}: ${reason}`
    return {
      ...end(request, backup, reason === undefined ? 'completed' : 'retained', message),
      removal: reason === undefined ? 'deleted' : 'retained',
      warnings,
    }
  } finally {
    await lease.release()
  }
}

/** Also called inside the swap, on the contents that are written. */
function requireDeletable(
  backups: readonly Backup[],
  { id, force, approved }: DeleteRequest,
): Backup {
  const backup =
    id === latestWord ? latestCompleted(backups) : backups.find((entry) => entry.id === id)
  if (backup === undefined || backup.status === 'DELETED') {
    throw new Failure({
      code: 'backup_unknown',
      stage: 'plan',
      message: `Cannot delete backup "${id}": the manifest has no such backup, expected an id that "list" shows`,
      hint: 'Run list to see which backups there are.',
    })
  }
  if (backup.status === 'PENDING' || backup.status === 'IN_PROGRESS') {
    throw new Failure({
      code: 'backup_in_progress',
      stage: 'plan',
      message: `Cannot delete backup "${id}": it is ${backup.status}, expected COMPLETED or FAILED`,
      hint: 'Cancel its run, or wait for it to end.',
    })
  }
  const reasons = approved === undefined ? [] : judgePlannedBackup(approved, backup)
  if (reasons.length > 0) throw gateFailure(reasons)
  if (backup.pinned !== undefined) {
    throw new Failure({
      code: 'refused_pinned',
      stage: 'plan',
      message: `Cannot delete backup "${id}": ${backup.pinned.by} pinned it, expected one that is not pinned`,
      hint: 'Run unpin first, if whoever pinned it agrees.',
    })
  }
  const newest = latestCompleted(backups, { database: backup.database })
  if (newest?.id === backup.id && !force) {
    throw new Failure({
      code: 'refused_newest',
      stage: 'plan',
      message: `Cannot delete backup "${id}": it is the newest COMPLETED backup of "${backup.database}", expected an older one`,
      hint: 'Make a new backup first, or set "force" to true.',
    })
  }
  return backup
}

function unwritable(backup: Backup, why: string): Failure {
  return new Failure({
    code: 'manifest_unwritable',
    stage: 'manifest',
    message: `Cannot delete backup "${backup.id}": the manifest was not written, expected a successful swap`,
    hint: `${why}.`,
  })
}

function describe(backup: Backup): string {
  return `${backup.id} (${backup.type}, ${formatSize(backup.fileSize)}, ${backup.createdAt})`
}

function end(
  { dryRun }: { readonly dryRun: boolean },
  backup: Backup,
  reasonCode: DeleteResult['reasonCode'],
  message: string,
): DeleteResult {
  return {
    version: resultVersion,
    command: 'delete',
    ok: true,
    reasonCode,
    message,
    dryRun,
    backup,
    warnings: [],
  }
}
