import { Failure, isFailure } from '../domain/failure.ts'
import { keepDatabaseName } from '../domain/keep-database-name.ts'
import { type RestoreResult, resultVersion } from '../domain/result.ts'
import type { Catalog, Clock, Log, RestoreTarget } from './ports.ts'
import { underLock } from './restore.ts'
import { createStepper } from './stepper.ts'
import { writeAudit } from './write-audit.ts'

export interface UndoDependencies {
  readonly clock: Clock
  readonly log: Log
  readonly catalog: Catalog
  readonly target: RestoreTarget
  readonly holder: string
  readonly redact: (text: string) => string
}

export interface UndoRequest {
  /** The backup whose restore is undone. */
  readonly id: string
  readonly confirm?: string
  readonly dryRun: boolean
  readonly actor: string
  readonly runUrl?: string
}

/** How long sessions of the restored database may take to end by themselves. */
const sessionGraceMs = 5_000

/**
 * Brings back the database that a `swap` replaced: the names are exchanged again, and what the restore had made is
 * kept under a name of its own.
 */
export async function undoRestore(
  dependencies: UndoDependencies,
  request: UndoRequest,
  signal: AbortSignal,
): Promise<RestoreResult> {
  const { target, clock, log, redact } = dependencies
  const steps = createStepper(clock, log)
  const kept = keepDatabaseName(target.name, request.id)
  const keepAs = keepDatabaseName(target.name, request.id, 'undone')
  const base = { version: resultVersion, command: 'restore', dryRun: request.dryRun } as const
  requireConfirmation(target.name, request)
  try {
    await requireNames(target, { id: request.id, kept, keepAs }, signal)
    const message = `"${target.name}" is what it was before the restore of ${request.id}; what the restore had made is kept as "${keepAs}"`
    if (request.dryRun) {
      const planned = `"${kept}" would become "${target.name}" again`
      return { ...base, ok: true, reasonCode: 'dry_run', message: planned, steps: [], warnings: [] }
    }
    const warnings = await underLock(dependencies, signal, async (locked) => {
      await steps.run('exchange', async () => {
        const names = { target: target.name, scratch: kept, keepAs }
        await target.swap({ ...names, sessionGraceMs }, locked)
        return { text: message, value: undefined }
      })
      return await audit(dependencies, request, 'restored')
    })
    return { ...base, ok: true, reasonCode: 'completed', message, steps: steps.taken(), warnings }
  } catch (error) {
    if (!isFailure(error)) throw error
    return {
      ...base,
      ok: false,
      reasonCode: error.code,
      message: redact(error.message),
      stage: error.stage,
      ...(error.hint !== undefined && { hint: error.hint }),
      steps: steps.taken(),
      warnings: await audit(dependencies, request, error.code),
    }
  }
}

/** A dry run must not promise what the exchange would refuse. */
async function requireNames(
  target: RestoreTarget,
  { id, kept, keepAs }: { readonly id: string; readonly kept: string; readonly keepAs: string },
  signal: AbortSignal,
): Promise<void> {
  if (!(await target.has(kept, signal)))
    throw unfit(
      `there is no database "${kept}", expected the one that the restore of ${id} kept`,
      'It was dropped, or that restore was undone already, or the id is of another restore; restore the safety backup that it took instead.',
    )
  if (await target.has(keepAs, signal))
    throw unfit(
      `there is a database "${keepAs}" already, expected a free name`,
      'An earlier undo kept it: drop or rename it.',
    )
}

function unfit(what: string, hint: string): Failure {
  const message = `Cannot undo the restore: ${what}`
  return new Failure({ code: 'target_unfit', stage: 'plan', message, hint })
}

async function audit(
  { catalog, clock, target }: UndoDependencies,
  { id, actor, runUrl }: UndoRequest,
  outcome: string,
): Promise<readonly string[]> {
  return await writeAudit(
    { catalog, clock },
    {
      action: 'undo',
      outcome,
      actor,
      backupIds: [id],
      target: target.name,
      ...(runUrl !== undefined && { runUrl }),
    },
  )
}

function requireConfirmation(name: string, { confirm, dryRun }: UndoRequest): void {
  if (dryRun || confirm === name) return
  throw new Failure({
    code: 'confirmation_mismatch',
    stage: 'plan',
    message: `Cannot undo the restore: "confirm" is not the name of the target, expected "${name}"`,
    hint: 'Set "confirm" to the name of the database that is to be brought back.',
  })
}
