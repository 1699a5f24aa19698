import type { Backup } from '../domain/backup.ts'
import type { FailureResult, Result } from '../domain/result.ts'
import type { Outputs } from './write-outputs.ts'

/** The outputs that say a result: text for every key, empty where it does not apply. */
export function createOutputs(result: Result | FailureResult): Outputs {
  const backup = findBackup(result)
  return {
    'backup-id': backup?.id ?? '',
    filename: backup?.filename ?? '',
    'file-url': backup?.fileUrl ?? '',
    'file-size': backup === undefined ? '' : String(backup.fileSize),
    checksum: backup?.checksum ?? '',
    type: backup?.type ?? '',
    status: backup?.status ?? '',
    'duration-ms': backup?.durationMs === undefined ? '' : String(backup.durationMs),
    'deleted-count': countDeleted(result),
    'reason-code': result.reasonCode,
    result: JSON.stringify(result),
  }
}

/** The backup that a result is about, where it is about one. */
function findBackup(result: Result | FailureResult): Backup | undefined {
  if ('backup' in result) return result.backup
  if ('plan' in result) return result.plan?.backup
  return undefined
}

/** Backups removed, FAILED entries included; in a dry run those that would be. */
function countDeleted(result: Result | FailureResult): string {
  if ('rotation' in result) return String(result.rotation?.deleted.length ?? 0)
  if (result.command === 'delete') {
    const isGone = 'removal' in result && result.removal === 'deleted'
    return isGone || result.reasonCode === 'dry_run' ? '1' : '0'
  }
  return result.command === 'backup' || result.command === 'cleanup' ? '0' : ''
}
