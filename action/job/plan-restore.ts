import type { BackupRecord } from '../domain/backup-record.ts'
import { Failure } from '../domain/failure.ts'
import { judgeRestore } from '../domain/judge-restore.ts'
import { keepDatabaseName } from '../domain/keep-database-name.ts'
import type { RestorePlan } from '../domain/result.ts'
import type { Catalog, Clock, Log, RestoreTarget, Streams } from './ports.ts'
import { type BackupWanted, resolveRecord } from './resolve-record.ts'

export interface RestoreRequest extends BackupWanted {
  readonly mode: 'swap' | 'new-database' | 'in-place'
  /** The name of the new database, for that mode. */
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
  const { mode } = request
  const isReplacing = mode !== 'new-database'
  const { refusals, warnings } = judgeRestore({
    backup,
    record,
    target: facts,
    mode,
    targetDatabase: target.name,
    ...(request.restoreDatabase !== undefined && { restoreDatabase: request.restoreDatabase }),
    ...(request.confirm !== undefined && { confirm: request.confirm }),
    isConfirmationAsked: request.isAsked || request.dryRun,
    allowDifferentDatabase: request.allowDifferentDatabase,
    freeBytes: await streams.freeBytes(),
  })
  const [first, ...others] = refusals
  if (first !== undefined) {
    throw new Failure({
      code: first.code,
      stage: 'plan',
      message: [first, ...others].map(({ text }) => text).join('\n'),
      ...(first.hint !== undefined && { hint: first.hint }),
    })
  }
  const plan: RestorePlan = {
    backup,
    mode,
    target: {
      database: target.name,
      host: request.host,
      serverVersion: facts.version,
      sizeBytes: facts.exists ? facts.sizeBytes : 0,
      sessions: facts.sessions,
      exists: facts.exists,
    },
    restoreInto: isReplacing ? target.name : (request.restoreDatabase ?? target.name),
    ...(mode === 'swap' && facts.exists && { keepAs: keepDatabaseName(target.name, backup.id) }),
    dataLossWindowMs: clock.now().getTime() - Date.parse(backup.startedAt),
    safetyBackup: request.safetyBackup && isReplacing && facts.exists,
    delaySeconds: isReplacing ? request.delaySeconds : 0,
  }
  return {
    text: `backup ${backup.id} to "${plan.restoreInto}" by ${mode}`,
    value: { plan, record, warnings },
  }
}
