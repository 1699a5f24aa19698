import type { Backup } from '../domain/backup.ts'
import { findBackup, putBackup } from '../domain/manifest-changes.ts'
import { isIdle, planRetention, type RetentionPlan } from '../domain/retention.ts'
import { bury } from './admit-backup.ts'
import type { Catalog, ChangeOutcome, Clock } from './ports.ts'
import type { RotateRequest } from './rotate.ts'

interface Doomed {
  readonly plan: RetentionPlan
  /** Entries as they were before they were marked DELETED. */
  readonly doomed: readonly Backup[]
  /** Unfinished backups of dead runs, as they were. */
  readonly stale: readonly Backup[]
  readonly index: ChangeOutcome<unknown>['index']
}

/**
 * Takes what retention gives up out of the index, before anything is deleted.
 *
 * The plan is made inside the swap, on the manifest that is really there: what another run completed
 * or deleted meanwhile is seen, and the guards hold for the very contents that are written.
 */
export async function markDoomed(
  { catalog, clock }: { readonly catalog: Catalog; readonly clock: Clock },
  { retention, agreedIds }: RotateRequest,
  signal?: AbortSignal,
): Promise<Doomed> {
  const now = clock.now()
  let written: readonly string[] = []
  const outcome = await catalog.change<Omit<Doomed, 'index'>>(
    {
      decide: (manifest) => {
        const made = planRetention({ ...retention, backups: manifest.backups, now })
        const plan = agreedIds === undefined ? made : restrict(made, agreedIds)
        const doomedIds = new Set(idsToDelete(plan))
        const doomed = manifest.backups.filter(({ id }) => doomedIds.has(id))
        const stale = manifest.backups.filter(({ id }) => plan.staleIds.includes(id))
        written = doomed.map(({ id }) => id)
        const value = { plan, doomed, stale }
        if (isIdle(plan)) return { value }
        const dropped = new Set(plan.tombstonesToDrop)
        const kept = manifest.backups.filter(({ id }) => !dropped.has(id))
        const changed = [
          ...doomed.map((backup) => markDeleted(backup, now)),
          ...stale.map((backup) => bury(backup, now)),
        ]
        return { manifest: changed.reduce(putBackup, { ...manifest, backups: kept }), value }
      },
      isApplied: (manifest) =>
        written.every((id) => findBackup(manifest, id)?.status === 'DELETED'),
    },
    signal,
  )
  return { ...outcome.value, index: outcome.index }
}

function idsToDelete(plan: RetentionPlan): readonly string[] {
  return plan.items.filter(({ decision }) => decision === 'delete').map(({ id }) => id)
}

function restrict(plan: RetentionPlan, agreedIds: ReadonlySet<string>): RetentionPlan {
  return {
    ...plan,
    items: plan.items.map((item) =>
      item.decision === 'keep' || agreedIds.has(item.id)
        ? item
        : { ...item, decision: 'keep', reason: 'expired after the plan was agreed to' },
    ),
  }
}

/** A backup's entry once it is given up: a tombstone that says what was there. */
export function markDeleted(backup: Backup, now: Date): Backup {
  return { ...backup, status: 'DELETED', deletedAt: now.toISOString() }
}
