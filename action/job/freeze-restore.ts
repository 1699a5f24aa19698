import type { BackupRecord } from '../domain/backup-record.ts'
import { freezePlan, serialiseFrozenPlan } from '../domain/frozen-plan.ts'
import { keepDatabaseName } from '../domain/keep-database-name.ts'
import { type PlanResult, resultVersion } from '../domain/result.ts'
import type { Catalog, Clock } from './ports.ts'
import { type BackupWanted, resolveRecord } from './resolve-record.ts'

export interface FreezeRequest extends BackupWanted {
  readonly action:
    | {
        readonly command: 'restore'
        /** Name of the database that the data will end up in; by default the backup's own, or one made of it and the id. */
        readonly target?: string
        readonly mode: 'swap' | 'new-database' | 'in-place'
      }
    | { readonly command: 'delete' }
  readonly requestedBy: { readonly login?: string; readonly id?: number }
  readonly requestId?: string
  readonly runId: string
  /** "owner/name". */
  readonly repository: string
}

/**
 * `command: plan`: resolves once what reviewers will be asked to agree to. The gated job carries out this and never
 * reads "latest" again. Needs to read the bucket and nothing else.
 */
export async function freezeRestore(
  { catalog, clock }: { readonly catalog: Catalog; readonly clock: Clock },
  request: FreezeRequest,
  signal?: AbortSignal,
): Promise<PlanResult> {
  const { backup, record } = await resolveRecord(catalog, request, signal)
  const { action } = request
  const now = clock.now()
  const plan = freezePlan({
    backup: record,
    action:
      action.command === 'restore'
        ? { ...action, target: action.target ?? nameTarget(action.mode, record) }
        : action,
    requestedBy: request.requestedBy,
    requestId: request.requestId,
    runId: request.runId,
    repository: request.repository,
    now,
  })
  return {
    version: resultVersion,
    command: 'plan',
    ok: true,
    reasonCode: 'completed',
    message: `The plan to ${action.command} ${backup.id} is frozen until it is approved`,
    backup,
    plan: serialiseFrozenPlan(plan),
    dataAgeMs: Math.max(0, now.getTime() - Date.parse(backup.startedAt)),
    warnings: [],
  }
}

function nameTarget(mode: string, { database, id }: BackupRecord): string {
  return mode === 'new-database' ? keepDatabaseName(database, id, 'restored') : database
}
