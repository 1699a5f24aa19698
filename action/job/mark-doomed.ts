import type { Backup } from '../domain/backup.ts'
import { entryOf } from '../domain/entry-of-record.ts'
import { isUnfinished } from '../domain/is-stale.ts'
import { findBackup, putBackup } from '../domain/manifest-changes.ts'
import { planRetention, type RetentionPlan, type RetentionSettings } from '../domain/retention.ts'
import { type Clocks, cautiousNow } from './cautious-now.ts'
import { concludeUnfinished, type ReadRecords } from './conclude-unfinished.ts'
import type { Catalog, ChangeOutcome } from './ports.ts'

/** What retention is told before it gives anything up. */
export interface DoomRequest {
  readonly retention: RetentionSettings
  /** Only these ids may be deleted: what was shown to the person who agreed. */
  readonly agreedIds?: ReadonlySet<string>
}

interface Doomed {
  readonly plan: RetentionPlan
  /** Entries as they were before they were marked DELETED. */
  readonly doomed: readonly Backup[]
  /** Backups of dead runs as they were entered now. */
  readonly concluded: readonly Backup[]
  readonly index: ChangeOutcome<unknown>['index']
}

/**
 * Takes what retention gives up out of the index, before anything is deleted.
 *
 * The plan is made inside the swap, on the manifest that is really there: what another run completed
 * or deleted meanwhile is seen, and the guards hold for the very contents that are written.
 *
 * @param records of the unfinished backups of dead runs
 */
export async function markDoomed(
  dependencies: Clocks & { readonly catalog: Catalog },
  { retention, agreedIds }: DoomRequest,
  records: ReadRecords,
  signal?: AbortSignal,
): Promise<Doomed> {
  const { catalog } = dependencies
  const now = cautiousNow(dependencies)
  let written: readonly Backup[] = []
  let dropped: ReadonlySet<string> = new Set()
  const outcome = await catalog.change<Omit<Doomed, 'index'>>(
    {
      decide: (manifest) => {
        const backups = enterCommitted(manifest.backups, records)
        const made = planRetention({ ...retention, backups, now })
        const plan = agreedIds === undefined ? made : restrict(made, agreedIds)
        const doomedIds = new Set(idsToDelete(plan))
        const byId = new Map(backups.map((backup) => [backup.id, backup]))
        const doomed = [...doomedIds].flatMap((id) => byId.get(id) ?? [])
        const concluded = concludeDead(manifest.backups, records, now).filter(
          ({ id }) => !doomedIds.has(id),
        )
        const value = { plan, doomed, concluded }
        written = [...concluded, ...doomed.map((backup) => markDeleted(backup, now))]
        dropped = new Set(plan.tombstonesToDrop)
        if (written.length === 0 && dropped.size === 0) return { value }
        const kept = manifest.backups.filter(({ id }) => !dropped.has(id))
        return { manifest: written.reduce(putBackup, { ...manifest, backups: kept }), value }
      },
      isApplied: (manifest) =>
        written.every(({ id, status }) => findBackup(manifest, id)?.status === status) &&
        manifest.backups.every(({ id }) => !dropped.has(id)),
    },
    signal,
  )
  return { ...outcome.value, index: outcome.index }
}

/** The entries as a plan has to see them: what is committed counts, whatever its entry says. */
export function enterCommitted(backups: readonly Backup[], records: ReadRecords): Backup[] {
  return backups.map((backup) => {
    const record = isUnfinished(backup) ? records.get(backup.id) : undefined
    return record === undefined ? backup : entryOf(record)
  })
}

function concludeDead(backups: readonly Backup[], records: ReadRecords, now: Date): Backup[] {
  return backups
    .filter((backup) => isUnfinished(backup) && records.has(backup.id))
    .map((backup) => concludeUnfinished(backup, records.get(backup.id), now))
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
