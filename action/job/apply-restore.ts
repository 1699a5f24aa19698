import type { BackupRecord } from '../domain/backup-record.ts'
import { isFailure } from '../domain/failure.ts'
import { formatCount } from '../domain/format-count.ts'
import { quoteShell } from '../domain/quote-shell.ts'
import type { RestorePlan, RestoreResult } from '../domain/result.ts'
import { dropScratch } from './drop-scratch.ts'
import { fillScratch, requireSameRows } from './fill-scratch.ts'
import { loadBackup } from './load-backup.ts'
import type { RestoreRequest } from './plan-restore.ts'
import type { Log, Random, RestoreTarget, SpooledBackup, Streams } from './ports.ts'
import type { Stepper } from './stepper.ts'

interface ApplyDependencies {
  readonly random: Random
  readonly log: Log
  readonly streams: Streams
  readonly target: RestoreTarget
}

interface ApplyRequest {
  readonly request: RestoreRequest
  readonly plan: RestorePlan
  readonly record: BackupRecord
  readonly spooled: SpooledBackup
  readonly steps: Stepper
}

type Applied = Pick<RestoreResult, 'restoredTables' | 'undo' | 'dropOld'>

/** How long sessions of the replaced database may take to end by themselves. */
const sessionGraceMs = 5_000

/** Brings proven bytes into the target in the way that the plan says. */
export async function applyRestore(
  dependencies: ApplyDependencies,
  apply: ApplyRequest,
  signal: AbortSignal,
): Promise<Applied> {
  return apply.plan.mode === 'in-place'
    ? await applyInPlace(dependencies, apply, signal)
    : await applyBeside(dependencies, apply, signal)
}

async function applyInPlace(
  { streams, target, log }: ApplyDependencies,
  { request, record, spooled, steps, plan }: ApplyRequest,
  signal: AbortSignal,
): Promise<Applied> {
  const { jobs, schemas, tables, noOwner, noPrivileges } = request
  const database = plan.target.database
  const load = { database, inPlace: true, jobs, schemas, tables, noOwner, noPrivileges }
  await steps.run('restore in place', async () => {
    await loadBackup({ streams, target }, { ...load, record, spooled }, signal)
    return { text: `committed in one transaction into "${database}"`, value: undefined }
  })
  const rows = await steps.run('count', () => countCommitted({ target, log }, database, signal))
  if (rows === undefined) return {}
  const hint =
    'The restore is committed: look at the target, and restore the safety backup if need be.'
  requireSameRows(record, request, rows, hint)
  return { restoredTables: rows }
}

/** The target is replaced by now: rows that cannot be counted do not undo that. */
async function countCommitted(
  { target, log }: Pick<ApplyDependencies, 'target' | 'log'>,
  database: string,
  signal: AbortSignal,
): Promise<{ text: string; value: Readonly<Record<string, number>> | undefined }> {
  try {
    const counted = await target.countRows(database, signal)
    return { text: describeRows(counted), value: counted }
  } catch (error) {
    if (!isFailure(error) && !signal.aborted) throw error
    const why = isFailure(error) ? error.message : 'the run was cancelled'
    log.warn(`The target is restored, but its rows could not be counted: ${why}`)
    return { text: 'not counted', value: undefined }
  }
}

async function applyBeside(
  dependencies: ApplyDependencies,
  { request, plan, record, spooled, steps }: ApplyRequest,
  signal: AbortSignal,
): Promise<Applied> {
  const { target } = dependencies
  const scratch = await steps.run('restore', async () => {
    const filled = await fillScratch(dependencies, { ...request, record, spooled }, signal)
    return { text: `${describeRows(filled.rows)} in "${filled.name}"`, value: filled }
  })
  try {
    if (plan.keepAs !== undefined) {
      await steps.run('carry over', async () => {
        await target.carryOver(plan.target.database, scratch.name, signal)
        return { text: 'settings, owner, grants and comment of the target', value: undefined }
      })
    }
    await steps.run('analyze', async () => {
      await target.analyze(scratch.name, signal)
      return { text: 'planner statistics made', value: undefined }
    })
    await steps.run('exchange', async () => {
      const text = await exchange(target, plan, scratch.name, signal)
      return { text, value: undefined }
    })
  } catch (error) {
    await dropScratch(dependencies, scratch.name)
    throw error
  }
  return {
    restoredTables: scratch.rows,
    ...(plan.keepAs !== undefined && {
      undo: `npm run backup:restore -- --undo=${plan.backup.id} --confirm=${quoteShell(plan.target.database)}`,
      dropOld: `DROP DATABASE ${quoteIdentifier(plan.keepAs)};`,
    }),
  }
}

async function exchange(
  target: RestoreTarget,
  plan: RestorePlan,
  scratch: string,
  signal: AbortSignal,
): Promise<string> {
  if (plan.keepAs === undefined) {
    await target.rename(scratch, plan.restoreInto, signal)
    return `"${plan.restoreInto}" is there`
  }
  const names = { target: plan.target.database, scratch, keepAs: plan.keepAs }
  await target.swap({ ...names, sessionGraceMs }, signal)
  return `"${plan.target.database}" is the backup now; the old one is "${plan.keepAs}"`
}

function describeRows(rows: Readonly<Record<string, number>>): string {
  const counts = Object.values(rows)
  const total = counts.reduce((sum, count) => sum + count, 0)
  return `${formatCount(total, 'row')} in ${formatCount(counts.length, 'table')}`
}

function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
