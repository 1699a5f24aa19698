import type { Backup } from '../domain/backup.ts'
import type { BackupRecord } from '../domain/backup-record.ts'
import { Failure } from '../domain/failure.ts'
import { judgeRestore } from '../domain/judge-restore.ts'
import { keepDatabaseName } from '../domain/keep-database-name.ts'
import type { Refusal } from '../domain/restore-refusals.ts'
import type { RestorePlan } from '../domain/result.ts'
import type { Catalog, Clock, Log, RestoreTarget, Streams, TargetFacts } from './ports.ts'
import { type BackupWanted, resolveRecord } from './resolve-record.ts'

export interface RestoreRequest extends BackupWanted {
  readonly mode: 'swap' | 'new-database' | 'in-place'
  /** The name of the new database, for that mode; by default one made of the database's and the backup's id. */
  readonly restoreDatabase?: string
  /** What the user gave to prove that they know what is replaced. */
  readonly confirm?: string
  /** The word that lets a backup of one database replace another. */
  readonly allowDifferentDatabase: boolean
  readonly delaySeconds: number
  readonly safetyBackup: boolean
  readonly dryRun: boolean
  readonly jobs: number
  readonly schemas: readonly string[]
  readonly tables: readonly string[]
  readonly noOwner: boolean
  readonly noPrivileges: boolean
  /** Host of the target, for people. */
  readonly host: string
  /** Whether a person types the name at the terminal instead of giving `confirm`. */
  readonly isAsked: boolean
  readonly actor: string
  readonly runUrl?: string
}

interface PlanDependencies {
  readonly clock: Clock
  readonly log: Log
  readonly catalog: Catalog
  readonly streams: Streams
  readonly target: RestoreTarget
}

/**
 * Decides what the restore will do, or refuses it with every reason at once. Reads only.
 *
 * @throws Failure with the first refusal's code
 */
export async function planRestore(
  { clock, log, catalog, streams, target }: PlanDependencies,
  request: RestoreRequest,
  signal: AbortSignal,
): Promise<{
  readonly text: string
  readonly value: {
    readonly plan: RestorePlan
    readonly record: BackupRecord
    readonly warnings: readonly string[]
  }
}> {
  const { backup, record } = await resolveRecord(catalog, request, signal)
  const facts = await target.describe(signal)
  const client = await target.prepareClient(facts, signal)
  for (const note of client.notes) log.info(note)
  const { mode, restoreDatabase = keepDatabaseName(backup.database, backup.id, 'restored') } =
    request
  const { refusals, warnings } = judgeRestore({
    backup,
    record,
    target: facts,
    mode,
    targetDatabase: target.name,
    ...(mode === 'new-database' && { restoreDatabase }),
    ...(request.confirm !== undefined && { confirm: request.confirm }),
    isConfirmationAsked: request.dryRun || (request.isAsked && request.confirm === undefined),
    allowDifferentDatabase: request.allowDifferentDatabase,
    freeBytes: await streams.freeBytes(),
  })
  const plan = makePlan({ ...request, restoreDatabase }, backup, facts, {
    target: target.name,
    now: clock.now(),
  })
  refuse([...refusals, ...(await findNameTaken(target, plan, signal)), ...obstacles(mode, facts)])
  return {
    text: `backup ${backup.id} to "${plan.restoreInto}" by ${mode}`,
    value: { plan, record, warnings },
  }
}

function makePlan(
  request: RestoreRequest & { readonly restoreDatabase: string },
  backup: Backup,
  facts: TargetFacts,
  { target, now }: { readonly target: string; readonly now: Date },
): RestorePlan {
  const { mode, restoreDatabase } = request
  const isReplacing = mode !== 'new-database'
  return {
    backup,
    mode,
    target: {
      database: target,
      host: request.host,
      serverVersion: facts.version,
      sizeBytes: facts.exists ? facts.sizeBytes : 0,
      sessions: facts.sessions,
      exists: facts.exists,
    },
    restoreInto: isReplacing ? target : restoreDatabase,
    ...(mode === 'swap' && facts.exists && { keepAs: keepDatabaseName(target, backup.id) }),
    dataLossWindowMs: now.getTime() - Date.parse(backup.startedAt),
    safetyBackup: request.safetyBackup && isReplacing && facts.exists,
    delaySeconds: isReplacing ? request.delaySeconds : 0,
  }
}

/** A name that is taken would be found out only when everything else is done. */
async function findNameTaken(
  target: RestoreTarget,
  { mode, keepAs, restoreInto }: RestorePlan,
  signal: AbortSignal,
): Promise<readonly Refusal[]> {
  const name = mode === 'new-database' ? restoreInto : keepAs
  if (name === undefined || !(await target.has(name, signal))) return []
  const hint =
    mode === 'new-database'
      ? 'Choose another name for "restore-database".'
      : 'An earlier restore of this backup kept the database that it replaced: undo that restore, or drop what it kept.'
  const text = `Cannot restore: there is a database "${name}" already, expected a free name`
  return [{ code: 'target_unfit', text, hint }]
}

function obstacles(mode: RestoreRequest['mode'], facts: TargetFacts): readonly Refusal[] {
  if (!facts.exists || mode === 'new-database') return []
  const found = mode === 'swap' ? facts.swapObstacles : facts.inPlaceObstacles
  if (found.length === 0) return []
  const text = `Cannot restore by ${mode}: ${found.join('; ')}, expected ${found.length === 1 ? 'no such obstacle' : 'none of these obstacles'}`
  const hint = 'Remove what stands in the way, or restore into a new database and switch over.'
  return [{ code: 'target_unfit', text, hint }]
}

/** Every reason at once: whoever mends one should not meet the next one by surprise. */
function refuse(refusals: readonly Refusal[]): void {
  const [first] = refusals
  if (first === undefined) return
  const hints = new Set(refusals.flatMap(({ hint }) => hint ?? []))
  throw new Failure({
    code: first.code,
    stage: 'plan',
    message: refusals.map(({ text }) => text).join('\n'),
    ...(hints.size > 0 && { hint: [...hints].join(' ') }),
  })
}
