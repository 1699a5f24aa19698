import type { Backup, BackupType } from '../domain/backup.ts'
import type { BackupRecord } from '../domain/backup-record.ts'
import { Failure } from '../domain/failure.ts'
import type { FrozenPlan } from '../domain/frozen-plan.ts'
import { gateFailure } from '../domain/gate-reason.ts'
import { judgePlannedBackup } from '../domain/judge-frozen-plan.ts'
import { resolveBackup } from '../domain/resolve-backup.ts'
import type { Catalog } from './ports.ts'

export interface BackupWanted {
  /** An id or `latest`. */
  readonly wanted: string
  /** Narrows `latest`. */
  readonly type?: BackupType
  /** What reviewers agreed to: its backup counts, and its bytes must be the bucket's. */
  readonly approved?: FrozenPlan
}

/**
 * The entry and the record of the backup that is asked for. Where they disagree about size or checksum it is not
 * used until `repair` has said why.
 *
 * @throws Failure
 */
export async function resolveRecord(
  catalog: Catalog,
  { wanted, type, approved }: BackupWanted,
  signal?: AbortSignal,
): Promise<{ readonly backup: Backup; readonly record: BackupRecord }> {
  const { backups } = await catalog.read(signal)
  const resolution = resolveBackup(backups, approved?.backupId ?? wanted, {
    ...(type !== undefined && { type }),
  })
  if (resolution.kind === 'refused') {
    throw new Failure({
      code: resolution.code,
      stage: 'plan',
      message: resolution.text,
      ...(resolution.hint !== undefined && { hint: resolution.hint }),
    })
  }
  const { backup } = resolution
  const reading = await catalog.readRecord(backup.id, signal)
  if (reading.kind !== 'found') {
    const found = reading.kind === 'missing' ? 'its record is missing' : reading.reason
    throw disagreement(backup, found, 'a readable backup.json')
  }
  const { record } = reading
  if (record.checksum !== backup.checksum || record.fileSize !== backup.fileSize) {
    throw disagreement(
      backup,
      'its record and the manifest disagree about size or checksum',
      'the same in both',
    )
  }
  if (approved !== undefined) requirePlanned(approved, [backup, record])
  return { backup, record }
}

/** The approval was given for these bytes, not for a name. */
function requirePlanned(approved: FrozenPlan, backups: readonly Backup[]): void {
  const reasons = backups.flatMap((backup) => judgePlannedBackup(approved, backup))
  if (reasons.length > 0) throw gateFailure(reasons)
}

function disagreement(backup: Backup, found: string, expected: string): Failure {
  return new Failure({
    code: 'record_disagrees',
    stage: 'plan',
    message: `Cannot use backup "${backup.id}": ${found}, expected ${expected}`,
    hint: 'Run repair: it tells which of the two is true.',
  })
}
