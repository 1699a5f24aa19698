import type { Restoration } from '../domain/backup.ts'
import { isFailure } from '../domain/failure.ts'
import { findBackup, updateBackup } from '../domain/manifest-changes.ts'
import type { RestorePlan } from '../domain/result.ts'
import type { RestoreRequest } from './plan-restore.ts'
import type { Catalog, Clock } from './ports.ts'
import { writeAudit } from './write-audit.ts'

/** A cancelled run has seconds left. */
const recordTimeoutMs = 2_500

/**
 * Writes what was restored where into the backup's entry and the audit log. The database is what it is by now, so
 * that trouble here ends in warnings.
 */
export async function recordRestoration(
  { catalog, clock }: { readonly catalog: Catalog; readonly clock: Clock },
  { actor, runUrl }: Pick<RestoreRequest, 'actor' | 'runUrl'>,
  { backup, mode, restoreInto, target }: RestorePlan,
  outcome: Restoration['outcome'],
): Promise<readonly string[]> {
  const at = clock.now().toISOString()
  const restoration: Restoration = { at, mode, target: restoreInto, outcome, requestedBy: actor }
  const warnings: string[] = []
  const signal = AbortSignal.timeout(recordTimeoutMs)
  try {
    const { index } = await catalog.change(
      {
        decide: (manifest) => ({
          manifest: updateBackup(manifest, backup.id, (entry) => ({
            ...entry,
            restores: [...(entry.restores ?? []), restoration],
          })),
          value: undefined,
        }),
        isApplied: (manifest) =>
          findBackup(manifest, backup.id)?.restores?.some((entry) => entry.at === at) ?? false,
      },
      signal,
    )
    if (index === 'stale') warnings.push('The restore could not be noted in the manifest')
  } catch (error) {
    if (!isFailure(error) && !signal.aborted) throw error
    const why = isFailure(error) ? error.message : 'the bucket did not answer in time'
    warnings.push(`The restore could not be noted in the manifest: ${why}`)
  }
  const audit = await writeAudit(
    { catalog, clock },
    {
      action: 'restore',
      outcome,
      actor,
      backupIds: [backup.id],
      database: backup.database,
      target: `${target.host}/${restoreInto}`,
      ...(runUrl !== undefined && { runUrl }),
      details: { mode },
    },
  )
  return [...warnings, ...audit]
}
