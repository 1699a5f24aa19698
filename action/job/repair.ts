import type { Backup } from '../domain/backup.ts'
import { Failure } from '../domain/failure.ts'
import { formatCount } from '../domain/format-count.ts'
import { planRepair, type RepairPlan } from '../domain/repair-plan.ts'
import { type RepairFinding, type RepairResult, resultVersion } from '../domain/result.ts'
import { computeStatistics } from '../domain/statistics.ts'
import { cautiousNow } from './cautious-now.ts'
import type { ChangeOutcome } from './ports.ts'
import { readPrefix } from './read-prefix.ts'
import { removeOrphans } from './remove-orphans.ts'
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
  const { catalog, keys } = dependencies
  const before = await catalog.read(signal)
  const now = cautiousNow(dependencies)
  const indexedIds = before.backups.filter(isLive).map(({ id }) => id)
  const prefix = await readPrefix(dependencies, indexedIds, signal)
  const view = { ...prefix, prefix: keys.prefix, now, graceMs: orphanGraceMs }
  const rebuilt: readonly RepairFinding[] =
    before.source === 'records' && before.problem !== undefined
      ? [{ kind: 'rebuilt', text: `The manifest: ${before.problem}`, action: 'mended' }]
      : []
  if (request.dryRun) {
    const plan = planRepair({ ...view, entries: before.backups })
    const findings = unmended([...rebuilt, ...plan.findings])
    return await finish(dependencies, request, { findings, warnings: [] }, signal)
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
  const isWritten = outcome.index === 'written' || outcome.index === 'unchanged'
  const told = [...rebuilt, ...outcome.value.findings]
  const isWanted = request.orphans === 'delete'
  const removal = await removeOrphans(dependencies, isWanted ? outcome.value.deletable : [], signal)
  const { removed } = removal
  const failure = unwritable(outcome.index, outcome.reason) ?? removal.failure
  const findings = told.map(
    (finding): RepairFinding =>
      removed.has(finding) ? { ...finding, action: 'deleted' } : finding,
  )
  const end = {
    findings: isWritten ? findings : unmended(findings),
    warnings: indexWarnings(outcome.index),
    ...(failure !== undefined && { failure }),
  }
  return await finish(dependencies, request, end, signal)
}

/** Findings of a repair that wrote nothing: what would have been mended is only told. */
function unmended(findings: readonly RepairFinding[]): readonly RepairFinding[] {
  return findings.map((finding) =>
    finding.action === 'mended' ? { ...finding, action: 'reported' } : finding,
  )
}

function isLive({ status }: Backup): boolean {
  return status !== 'DELETED'
}

function indexWarnings(index: ChangeOutcome<unknown>['index']): readonly string[] {
  if (index !== 'unsupported') return []
  return ['This bucket keeps no conditional writes: there is no manifest to mend']
}

function unwritable(index: ChangeOutcome<unknown>['index'], reason = 'unknown') {
  if (index !== 'stale') return undefined
  return new Failure({
    code: 'manifest_unwritable',
    stage: 'manifest',
    message: `Cannot mend the manifest: it could not be written for certain (${reason}), expected a successful swap`,
    hint: 'Run repair again; run doctor if it repeats.',
  })
}

interface RepairEnd {
  readonly findings: readonly RepairFinding[]
  readonly warnings: readonly string[]
  /** What stopped the deletion of orphans; what was mended before stays mended. */
  readonly failure?: Failure
}

async function finish(
  { catalog, clock }: RotateDependencies,
  request: RepairRequest,
  { findings, warnings, failure }: RepairEnd,
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
            outcome: failure?.code ?? 'completed',
            actor: request.actor,
            backupIds: changed.flatMap(({ id }) => id ?? []),
            ...(request.runUrl !== undefined && { runUrl: request.runUrl }),
            details: { findings: changed.map(({ kind, key, id }) => ({ kind, key, id })) },
          },
        )
  const { backups } = await catalog.read(signal)
  const reasonCode = request.dryRun
    ? 'dry_run'
    : changed.length === 0
      ? 'nothing_to_do'
      : 'completed'
  const message = describe(findings, changed.length, request.dryRun)
  return {
    version: resultVersion,
    command: 'repair',
    ok: failure === undefined,
    reasonCode: failure?.code ?? reasonCode,
    message: failure === undefined ? message : `${message}, then: ${failure.message}`,
    ...(failure !== undefined && { stage: failure.stage }),
    ...(failure?.hint !== undefined && { hint: failure.hint }),
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
