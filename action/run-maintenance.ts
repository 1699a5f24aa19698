import type { Adapters } from './adapters.ts'
import { describeHolder, describeRequester } from './describe-run.ts'
import { formatSize } from './domain/format-size.ts'
import type {
  CleanupResult,
  DeleteResult,
  ListResult,
  RepairResult,
  VerifyResult,
} from './domain/result.ts'
import { cleanUp } from './job/clean-up.ts'
import { deleteBackup } from './job/delete-backup.ts'
import { list } from './job/list.ts'
import { repair } from './job/repair.ts'
import type { RotateDependencies } from './job/rotate.ts'
import { verify } from './job/verify.ts'
import { readRetention } from './run-backup.ts'
import type { RunContext } from './run-context.ts'

/** `command: list`. */
export async function runList(context: RunContext, adapters: Adapters): Promise<ListResult> {
  const { inputs, signal } = context
  const { catalog } = adapters.bucket()
  return await list(
    { catalog, clock: adapters.clock },
    {
      page: inputs.page,
      perPage: inputs.perPage,
      days: readRetention(inputs).days,
      ...(inputs.filterType !== undefined && { type: inputs.filterType }),
      ...(inputs.filterStatus !== undefined && { status: inputs.filterStatus }),
    },
    signal,
  )
}

/** `command: cleanup`. */
export async function runCleanup(context: RunContext, adapters: Adapters): Promise<CleanupResult> {
  const { inputs, facts, ask, signal } = context
  return await cleanUp(
    maintenanceDependencies(context, adapters),
    {
      ...describeRequester(inputs, facts),
      retention: readRetention(inputs),
      dryRun: inputs.dryRun,
      ...(ask !== undefined && {
        agree: ({ deleted, freedBytes }) =>
          ask.confirm(`Delete ${deleted.length} backups and free ${formatSize(freedBytes)}?`),
      }),
    },
    signal,
  )
}

/** `command: delete`. */
export async function runDelete(context: RunContext, adapters: Adapters): Promise<DeleteResult> {
  const { inputs, facts, ask, approved, signal } = context
  return await deleteBackup(
    maintenanceDependencies(context, adapters),
    {
      ...describeRequester(inputs, facts),
      id: approved?.plan.backupId ?? inputs.backupId ?? '',
      ...(approved !== undefined && { approved: approved.plan }),
      force: inputs.force,
      dryRun: inputs.dryRun,
      ...(ask !== undefined && {
        agree: ({ id, type, fileSize, createdAt }) =>
          ask.confirm(`Delete ${type} backup ${id} of ${createdAt} (${formatSize(fileSize)})?`),
      }),
    },
    signal,
  )
}

/** `command: repair`. */
export async function runRepair(context: RunContext, adapters: Adapters): Promise<RepairResult> {
  const { inputs, facts, signal } = context
  return await repair(
    maintenanceDependencies(context, adapters),
    { ...describeRequester(inputs, facts), dryRun: inputs.dryRun, orphans: inputs.orphans },
    signal,
  )
}

/** `command: verify`. */
export async function runVerify(context: RunContext, adapters: Adapters): Promise<VerifyResult> {
  const { inputs, facts, log, redact, signal } = context
  const { clock, random, keys } = adapters
  const { catalog, vault } = adapters.bucket()
  const streams = adapters.streams()
  const common = { clock, random, log, catalog, vault, keys, streams, redact }
  return await verify(
    inputs.level === 'restore'
      ? { ...common, target: adapters.target(inputs.targetDatabaseUrl ?? '') }
      : common,
    {
      ...describeRequester(inputs, facts),
      wanted: inputs.backupId ?? '',
      level: inputs.level,
      ...(inputs.filterType !== undefined && { type: inputs.filterType }),
      ...(inputs.verifySql !== undefined && { sql: inputs.verifySql }),
    },
    signal,
  )
}

function maintenanceDependencies(
  { log, facts }: RunContext,
  { bucket, clock, keys }: Adapters,
): RotateDependencies {
  const { catalog, vault, serverTime: bucketTime } = bucket()
  return { catalog, vault, keys, clock, bucketTime, log, holder: describeHolder(facts) }
}
