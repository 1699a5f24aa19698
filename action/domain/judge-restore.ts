import type { Backup } from './backup.ts'
import type { BackupRecord } from './backup-record.ts'
import { findRefusals, type Refusal } from './restore-refusals.ts'
import { findRestoreWarnings } from './restore-warnings.ts'

/** What a restore is judged by: the backup, the target, and what the user said. */
export interface RestoreCase {
  readonly backup: Backup
  readonly record: BackupRecord
  readonly mode: 'swap' | 'new-database' | 'in-place'
  /** Facts about the server and database that it goes to. */
  readonly target: {
    readonly exists: boolean
    readonly major: number
    readonly encoding: string
    readonly isEmpty: boolean
    readonly sessions: number
    readonly canCreateDatabase: boolean
    readonly availableExtensions: readonly string[]
  }
  /** The target's name. */
  readonly targetDatabase: string
  /** The name of the new database, for that mode. */
  readonly restoreDatabase?: string
  readonly confirm?: string
  /** Whether nobody has to confirm yet: a dry run, or a person is asked later. */
  readonly isConfirmationAsked: boolean
  readonly allowDifferentDatabase: boolean
  /** Bytes free where the backup is downloaded to. */
  readonly freeBytes: number
}

/**
 * Every reason why a restore must not start, in the order in which they matter, and what the user
 * should know before it does.
 */
export function judgeRestore(restore: RestoreCase): {
  readonly refusals: readonly Refusal[]
  readonly warnings: readonly string[]
} {
  return { refusals: findRefusals(restore), warnings: findRestoreWarnings(restore) }
}
