import { isFailure } from '../domain/failure.ts'
import { formatSize } from '../domain/format-size.ts'
import { type CleanupResult, type RotationReport, resultVersion } from '../domain/result.ts'
import type { RetentionSettings } from '../domain/retention.ts'
import { computeStatistics } from '../domain/statistics.ts'
import { type RotateDependencies, rotate } from './rotate.ts'
import { writeAudit } from './write-audit.ts'

export interface CleanUpRequest {
  readonly retention: RetentionSettings
  readonly dryRun: boolean
  readonly actor: string
  readonly runUrl?: string
  /** Asks a person at a terminal; absent where nobody can be asked. */
  readonly agree?: (preview: RotationReport) => Promise<boolean>
}

/** Applies retention now. What a dry run prints is the plan that a run carries out. */
export async function cleanUp(
  dependencies: RotateDependencies,
  request: CleanUpRequest,
  signal?: AbortSignal,
): Promise<CleanupResult> {
  const { retention, dryRun, agree } = request
  const preview = await rotate(dependencies, { retention, dryRun: true }, signal)
  if (dryRun) return await finish(dependencies, preview, 'dry_run', [], signal)
  if (preview.deleted.length > 0 && agree !== undefined && !(await agree(preview))) {
    return await finish(dependencies, { ...preview, dryRun: true }, 'nothing_to_do', [], signal)
  }
  const agreedIds = new Set(preview.deleted)
  const rotation = await carryOut(dependencies, request, agreedIds, signal)
  if (rotation.deleted.length === 0 && rotation.retained.length === 0) {
    return await finish(dependencies, rotation, 'nothing_to_do', [], signal)
  }
  const warnings = await auditRotation(dependencies, request, rotation)
  return await finish(dependencies, rotation, 'completed', warnings, signal)
}

/** A clean-up that broke off may have deleted some of what it was to delete: that is audited too. */
async function carryOut(
  dependencies: RotateDependencies,
  { retention, actor, runUrl }: CleanUpRequest,
  agreedIds: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<RotationReport> {
  try {
    return await rotate(dependencies, { retention, dryRun: false, agreedIds }, signal)
  } catch (error) {
    const outcome = isFailure(error) ? error.code : 'cancelled'
    const warnings = await writeAudit(dependencies, {
      action: 'cleanup',
      outcome,
      actor,
      backupIds: [...agreedIds],
      ...(runUrl !== undefined && { runUrl }),
    })
    for (const warning of warnings) dependencies.log.warn(warning)
    throw error
  }
}

/** The audit object of what a rotation removed, also where it followed a backup. */
export async function auditRotation(
  dependencies: RotateDependencies,
  { actor, runUrl }: Pick<CleanUpRequest, 'actor' | 'runUrl'>,
  { deleted, freedBytes, retained }: RotationReport,
): Promise<readonly string[]> {
  return await writeAudit(dependencies, {
    action: 'cleanup',
    outcome: 'completed',
    actor,
    backupIds: [...deleted],
    ...(runUrl !== undefined && { runUrl }),
    details: { freedBytes, retained },
  })
}

async function finish(
  { catalog, clock }: RotateDependencies,
  rotation: RotationReport,
  reasonCode: CleanupResult['reasonCode'],
  warnings: readonly string[],
  signal?: AbortSignal,
): Promise<CleanupResult> {
  const { backups } = await catalog.read(signal)
  return {
    version: resultVersion,
    command: 'cleanup',
    ok: rotation.refusal === undefined,
    reasonCode: rotation.refusal === undefined ? reasonCode : 'rotation_refused',
    message: rotation.refusal ?? describe(rotation),
    rotation,
    statistics: computeStatistics(backups, clock.now()),
    warnings: [...warnings, ...rotation.warnings],
  }
}

function describe({ dryRun, deleted, retained, freedBytes }: RotationReport): string {
  const count = `${deleted.length} ${deleted.length === 1 ? 'backup' : 'backups'}`
  const locked = retained.length === 0 ? '' : `, ${retained.length} retained by the bucket`
  return dryRun
    ? `${count} would be removed, ${formatSize(freedBytes)} freed`
    : `${count} removed, ${formatSize(freedBytes)} freed${locked}`
}
