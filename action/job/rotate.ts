import { isFailure } from '../domain/failure.ts'
import { isStale } from '../domain/is-stale.ts'
import type { ObjectKeys } from '../domain/object-keys.ts'
import type { RotationReport } from '../domain/result.ts'
import { isIdle, planRetention, type RetentionPlan } from '../domain/retention.ts'
import { type Clocks, cautiousNow } from './cautious-now.ts'
import { type ReadRecords, readRecordsOf, tidyConcluded } from './conclude-unfinished.ts'
import { type DoomRequest, enterCommitted, markDoomed } from './mark-doomed.ts'
import type { Catalog, CatalogView, ChangeOutcome, Log, Vault } from './ports.ts'
import { removeAll } from './remove-all.ts'

export interface RotateDependencies extends Clocks {
  readonly catalog: Catalog
  readonly vault: Vault
  readonly keys: ObjectKeys
  readonly log: Log
  /** Who holds the lease, for whoever finds it taken. */
  readonly holder: string
}

export interface RotateRequest extends DoomRequest {
  readonly dryRun: boolean
}

/** The lease under which backups are deleted and restores run, so that the two never meet. */
export const exclusiveLease = 'exclusive'

/** Plans retention over the manifest and, unless it is a dry run, carries the plan out. */
export async function rotate(
  dependencies: RotateDependencies,
  request: RotateRequest,
  signal?: AbortSignal,
): Promise<RotationReport> {
  const { catalog } = dependencies
  const view = await catalog.read(signal)
  const now = cautiousNow(dependencies)
  const dead = view.backups.filter((backup) => isStale(backup, now))
  const records = await readRecordsOf(catalog, dead, signal)
  const backups = enterCommitted(view.backups, records)
  const preview = planRetention({ ...request.retention, backups, now })
  if (request.dryRun) return report(preview, true)
  if (isIdle(preview) && dead.length === 0) return report(preview, false)
  return await withLease(dependencies, preview, signal, (held) =>
    carryOut(dependencies, request, { view, records }, held),
  )
}

async function withLease(
  { catalog, holder }: RotateDependencies,
  preview: RetentionPlan,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<RotationReport>,
): Promise<RotationReport> {
  let lease: Awaited<ReturnType<Catalog['acquireLease']>>
  try {
    lease = await catalog.acquireLease(exclusiveLease, holder, signal)
  } catch (error) {
    if (!isFailure(error, 'lease_held')) throw error
    return refuse(preview, error.message)
  }
  try {
    return await work(AbortSignal.any([lease.lost, ...(signal === undefined ? [] : [signal])]))
  } finally {
    await lease.release()
  }
}

async function carryOut(
  dependencies: RotateDependencies,
  request: RotateRequest,
  { view, records }: { readonly view: CatalogView; readonly records: ReadRecords },
  signal: AbortSignal,
): Promise<RotationReport> {
  const marked = await markDoomed(dependencies, request, records, signal)
  const { plan, doomed, concluded } = marked
  const refusal = judgeIndex(marked.index, view)
  if (refusal !== undefined) return refuse(plan, refusal)
  const { deleted, retained } = await removeAll(dependencies, doomed, signal)
  await tidyConcluded(dependencies, concluded, signal)
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

/**
 * Why nothing may be deleted after the index was written, if so. A manifest beside refused conditions is a
 * contradiction: what is deleted now would stay in it as COMPLETED.
 */
export function judgeIndex(
  index: ChangeOutcome<unknown>['index'],
  { source }: Pick<CatalogView, 'source'>,
): string | undefined {
  if (index === 'stale') {
    return 'The manifest could not be written for certain, so nothing was deleted: run repair, it tells what is left of entries that say DELETED'
  }
  if (index === 'unsupported' && source === 'manifest') {
    return 'The bucket has a manifest but now refuses the conditional writes that keep it true, so nothing was deleted: run doctor'
  }
  return undefined
}

function refuse(plan: RetentionPlan, refusal: string): RotationReport {
  return { ...report(plan, false), deleted: [], freedBytes: 0, refusal }
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
