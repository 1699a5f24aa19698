import type { Backup } from '../domain/backup.ts'
import type { BackupRecord } from '../domain/backup-record.ts'
import { isFailure } from '../domain/failure.ts'
import type { AnomalyLimits } from '../domain/find-anomaly.ts'
import { flagRecord, flagWarnings } from '../domain/flag-record.ts'
import { formatSize } from '../domain/format-size.ts'
import type { ObjectKeys } from '../domain/object-keys.ts'
import type { BackupResult } from '../domain/result.ts'
import { admitBackup, type RunState } from './admit-backup.ts'
import { cancelled, end, endCommitted, indexWarnings, refuseOverlap } from './backup-ends.ts'
import { recordBackup } from './change-backup.ts'
import { type Committed, commitBackup } from './commit-backup.ts'
import { findOwnBackup } from './find-own-backup.ts'
import { type BackupPlanRequest, planBackup } from './plan-backup.ts'
import type {
  Catalog,
  ClientFacts,
  Clock,
  DumpOptions,
  Log,
  Random,
  SourceDatabase,
  Streams,
  Vault,
} from './ports.ts'
import { auditBackup, recordFailure } from './record-failure.ts'
import { takeDump } from './take-dump.ts'
import { writeAudit } from './write-audit.ts'

export interface BackUpDependencies {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly catalog: Catalog
  readonly vault: Vault
  readonly keys: ObjectKeys
  readonly source: SourceDatabase
  readonly streams: Streams
  readonly isRunAlive: (backup: Backup) => Promise<RunState>
  /** Makes a text safe to be stored where others read it. */
  readonly redact: (text: string) => string
  /** Told every state of the entry, so that a later process can finish what this one cannot. */
  readonly onEntry: (backup: Backup) => void
}

export interface BackUpRequest extends BackupPlanRequest {
  readonly dump: DumpOptions
  readonly overlap: 'refuse' | 'allow'
  /** Absent: the backup is not compared with those before it. */
  readonly anomalyLimits?: AnomalyLimits
}

/**
 * Backs one database up, from the plan to the committed record and the index.
 *
 * A backup that fails is an end that is recorded: its entry says FAILED and why, and the result
 * carries the failure. Only defects are thrown.
 */
export async function backUp(
  dependencies: BackUpDependencies,
  request: BackUpRequest,
  signal?: AbortSignal,
): Promise<BackupResult> {
  const { catalog, log } = dependencies
  const own = await findOwnBackup(catalog, request.run, request.database, signal)
  if (own !== undefined) {
    return end('already_completed', `Backup ${own.id} was already made by this run`, own)
  }
  const { backups } = await catalog.read(signal)
  const candidate = planBackup(dependencies, request, backups)
  log.info(`Backup ${candidate.id} is ${candidate.type}: ${candidate.typeReason}`)
  return await runBackup(dependencies, request, { candidate, backups }, signal)
}

/** From the entry in the index on, every end is recorded there. */
async function runBackup(
  dependencies: BackUpDependencies,
  request: BackUpRequest,
  start: Start,
  signal?: AbortSignal,
): Promise<BackupResult> {
  let backup = start.candidate
  const onEntry = (entry: Backup) => {
    backup = entry
    dependencies.onEntry(entry)
  }
  let made: Made | Backup
  try {
    made = await makeBackup({ ...dependencies, onEntry }, request, start, signal)
  } catch (error) {
    const isUndecided = isFailure(error, 'commit_failed')
    const cause = signal?.aborted && !isUndecided ? cancelled(error) : error
    return await recordFailure(dependencies, request, backup, cause)
  }
  if ('id' in made) return refuseOverlap(made)
  // What the index does not say yet, `post` enters.
  if (made.index !== 'stale') onEntry(made.backup)
  const auditWarnings = await writeAudit(
    dependencies,
    auditBackup(request, made.backup, 'completed'),
  )
  return {
    ...endCommitted(made.backup, made.index),
    warnings: [
      ...flagWarnings(made.backup),
      ...indexWarnings(made.index),
      ...auditWarnings,
      ...made.record.warnings,
    ],
    notes: made.client.notes,
  }
}

interface Start {
  readonly candidate: Backup
  /** What there was before it. */
  readonly backups: readonly Backup[]
}

interface Made extends Committed {
  readonly record: BackupRecord
  readonly client: ClientFacts
}

/** @returns the backup that stands in the way, where there is one */
async function makeBackup(
  dependencies: BackUpDependencies,
  request: BackUpRequest,
  { candidate, backups }: Start,
  signal?: AbortSignal,
): Promise<Made | Backup> {
  const { catalog, clock, source, log, onEntry } = dependencies
  const isOverlapAllowed = request.overlap === 'allow' || request.purpose === 'safety'
  const options = { now: clock.now(), isOverlapAllowed }
  const { value } = await admitBackup(dependencies, candidate, options, signal)
  if (value.blockedBy !== undefined) return value.blockedBy
  onEntry(candidate)
  const server = await source.describe(signal)
  const client = await source.prepareClient(server, signal)
  for (const note of client.notes) log.info(note)
  log.info(
    `Dumping "${server.database}" (${formatSize(server.sizeBytes)}) from PostgreSQL ${server.version} with pg_dump ${client.version}`,
  )
  const backup: Backup = { ...candidate, status: 'IN_PROGRESS', serverVersion: server.version }
  onEntry(backup)
  const onUpload = async (upload: { key: string; uploadId: string }) => {
    const uploading = { ...backup, upload }
    onEntry(uploading)
    await recordBackup(catalog, uploading, signal)
  }
  const made = { backup, server, client, dump: request.dump, onUpload }
  const dumped = await takeDump(dependencies, made, signal)
  const record = flagRecord(dumped, backups, request.anomalyLimits)
  return { ...(await commitBackup(catalog, record, signal)), record, client }
}
