import type { Adapters } from './adapters.ts'
import { describeActor, describeHolder, identifyRun } from './describe-run.ts'
import type { Backup } from './domain/backup.ts'
import type { AnomalyLimits } from './domain/find-anomaly.ts'
import type { Inputs } from './domain/inputs.ts'
import type { BackupResult } from './domain/result.ts'
import type { RetentionSettings } from './domain/retention.ts'
import { type BackUpDependencies, type BackUpRequest, backUp } from './job/back-up.ts'
import { backUpAndRotate } from './job/back-up-and-rotate.ts'
import type { DumpOptions, SourceDatabase } from './job/ports.ts'
import type { RunContext } from './run-context.ts'
import { createRunProbe } from './run-probe.ts'
import type { PostState } from './runner/post-state.ts'

/** `command: backup`. */
export async function runBackup(context: RunContext, adapters: Adapters): Promise<BackupResult> {
  const { inputs, facts, signal } = context
  const source = adapters.source(inputs.databaseUrl ?? '')
  const request: BackUpRequest = {
    ...commonRequest(context, source.name),
    type: inputs.type,
    event: facts.eventName ?? 'terminal',
    ...(facts.schedule !== undefined && { cron: facts.schedule }),
    overlap: inputs.overlap,
    anomalyLimits: readAnomalyLimits(inputs),
  }
  const { serverTime: bucketTime } = adapters.bucket()
  const dependencies = backUpDependencies(context, adapters, source)
  return await backUpAndRotate(
    { ...dependencies, bucketTime, holder: describeHolder(facts) },
    { ...request, ...(inputs.rotate && { retention: readRetention(inputs) }) },
    signal,
  )
}

/** The backup of a target that is about to be replaced. It is never refused and never rotates. */
export async function runSafetyBackup(
  context: RunContext,
  adapters: Adapters,
  signal: AbortSignal,
): Promise<BackupResult> {
  const source = adapters.source(context.inputs.targetDatabaseUrl ?? '')
  const { run: _run, ...common } = commonRequest(context, source.name)
  return await backUp(
    backUpDependencies(context, adapters, source),
    {
      ...common,
      type: 'MANUAL',
      event: 'safety',
      purpose: 'safety',
      overlap: 'allow',
      dump: { ...common.dump, ...everything },
    },
    signal,
  )
}

/** The doctor's own MANUAL backup: of everything, and without rotation. */
export async function runFullBackup(
  context: RunContext,
  adapters: Adapters,
): Promise<BackupResult> {
  const source = adapters.source(context.inputs.databaseUrl ?? '')
  const { run: _run, ...common } = commonRequest(context, source.name)
  return await backUp(
    backUpDependencies(context, adapters, source),
    {
      ...common,
      type: 'MANUAL',
      event: 'doctor',
      overlap: 'refuse',
      dump: { ...common.dump, ...everything },
    },
    context.signal,
  )
}

/** A safety backup leaves nothing out, whatever the restore selects. */
const everything = {
  schemas: [],
  excludeSchemas: [],
  tables: [],
  excludeTables: [],
  excludeTableData: [],
} as const

function commonRequest({ inputs, facts }: RunContext, database: string) {
  const run = identifyRun(facts)
  return {
    database,
    format: inputs.format,
    compressionLevel: inputs.compressionLevel,
    totalTimeoutMs: inputs.totalTimeoutMinutes * 60_000,
    requestedBy: describeActor(inputs, facts),
    dump: readDumpOptions(inputs),
    ...(run !== undefined && { run }),
  }
}

function backUpDependencies(
  context: RunContext,
  adapters: Adapters,
  source: SourceDatabase,
): BackUpDependencies {
  const { log, redact, saveState } = context
  const { clock, random, keys } = adapters
  const { catalog, vault } = adapters.bucket()
  return {
    clock,
    random,
    log,
    catalog,
    vault,
    keys,
    source,
    streams: adapters.streams(),
    redact,
    isRunAlive: createRunProbe(context),
    onEntry: (backup) => saveState(describeState(backup)),
  }
}

function describeState(backup: Backup): PostState {
  const isFinished = backup.status === 'COMPLETED' || backup.status === 'FAILED'
  return {
    backupId: backup.id,
    isFinished,
    ...(backup.upload !== undefined && {
      upload: { key: backup.upload.key, uploadId: backup.upload.uploadId },
    }),
  }
}

function readDumpOptions(inputs: Inputs): DumpOptions {
  return {
    format: inputs.format,
    schemas: inputs.schemas,
    excludeSchemas: inputs.excludeSchemas,
    tables: inputs.tables,
    excludeTables: inputs.excludeTables,
    excludeTableData: inputs.excludeTableData,
    lockTimeoutMs: inputs.lockTimeoutSeconds * 1000,
    silenceTimeoutMs: inputs.silenceTimeoutMinutes * 60_000,
    totalTimeoutMs: inputs.totalTimeoutMinutes * 60_000,
  }
}

/** The days and guards of rotation, as the inputs have them. */
export function readRetention(inputs: Inputs): RetentionSettings {
  return {
    days: {
      daily: inputs.retentionDailyDays,
      weekly: inputs.retentionWeeklyDays,
      monthly: inputs.retentionMonthlyDays,
      failed: inputs.retentionFailedDays,
    },
    keepLast: inputs.keepLast,
    anomalyLimits: readAnomalyLimits(inputs),
  }
}

function readAnomalyLimits(inputs: Inputs): AnomalyLimits {
  return { sizePercent: inputs.flagSizePercent, rowsPercent: inputs.flagRowsPercent }
}
