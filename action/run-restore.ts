import type { Adapters } from './adapters.ts'
import { describeHolder, describeRequester } from './describe-run.ts'
import { gateFailure } from './domain/gate-reason.ts'
import type { RestoreResult } from './domain/result.ts'
import { showControls } from './domain/show-controls.ts'
import type { RestoreRequest } from './job/plan-restore.ts'
import { type RestoreDependencies, restore } from './job/restore.ts'
import { undoRestore } from './job/undo-restore.ts'
import { parseConnectionUrl } from './postgres/connection-settings.ts'
import { runSafetyBackup } from './run-backup.ts'
import type { RunContext } from './run-context.ts'

/** `command: restore`, and `restore --undo`. */
export async function runRestore(context: RunContext, adapters: Adapters): Promise<RestoreResult> {
  const { inputs, signal } = context
  const dependencies = restoreDependencies(context, adapters)
  const request = createRestoreRequest(
    context,
    parseConnectionUrl(inputs.targetDatabaseUrl ?? '').host,
  )
  requireApprovedTarget(context, dependencies.target.name)
  return inputs.undo === undefined
    ? await restore(dependencies, request, signal)
    : await undoRestore(dependencies, { ...request, id: inputs.undo }, signal)
}

function createRestoreRequest(
  { inputs, facts, ask, approved }: RunContext,
  host: string,
): RestoreRequest {
  const plan = approved?.plan
  // What reviewers agreed to is the confirmation: nobody has to type the target's name again.
  const planned = plan?.command === 'restore' ? plan.target : undefined
  const isReplacing = inputs.restoreMode !== 'new-database'
  const confirm = inputs.confirm ?? (isReplacing ? planned : undefined)
  const restoreDatabase = inputs.restoreDatabase ?? (isReplacing ? undefined : planned)
  return {
    ...describeRequester(inputs, facts),
    wanted: inputs.backupId ?? '',
    ...(plan !== undefined && { approved: plan }),
    ...(inputs.filterType !== undefined && { type: inputs.filterType }),
    mode: inputs.restoreMode,
    ...(restoreDatabase !== undefined && { restoreDatabase }),
    ...(confirm !== undefined && { confirm }),
    isAsked: ask !== undefined,
    allowDifferentDatabase: inputs.allowDifferentDatabase,
    delaySeconds: inputs.restoreDelaySeconds,
    safetyBackup: inputs.safetyBackup,
    dryRun: inputs.dryRun,
    jobs: inputs.jobs ?? 1,
    schemas: inputs.schemas,
    tables: inputs.tables,
    noOwner: inputs.noOwner,
    noPrivileges: inputs.noPrivileges,
    host,
  }
}

/** Whoever approved read a name; the connection must lead to a database of that name. */
function requireApprovedTarget({ inputs, approved }: RunContext, database: string): void {
  const plan = approved?.plan
  if (plan?.command !== 'restore' || inputs.restoreMode === 'new-database') return
  if (plan.target === database) return
  throw gateFailure([
    {
      code: 'plan_differs',
      text: `"target-database-url" leads to another database than the approved "${showControls(plan.target)}", expected that one`,
      hint: 'Pass the connection of the approved database, or ask again with "confirm" naming the one that is meant.',
    },
  ])
}

function restoreDependencies(context: RunContext, adapters: Adapters): RestoreDependencies {
  const { inputs, facts, log, redact, ask, onRestore } = context
  const { clock, random, keys } = adapters
  const { catalog, vault } = adapters.bucket()
  return {
    clock,
    random,
    log,
    catalog,
    vault,
    keys,
    streams: adapters.streams(),
    target: adapters.target(inputs.targetDatabaseUrl ?? ''),
    holder: describeHolder(facts),
    redact,
    takeSafetyBackup: (signal) => runSafetyBackup(context, adapters, signal),
    ...(ask !== undefined && inputs.confirm === undefined && { agree: ask.typeName }),
    ...(onRestore !== undefined && { onStart: onRestore }),
  }
}
