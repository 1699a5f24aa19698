import type { Backup } from '../domain/backup.ts'
import { isFailure } from '../domain/failure.ts'
import { type BackupResult, resultVersion } from '../domain/result.ts'
import { recordBackup } from './change-backup.ts'
import type { Catalog, Clock } from './ports.ts'
import { type AuditFacts, writeAudit } from './write-audit.ts'

interface FailureDependencies {
  readonly catalog: Catalog
  readonly clock: Clock
  readonly redact: (text: string) => string
  readonly onEntry: (backup: Backup) => void
}

interface Asker {
  readonly requestedBy?: string
}

/** A cancelled run has seconds left: so long may it try to say in the index that it failed. */
const burialTimeoutMs = 2_500

/** Records what stopped a backup. Uses its own short time limit: the run's signal may have fired. */
export async function recordFailure(
  dependencies: FailureDependencies,
  request: Asker,
  backup: Backup,
  error: unknown,
): Promise<BackupResult> {
  if (!isFailure(error)) throw error
  const { clock, redact } = dependencies
  const failed: Backup = {
    ...backup,
    status: 'FAILED',
    fileSize: 0,
    completedAt: clock.now().toISOString(),
    error: redact(error.message),
  }
  const warnings = await Promise.all([
    bury(dependencies, failed),
    writeAudit(dependencies, auditBackup(request, backup, error.code), burialTimeoutMs),
  ])
  return {
    version: resultVersion,
    command: 'backup',
    ok: false,
    reasonCode: error.code,
    message: redact(error.message),
    stage: error.stage,
    ...(error.hint !== undefined && { hint: error.hint }),
    backup: failed,
    warnings: warnings.flat(),
  }
}

/** Writes the FAILED entry within a few seconds, or says in a warning that it could not. */
async function bury(
  { catalog, onEntry }: FailureDependencies,
  failed: Backup,
): Promise<readonly string[]> {
  const signal = AbortSignal.timeout(burialTimeoutMs)
  try {
    const { index } = await recordBackup(catalog, failed, signal)
    if (index !== 'stale') onEntry(failed)
    return index === 'stale' ? ['The failure could not be recorded in the manifest'] : []
  } catch (error) {
    if (!isFailure(error) && !signal.aborted) throw error
    return ['The failure could not be recorded in the manifest in time']
  }
}

/** What the audit trail is told of a backup that ended. */
export function auditBackup(request: Asker, backup: Backup, outcome: string): AuditFacts {
  return {
    action: 'backup',
    outcome,
    actor: request.requestedBy ?? 'unknown',
    backupIds: [backup.id],
    database: backup.database,
    ...(backup.runUrl !== undefined && { runUrl: backup.runUrl }),
  }
}
