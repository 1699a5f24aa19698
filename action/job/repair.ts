import type { Backup } from '../domain/backup.ts'
import { formatCount } from '../domain/format-count.ts'
import { type Deletable, planRepair, type RepairPlan } from '../domain/repair-plan.ts'
import { type RepairFinding, type RepairResult, resultVersion } from '../domain/result.ts'
import { computeStatistics } from '../domain/statistics.ts'
import type { ChangeOutcome } from './ports.ts'
import { readPrefix } from './read-prefix.ts'
import type { RotateDependencies } from './rotate.ts'
import { writeAudit } from './write-audit.ts'

export interface RepairRequest {
  readonly dryRun: boolean
  /** What is done about bytes and uploads that belong to no backup, once they are old enough. */
  readonly orphans: 'report' | 'delete'
  readonly actor: string
  readonly runUrl?: string
}

/** Bytes without a record may belong to a backup that runs: only older ones are orphans. */
const orphanGraceMs = 24 * 3_600_000

/**
 * Makes the manifest say what the records say, and tells what else is wrong in the prefix. Bytes are deleted only
 * when asked to, only after the grace period, and never what is not ours.
 */
export async function repair(
  dependencies: RotateDependencies,
  request: RepairRequest,
  signal?: AbortSignal,
): Promise<RepairResult> {
  const { catalog, clock, keys } = dependencies
  const now = clock.now()
  const before = await catalog.read(signal)
  const indexedIds = before.backups.filter(isLive).map(({ id }) => id)
  const prefix = await readPrefix(dependencies, indexedIds, signal)
  const view = { ...prefix, prefix: keys.prefix, now, graceMs: orphanGraceMs }
  const rebuilt: readonly RepairFinding[] =
    before.source === 'records' && before.problem !== undefined
      ? [
          {
            kind: 'rebuilt',
            text: `The manifest: ${before.problem}`,
            action: request.dryRun ? 'reported' : 'mended',
          },
        ]
      : []
  if (request.dryRun) {
    const plan = planRepair({ ...view, entries: before.backups })
    return await finish(dependencies, request, [...rebuilt, ...plan.findings], [], signal)
  }
  const outcome = await catalog.change<RepairPlan>(
    {
      decide: (manifest) => {
        const plan = planRepair({ ...view, entries: manifest.backups })
        const isMended = plan.findings.some(({ action }) => action === 'mended')
        return isMended
          ? { manifest: { ...manifest, backups: [...plan.backups] }, value: plan }
          : { value: plan }
      },
      isApplied: (manifest) =>
        planRepair({ ...view, entries: manifest.backups }).findings.every(
          ({ action }) => action !== 'mended',
        ),
    },
    signal,
  )
  const removed =
    request.orphans === 'delete'
      ? await removeOrphans(dependencies, outcome.value, signal)
      : new Set()
  const findings = outcome.value.findings.map(
    (finding): RepairFinding =>
      removed.has(finding) ? { ...finding, action: 'deleted' } : finding,
  )
  const warnings = indexWarnings(outcome.index)
  return await finish(dependencies, request, [...rebuilt, ...findings], warnings, signal)
}

function isLive({ status }: Backup): boolean {
  return status !== 'DELETED'
}

async function removeOrphans(
  { vault, log }: RotateDependencies,
  plan: RepairPlan,
  signal?: AbortSignal,
): Promise<ReadonlySet<RepairFinding>> {
  const removed = new Set<RepairFinding>()
  for (const { target, finding } of plan.deletable) {
    if (await removeOne(vault, target, signal)) removed.add(finding)
    else log.warn(`${target.key} is locked in the bucket and stays`)
  }
  return removed
}

async function removeOne(
  vault: RotateDependencies['vault'],
  target: Deletable,
  signal?: AbortSignal,
): Promise<boolean> {
  if (target.kind === 'upload') {
    await vault.abortUpload(target.key, target.uploadId, signal)
    return true
  }
  return (await vault.remove(target.key, signal)) !== 'retained'
}

function indexWarnings(index: ChangeOutcome<unknown>['index']): readonly string[] {
  if (index === 'stale') return ['The manifest could not be written: run repair again']
  if (index === 'unsupported')
    return ['This bucket keeps no conditional writes: there is no manifest to mend']
  return []
}

async function finish(
  { catalog, clock }: RotateDependencies,
  request: RepairRequest,
  findings: readonly RepairFinding[],
  warnings: readonly string[],
  signal?: AbortSignal,
): Promise<RepairResult> {
  const changed = findings.filter(({ action }) => action === 'mended' || action === 'deleted')
  const audit =
    request.dryRun || changed.length === 0
      ? []
      : await writeAudit(
          { catalog, clock },
          {
            action: 'repair',
            outcome: 'completed',
            actor: request.actor,
            backupIds: changed.flatMap(({ id }) => id ?? []),
            ...(request.runUrl !== undefined && { runUrl: request.runUrl }),
            details: { findings: changed.map(({ kind, key, id }) => ({ kind, key, id })) },
          },
        )
  const { backups } = await catalog.read(signal)
  return {
    version: resultVersion,
    command: 'repair',
    ok: true,
    reasonCode: request.dryRun ? 'dry_run' : changed.length === 0 ? 'nothing_to_do' : 'completed',
    message: describe(findings, changed.length, request.dryRun),
    dryRun: request.dryRun,
    findings,
    statistics: computeStatistics(backups, clock.now()),
    warnings: [...warnings, ...audit],
  }
}

function describe(findings: readonly RepairFinding[], changed: number, dryRun: boolean): string {
  if (findings.length === 0) return 'Manifest, records and bytes agree'
  const found = formatCount(findings.length, 'finding')
  return dryRun ? `${found}, nothing was changed` : `${found}, ${changed} mended or deleted`
}
