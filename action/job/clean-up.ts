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
  const rotation = await rotate(dependencies, { retention, dryRun: false, agreedIds }, signal)
  if (rotation.deleted.length === 0 && rotation.retained.length === 0) {
    return await finish(dependencies, rotation, 'nothing_to_do', [], signal)
  }
  const warnings = await writeAudit(dependencies, {
    action: 'cleanup',
    outcome: 'completed',
    actor: request.actor,
    backupIds: [...rotation.deleted],
    ...(request.runUrl !== undefined && { runUrl: request.runUrl }),
    details: { freedBytes: rotation.freedBytes, retained: rotation.retained },
  })
  return await finish(dependencies, rotation, 'completed', warnings, signal)
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
