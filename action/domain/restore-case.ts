import type { Backup } from './backup.ts'
import type { BackupRecord } from './backup-record.ts'

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
