import type { Backup } from '../domain/backup.ts'
import { Failure } from '../domain/failure.ts'
import { formatSize } from '../domain/format-size.ts'
import { type BackupResult, resultVersion } from '../domain/result.ts'
import type { ChangeOutcome } from './ports.ts'

/** What a cancelled backup ends with, whatever broke first. */
export function cancelled(cause: unknown): Failure {
  return new Failure({
    code: 'cancelled',
    stage: 'cancel',
    message: 'Cannot finish the backup: the run was cancelled, expected to be left to its end',
    hint: 'No backup was made. Start it again when you are ready.',
    cause,
  })
}

/** The end of a committed backup, by what became of its index. */
export function endCommitted(backup: Backup, index: ChangeOutcome<unknown>['index']): BackupResult {
  const size = formatSize(backup.fileSize)
  if (index === 'stale') {
    return end(
      'committed_index_stale',
      `Backup ${backup.id} is stored (${size}); its index lags`,
      backup,
    )
  }
  if (index === 'unsupported') {
    return end('committed_without_index', `Backup ${backup.id} is stored (${size})`, backup)
  }
  if (backup.anomaly !== undefined) {
    const reasons = backup.anomaly.reasons.join(' and ')
    return end(
      'completed_flagged',
      `Backup ${backup.id} is stored, and flagged: it ${reasons}`,
      backup,
    )
  }
  return end('completed', `Backup ${backup.id} is stored and verified (${size})`, backup)
}

/** What must be said loudly although the backup is safe. */
export function indexWarnings(index: string): readonly string[] {
  if (index === 'stale') {
    return ['The manifest could not be updated although the backup is committed: run repair']
  }
  if (index === 'unsupported') {
    return [
      'This bucket does not keep conditional writes, so there is no manifest: the records alone serve',
    ]
  }
  return []
}

/** The end of a backup that found another one of the same database under way. */
export function refuseOverlap(running: Backup): BackupResult {
  const who = running.requestedBy === undefined ? '' : ` by ${running.requestedBy}`
  const where = running.runUrl === undefined ? '' : ` (${running.runUrl})`
  return {
    version: resultVersion,
    command: 'backup',
    ok: false,
    reasonCode: 'backup_in_progress',
    stage: 'plan',
    message: `Cannot back up "${running.database}": backup ${running.id} was started${who} at ${running.startedAt}${where} and still runs, expected none`,
    hint: 'Wait for it to end, or set "overlap" to "allow" to run both.',
    backup: running,
    warnings: [],
  }
}

/** A good end. */
export function end(
  reasonCode: BackupResult['reasonCode'],
  message: string,
  backup: Backup,
): BackupResult {
  return {
    version: resultVersion,
    command: 'backup',
    ok: true,
    reasonCode,
    message,
    backup,
    warnings: [],
  }
}
