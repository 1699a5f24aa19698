import type { Backup, BackupType } from '../domain/backup.ts'
import { createBackupFilename } from '../domain/backup-filename.ts'
import { createBackupId } from '../domain/backup-id.ts'
import { chooseBackupType } from '../domain/backup-type.ts'
import type { ObjectKeys } from '../domain/object-keys.ts'
import type { Clock, DumpOptions, Random, Vault } from './ports.ts'

/** The run that asks, as far as it is known. */
export interface RunIdentity {
  /** Workflow run and the step in it: one run may back up twice, before and after a migration. */
  readonly id: string
  readonly attempt: number
  readonly step: string
  readonly url?: string
}

export interface BackupPlanRequest {
  readonly database: string
  readonly type: 'auto' | BackupType
  /** The event that started the run; only `schedule` has a nominal time. */
  readonly event: string
  readonly cron?: string
  readonly format: 'plain' | 'custom'
  readonly compressionLevel: number
  readonly totalTimeoutMs: number
  readonly requestedBy?: string
  readonly run?: RunIdentity
  readonly purpose?: 'safety'
  readonly dump: Selection
}

/** The patterns that narrow a dump. */
type Selection = Pick<
  DumpOptions,
  'schemas' | 'excludeSchemas' | 'tables' | 'excludeTables' | 'excludeTableData'
>

interface PlanDependencies {
  readonly clock: Clock
  readonly random: Random
  readonly vault: Vault
  readonly keys: ObjectKeys
}

/** After its limit a backup gets this long to clean up before others call it dead. */
const staleGraceMs = 15 * 60_000

/** The entry of a backup that is about to begin: its id, name, type and place. */
export function planBackup(
  { clock, random, vault, keys }: PlanDependencies,
  request: BackupPlanRequest,
  backups: readonly Backup[],
): Backup {
  const now = clock.now()
  const id = createBackupId(now, random.base32(4))
  const { type, reason } = chooseBackupType({
    requested: request.type,
    event: request.event,
    ...(request.cron !== undefined && { cron: request.cron }),
    startedAt: now,
    backups: backups.filter(({ database }) => database === request.database),
  })
  const { database, format } = request
  const selection = describeSelection(request.dump)
  const filename = createBackupFilename({ database, type, id, format })
  return {
    id,
    filename,
    fileUrl: `s3://${vault.bucket}/${keys.bytes(id, filename)}`,
    fileSize: 0,
    type,
    typeReason: reason,
    status: 'PENDING',
    createdAt: now.toISOString(),
    startedAt: now.toISOString(),
    database,
    format,
    compression: 'gzip',
    compressionLevel: request.compressionLevel,
    staleAfter: new Date(now.getTime() + request.totalTimeoutMs + staleGraceMs).toISOString(),
    ...(request.requestedBy !== undefined && { requestedBy: request.requestedBy }),
    ...(Object.keys(selection).length > 0 && { selection }),
    ...(request.purpose !== undefined && { purpose: request.purpose }),
    ...(request.run !== undefined && {
      run: { id: request.run.id, attempt: request.run.attempt, step: request.run.step },
    }),
    ...(request.run?.url !== undefined && { runUrl: request.run.url }),
  }
}

/** The patterns that were given, sorted, so that two backups of the same part are known by it. */
function describeSelection(dump: Selection): NonNullable<Backup['selection']> {
  const patterns = {
    schemas: dump.schemas,
    'exclude-schemas': dump.excludeSchemas,
    tables: dump.tables,
    'exclude-tables': dump.excludeTables,
    'exclude-table-data': dump.excludeTableData,
  }
  return Object.fromEntries(
    Object.entries(patterns)
      .filter(([, given]) => given.length > 0)
      .map(([name, given]) => [name, given.toSorted()]),
  )
}
