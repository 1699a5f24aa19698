import type { BackupRecord } from '../domain/backup-record.ts'
import { Failure, isFailure } from '../domain/failure.ts'
import { formatCount, formatItems } from '../domain/format-count.ts'
import { formatDuration } from '../domain/format-duration.ts'
import { formatSize } from '../domain/format-size.ts'
import type { ObjectKeys } from '../domain/object-keys.ts'
import {
  type BackupResult,
  type RestorePlan,
  type RestoreResult,
  resultVersion,
} from '../domain/result.ts'
import { applyRestore } from './apply-restore.ts'
import { planRestore, type RestoreRequest } from './plan-restore.ts'
import type {
  Catalog,
  Clock,
  Log,
  Random,
  RestoreTarget,
  SpooledBackup,
  Streams,
  Vault,
} from './ports.ts'
import { readStored } from './read-stored.ts'
import { recordRestoration } from './record-restoration.ts'
import { removeDeadScratch } from './remove-dead-scratch.ts'
import { requireSound } from './require-sound.ts'
import { exclusiveLease } from './rotate.ts'
import { createStepper, type Stepper } from './stepper.ts'

export interface RestoreDependencies {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly catalog: Catalog
  readonly vault: Vault
  readonly keys: ObjectKeys
  readonly streams: Streams
  readonly target: RestoreTarget
  readonly holder: string
  readonly redact: (text: string) => string
  /** Backs the target up, COMPLETED, before anything replaces it. */
  readonly takeSafetyBackup: (signal: AbortSignal) => Promise<BackupResult>
  /** Asks a person at a terminal to type the target's name; absent where nobody can be asked. */
  readonly agree?: (plan: RestorePlan) => Promise<boolean>
  /** Told the plan once it is going to be carried out, before the delay. */
  readonly onStart?: (plan: RestorePlan) => void
}

/**
 * Restores one backup, in an order in which nothing touches the target before the bytes are proven and the
 * target itself is safe. Each step is in the log and in the result.
 */
export async function restore(
  dependencies: RestoreDependencies,
  request: RestoreRequest,
  signal: AbortSignal,
): Promise<RestoreResult> {
  const { clock, log, redact } = dependencies
  const steps = createStepper(clock, log)
  let plan: RestorePlan | undefined
  try {
    const planned = await steps.run('plan', () => planRestore(dependencies, request, signal))
    plan = planned.plan
    for (const warning of planned.warnings) log.warn(warning)
    if (request.dryRun) return end(plan, steps, 'dry_run', describePlan(plan), { dryRun: true })
    if (dependencies.agree !== undefined && !(await dependencies.agree(plan))) {
      const message = `Nothing was restored: what was typed is not the name of the target, "${plan.target.database}"`
      return end(plan, steps, 'nothing_to_do', message, { dryRun: true })
    }
    dependencies.onStart?.(plan)
    await steps.run('delay', () => warnAndWait(dependencies, planned.plan, signal))
    return await underLock(dependencies, signal, (locked) =>
      carryOut(dependencies, request, planned, steps, locked),
    )
  } catch (error) {
    if (!isFailure(error) && !signal.aborted) throw error
    const failure = signal.aborted ? cancelled(error) : error
    if (!isFailure(failure)) throw error
    return {
      ...end(plan, steps, failure.code, redact(failure.message), { dryRun: false }),
      ok: false,
      stage: failure.stage,
      ...(failure.hint !== undefined && { hint: failure.hint }),
    }
  }
}

async function carryOut(
  dependencies: RestoreDependencies,
  request: RestoreRequest,
  { plan, record }: { readonly plan: RestorePlan; readonly record: BackupRecord },
  steps: Stepper,
  signal: AbortSignal,
): Promise<RestoreResult> {
  const { log, target } = dependencies
  const spooled = await steps.run('download', () => download(dependencies, record, signal))
  const safety = plan.safetyBackup
    ? await steps.run('safety backup', () => takeSafety(dependencies, signal))
    : undefined
  await steps.run('tidy', async () => {
    const dropped = await removeDeadScratch({ log, target }, signal)
    return { text: `${dropped.length} databases of dead restores dropped`, value: dropped }
  })
  let outcome: 'restored' | 'failed' = 'failed'
  try {
    const applied = await applyRestore(
      dependencies,
      { request, plan, record, spooled, steps },
      signal,
    )
    outcome = 'restored'
    const into = plan.restoreInto
    return {
      ...end(plan, steps, 'completed', `Backup ${record.id} is restored into "${into}"`, {
        dryRun: false,
      }),
      ...(safety !== undefined && { safetyBackupId: safety }),
      ...applied,
    }
  } finally {
    for (const warning of await recordRestoration(dependencies, request, plan, outcome)) {
      log.warn(warning)
    }
  }
}

async function download(
  dependencies: RestoreDependencies,
  record: BackupRecord,
  signal: AbortSignal,
): Promise<{ text: string; value: SpooledBackup }> {
  const stored = readStored(dependencies, record, signal)
  const spooled = await dependencies.streams.spool(stored, record.format, signal)
  requireSound(record, spooled.inspection)
  return {
    text: `${formatSize(spooled.file.size)} downloaded; size, SHA-256 and the end of the dump are right`,
    value: spooled,
  }
}

async function takeSafety(
  { takeSafetyBackup }: RestoreDependencies,
  signal: AbortSignal,
): Promise<{ text: string; value: string }> {
  const made = await takeSafetyBackup(signal)
  if (made.ok && made.backup !== undefined) {
    return { text: `The target is kept as backup ${made.backup.id}`, value: made.backup.id }
  }
  throw new Failure({
    code: 'safety_backup_failed',
    stage: 'safety-backup',
    message: `Cannot restore: the safety backup of the target ended with ${made.reasonCode} (${made.message}), expected COMPLETED`,
    hint: 'Nothing was changed. Mend what stopped the backup, or set "safety-backup" to false if the target is worthless.',
  })
}

async function warnAndWait(
  { log, clock }: RestoreDependencies,
  plan: RestorePlan,
  signal: AbortSignal,
): Promise<{ text: string; value: undefined }> {
  log.warn(describePlan(plan))
  if (plan.delaySeconds > 0) {
    log.warn(
      `Starting in ${formatItems(plan.delaySeconds, 'second')}; cancel now to change nothing`,
    )
    await clock.sleep(plan.delaySeconds * 1000, signal)
  }
  return { text: `Waited ${plan.delaySeconds} s`, value: undefined }
}

/** What is about to be replaced, by what, and what is lost. */
export function describePlan(plan: RestorePlan): string {
  const { backup, target, mode, restoreInto, dataLossWindowMs } = plan
  const from = `backup ${backup.id} of "${backup.database}"`
  const size = formatSize(target.sizeBytes)
  if (mode === 'new-database') return `Database "${restoreInto}" will be made from ${from}`
  if (!target.exists)
    return `Database "${target.database}" does not exist and will be made from ${from}`
  const kept = plan.keepAs === undefined ? '' : `; the old one is kept as "${plan.keepAs}"`
  return `Database "${target.database}" (${size}, ${formatCount(target.sessions, 'session')}) on ${target.host} will be replaced by ${from}: what was written in the last ${formatDuration(dataLossWindowMs)} is not in it${kept}`
}

/** Holds the lease in the bucket and the lock on the server while `work` runs. */
export async function underLock<T>(
  { catalog, target, holder }: Pick<RestoreDependencies, 'catalog' | 'target' | 'holder'>,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const lease = await catalog.acquireLease(exclusiveLease, holder, signal)
  try {
    const lock = await target.lock(signal)
    try {
      return await work(AbortSignal.any([signal, lease.lost, lock.lost]))
    } finally {
      await lock.release()
    }
  } finally {
    await lease.release()
  }
}

function cancelled(cause: unknown): Failure {
  return new Failure({
    code: 'cancelled',
    stage: 'cancel',
    message: 'Cannot finish the restore: the run was cancelled, expected to be left to its end',
    hint: 'The target is as it was before, or whole: never in between. Start again when you are ready.',
    cause,
  })
}

function end(
  plan: RestorePlan | undefined,
  steps: Stepper,
  reasonCode: RestoreResult['reasonCode'],
  message: string,
  { dryRun }: { readonly dryRun: boolean },
): RestoreResult {
  return {
    version: resultVersion,
    command: 'restore',
    ok: true,
    reasonCode,
    message,
    dryRun,
    ...(plan !== undefined && { plan }),
    steps: steps.taken(),
    warnings: [],
  }
}
