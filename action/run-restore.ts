import type { Adapters } from './adapters.ts'
import { describeHolder, describeRequester } from './describe-run.ts'
import type { RestoreResult } from './domain/result.ts'
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
  return inputs.undo === undefined
    ? await restore(dependencies, request, signal)
    : await undoRestore(dependencies, { ...request, id: inputs.undo }, signal)
}

function createRestoreRequest(
  { inputs, facts, ask, approved }: RunContext,
  host: string,
): RestoreRequest {
  return {
    ...describeRequester(inputs, facts),
    wanted: inputs.backupId ?? '',
    ...(approved !== undefined && { approved }),
    ...(inputs.filterType !== undefined && { type: inputs.filterType }),
    mode: inputs.restoreMode,
    ...(inputs.restoreDatabase !== undefined && { restoreDatabase: inputs.restoreDatabase }),
    ...(inputs.confirm !== undefined && { confirm: inputs.confirm }),
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

function restoreDependencies(context: RunContext, adapters: Adapters): RestoreDependencies {
  const { inputs, facts, log, redact, ask } = context
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
  }
}
