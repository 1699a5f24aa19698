import type { Backup } from '../domain/backup.ts'
import { isFailure } from '../domain/failure.ts'
import type { BackupResult } from '../domain/result.ts'
import type { RetentionSettings } from '../domain/retention.ts'
import { computeStatistics } from '../domain/statistics.ts'
import { type BackUpDependencies, type BackUpRequest, backUp } from './back-up.ts'
import { auditRotation } from './clean-up.ts'
import { type RotateDependencies, rotate } from './rotate.ts'

/** So many backups make the chart of sizes over time. */
const historyLengthMax = 30

/**
 * The nightly story: back up, then rotate, then look at what there is. After a failed backup nothing is
 * rotated: a broken night must not cost older backups.
 */
export async function backUpAndRotate(
  dependencies: BackUpDependencies & RotateDependencies,
  request: BackUpRequest & { readonly retention?: RetentionSettings },
  signal?: AbortSignal,
): Promise<BackupResult> {
  const made = await backUp(dependencies, request, signal)
  const { retention } = request
  const rotated =
    made.ok && retention !== undefined
      ? await rotateAfter(dependencies, made, retention, signal)
      : made
  return signal?.aborted ? rotated : await lookBack(dependencies, rotated, signal)
}

async function rotateAfter(
  dependencies: BackUpDependencies & RotateDependencies,
  made: BackupResult,
  retention: RetentionSettings,
  signal?: AbortSignal,
): Promise<BackupResult> {
  try {
    const rotation = await rotate(dependencies, { retention, dryRun: false }, signal)
    const refusal = rotation.refusal === undefined ? [] : [`Rotation: ${rotation.refusal}`]
    const audit =
      rotation.deleted.length + rotation.retained.length === 0
        ? []
        : await auditRotation(dependencies, describeAsker(made), rotation)
    return {
      ...made,
      rotation,
      warnings: [...made.warnings, ...refusal, ...rotation.warnings, ...audit],
    }
  } catch (error) {
    if (!isFailure(error) && signal?.aborted !== true) throw error
    const why = isFailure(error) ? error.message : 'the run was cancelled'
    return {
      ...made,
      ok: false,
      reasonCode: 'rotation_failed',
      stage: 'rotation',
      message: `${made.message}, but expired backups could not be removed: ${why}`,
      hint: 'The new backup is safe. Run cleanup to try the rotation again.',
    }
  }
}

function describeAsker({ backup }: BackupResult) {
  const { requestedBy: actor = 'unknown', runUrl } = backup ?? {}
  return { actor, ...(runUrl !== undefined && { runUrl }) }
}

/** Decorative: where the bucket does not answer any more, the result goes without figures. */
async function lookBack(
  { catalog, clock }: BackUpDependencies,
  result: BackupResult,
  signal?: AbortSignal,
): Promise<BackupResult> {
  try {
    const { backups } = await catalog.read(signal)
    const database = result.backup?.database
    return {
      ...result,
      statistics: computeStatistics(backups, clock.now()),
      history: backups
        .filter((backup) => backup.database === database && backup.status === 'COMPLETED')
        .sort((a, b) => a.startedAt.localeCompare(b.startedAt))
        .slice(-historyLengthMax)
        .map(toPoint),
    }
  } catch (error) {
    if (!isFailure(error) && signal?.aborted !== true) throw error
    const why = isFailure(error) ? error.message : 'the run was cancelled'
    return { ...result, warnings: [...result.warnings, `No statistics: ${why}`] }
  }
}

function toPoint({ id, startedAt, fileSize, type }: Backup) {
  return { id, at: startedAt, fileSize, type }
}
