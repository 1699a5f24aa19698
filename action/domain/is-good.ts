import type { Backup } from './backup.ts'

type Proof = Pick<Backup, 'status' | 'verification' | 'verifiedAt'>

/** Whether the last check of a backup found it bad. */
export function isDoubtful(backup: Pick<Backup, 'verification'>): boolean {
  return backup.verification?.outcome === 'failed'
}

/** Whether a backup is COMPLETED and no check has found it bad: one that can be relied on. */
export function isGood(backup: Proof): boolean {
  return backup.status === 'COMPLETED' && !isDoubtful(backup)
}

/** Whether a good backup was also proven, by a check of its bytes or by a restore. */
export function isProven(backup: Proof): boolean {
  return isGood(backup) && (backup.verification ?? backup.verifiedAt) !== undefined
}
