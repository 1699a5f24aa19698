import { type Failure, isFailure } from '../domain/failure.ts'
import type { RepairPlan } from '../domain/repair-plan.ts'
import type { Deletable } from '../domain/repair-view.ts'
import type { RepairFinding } from '../domain/result.ts'
import type { Log, Vault } from './ports.ts'

/** What was removed, by its findings, and what stopped it where something did. */
interface OrphanRemoval {
  readonly removed: ReadonlySet<RepairFinding>
  readonly failure?: Failure
}

/**
 * Deletes what belongs to no backup. Ends at the first failure and returns it, so that what was done before can
 * still be told and audited.
 */
export async function removeOrphans(
  { vault, log }: { readonly vault: Vault; readonly log: Log },
  deletable: RepairPlan['deletable'],
  signal?: AbortSignal,
): Promise<OrphanRemoval> {
  const removed = new Set<RepairFinding>()
  for (const { target, finding } of deletable) {
    try {
      if (await removeOne(vault, target, signal)) removed.add(finding)
      else log.warn(`${target.key} is locked in the bucket and stays`)
    } catch (error) {
      if (isFailure(error)) return { removed, failure: error }
      throw error
    }
  }
  return { removed }
}

async function removeOne(vault: Vault, target: Deletable, signal?: AbortSignal): Promise<boolean> {
  if (target.kind === 'upload') {
    await vault.abortUpload(target.key, target.uploadId, signal)
    return true
  }
  return (await vault.remove(target.key, signal)) !== 'retained'
}
