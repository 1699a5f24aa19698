import { isFailure } from '../domain/failure.ts'
import type { ObjectKeys } from '../domain/object-keys.ts'
import type { RotationReport } from '../domain/result.ts'
import {
  isIdle,
  planRetention,
  type RetentionPlan,
  type RetentionSettings,
} from '../domain/retention.ts'
import { markDoomed } from './mark-doomed.ts'
import type { Catalog, Clock, Log, Vault } from './ports.ts'
import { removeAll } from './remove-all.ts'

export interface RotateDependencies {
  readonly catalog: Catalog
  readonly vault: Vault
  readonly keys: ObjectKeys
  readonly clock: Clock
  readonly log: Log
  /** Who holds the lease, for whoever finds it taken. */
  readonly holder: string
}

export interface RotateRequest {
  readonly retention: RetentionSettings
  readonly dryRun: boolean
  /** Only these ids may be deleted: what was shown to the person who agreed. */
  readonly agreedIds?: ReadonlySet<string>
}

/** The lease under which backups are deleted and restores run, so that the two never meet. */
export const exclusiveLease = 'exclusive'

/** Plans retention over the manifest and, unless it is a dry run, carries the plan out. */
export async function rotate(
  dependencies: RotateDependencies,
  request: RotateRequest,
  signal?: AbortSignal,
): Promise<RotationReport> {
  const { catalog, clock } = dependencies
  if (request.dryRun) {
    const { backups } = await catalog.read(signal)
    return report(planRetention({ ...request.retention, backups, now: clock.now() }), true)
  }
  const { backups } = await catalog.read(signal)
  const preview = planRetention({ ...request.retention, backups, now: clock.now() })
  if (isIdle(preview)) return report(preview, false)
  return await withLease(dependencies, preview, () => carryOut(dependencies, request, signal))
}

async function withLease(
  { catalog, holder }: RotateDependencies,
  preview: RetentionPlan,
  work: () => Promise<RotationReport>,
): Promise<RotationReport> {
  let lease: Awaited<ReturnType<Catalog['acquireLease']>>
  try {
    lease = await catalog.acquireLease(exclusiveLease, holder)
  } catch (error) {
    if (!isFailure(error, 'lease_held')) throw error
    return { ...report(preview, false), deleted: [], freedBytes: 0, refusal: error.message }
  }
  try {
    return await work()
  } finally {
    await lease.release()
  }
}

async function carryOut(
  dependencies: RotateDependencies,
  request: RotateRequest,
  signal?: AbortSignal,
): Promise<RotationReport> {
  const { plan, doomed, stale, index } = await markDoomed(dependencies, request, signal)
  if (index === 'stale') {
    const refusal = 'The manifest could not be written, so nothing was deleted'
    return { ...report(plan, false), deleted: [], freedBytes: 0, refusal }
  }
  for (const { id, upload } of stale) {
    dependencies.log.warn(`Backup ${id} was left unfinished by a run that is gone: marked FAILED`)
    if (upload !== undefined) {
      await dependencies.vault.abortUpload(upload.key, upload.uploadId, signal)
    }
  }
  const { deleted, retained } = await removeAll(dependencies, doomed, signal)
  return {
    ...report(plan, false),
    items: plan.items.map((item) => {
      const reason = retained.get(item.id)
      return reason === undefined ? item : { ...item, decision: 'keep', reason }
    }),
    deleted: deleted.map(({ id }) => id),
    retained: [...retained.keys()],
    freedBytes: deleted.reduce((total, { fileSize }) => total + fileSize, 0),
  }
}

/** The report of a plan as if all of it came to pass. */
function report(plan: RetentionPlan, dryRun: boolean): RotationReport {
  const doomed = plan.items.filter(({ decision }) => decision === 'delete')
  return {
    dryRun,
    items: plan.items,
    deleted: doomed.map(({ id }) => id),
    retained: [],
    freedBytes: doomed.reduce((total, { fileSize }) => total + fileSize, 0),
    ...(plan.refusal !== undefined && { refusal: plan.refusal }),
    warnings: plan.warnings,
  }
}
