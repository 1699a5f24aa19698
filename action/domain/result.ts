import type { Backup, BackupStatus } from './backup.ts'
import type { Stage } from './failure.ts'
import type { Freshness, FreshnessLimits } from './judge-freshness.ts'
import type { MarkCommand } from './mark-backup.ts'
import type { ReasonCode } from './reason-code.ts'

/** The version of the `result` output. Fields are added within a version, never changed. */
export const resultVersion = 1

/** One backup's fate in a retention plan, with the reason that people are shown. */
export interface RetentionItem {
  readonly id: string
  readonly type: Backup['type']
  readonly status: BackupStatus
  readonly createdAt: string
  readonly fileSize: number
  readonly decision: 'keep' | 'delete'
  readonly reason: string
}

/** What rotation will do (a dry run) or did. The same items either way. */
export interface RotationReport {
  readonly dryRun: boolean
  readonly items: readonly RetentionItem[]
  /** Ids removed; in a dry run those that would be. */
  readonly deleted: readonly string[]
  /** Ids whose deletion the provider refused (a lock), put back. */
  readonly retained: readonly string[]
  /** Stored bytes of `deleted`. */
  readonly freedBytes: number
  /** Why the plan was not carried out, where a guard refused it. */
  readonly refusal?: string
  readonly warnings: readonly string[]
}

/** Figures over all entries of a manifest. */
export interface Statistics {
  readonly total: number
  readonly byStatus: Readonly<Record<BackupStatus, number>>
  /** Stored bytes of COMPLETED backups. */
  readonly storedBytes: number
  /** COMPLETED / (COMPLETED + FAILED), 0 to 1; absent where neither exists. */
  readonly successRate?: number
  readonly lastCompletedAt?: string
  readonly lastCompletedId?: string
  /** Age of the last COMPLETED backup when asked. */
  readonly lastCompletedAgeMs?: number
}

interface ResultBase {
  readonly version: typeof resultVersion
  readonly ok: boolean
  readonly reasonCode: ReasonCode
  /** One sentence for people. */
  readonly message: string
  readonly stage?: Stage
  readonly hint?: string
  readonly warnings: readonly string[]
}

export interface BackupResult extends ResultBase {
  readonly command: 'backup'
  readonly backup?: Backup
  readonly rotation?: RotationReport
  readonly statistics?: Statistics
  /** COMPLETED backups of this database, oldest first, for the chart. */
  readonly history?: readonly {
    readonly id: string
    readonly at: string
    readonly fileSize: number
    readonly type: Backup['type']
  }[]
  /** Client and server versions and the like. */
  readonly notes?: readonly string[]
}

export interface ListResult extends ResultBase {
  readonly command: 'list'
  readonly backups: readonly Backup[]
  readonly page: number
  readonly perPage: number
  readonly pages: number
  /** Entries that the filter admits. */
  readonly matching: number
  /**
   * By id: the last instant at which age keeps a backup of this page. One that is not here never
   * expires; absent where the retention is not known.
   */
  readonly keptUntil?: Readonly<Record<string, string>>
  readonly statistics: Statistics
  /** Where the answer came from, and why not from the manifest. */
  readonly source: 'manifest' | 'records'
  readonly problem?: string
}

export interface CleanupResult extends ResultBase {
  readonly command: 'cleanup'
  readonly rotation: RotationReport
  readonly statistics: Statistics
}

/** Something `repair` found. `action` says what it did about it. */
export interface RepairFinding {
  readonly kind:
    | 'rebuilt'
    | 'missing_entry'
    | 'missing_record'
    | 'missing_bytes'
    | 'size_mismatch'
    | 'disagreement'
    | 'orphan_bytes'
    | 'dangling_upload'
    | 'corrupt_record'
    | 'stale_backup'
    | 'foreign_object'
  readonly id?: string
  readonly key?: string
  readonly sizeBytes?: number
  readonly text: string
  readonly action: 'none' | 'reported' | 'mended' | 'deleted'
}

export interface RepairResult extends ResultBase {
  readonly command: 'repair'
  readonly dryRun: boolean
  readonly findings: readonly RepairFinding[]
  readonly statistics: Statistics
}

/** A step of a restore as it is told in the log and kept in the result. */
export interface RestoreStep {
  readonly name: string
  readonly text: string
  readonly durationMs: number
}

/** What a restore is going to do; a dry run prints just this. */
export interface RestorePlan {
  readonly backup: Backup
  readonly mode: 'swap' | 'new-database' | 'in-place'
  readonly target: {
    readonly database: string
    readonly host: string
    readonly serverVersion: string
    readonly sizeBytes: number
    readonly sessions: number
    readonly exists: boolean
  }
  /** Where the data ends up, and the name under which the replaced database is kept. */
  readonly restoreInto: string
  readonly keepAs?: string
  /** Age of the backup: what was written since is lost. */
  readonly dataLossWindowMs: number
  readonly safetyBackup: boolean
  readonly delaySeconds: number
}

export interface RestoreResult extends ResultBase {
  readonly command: 'restore'
  readonly dryRun: boolean
  readonly plan?: RestorePlan
  readonly steps: readonly RestoreStep[]
  readonly safetyBackupId?: string
  readonly restoredTables?: Readonly<Record<string, number>>
  /** The command line that brings the old database back, and the one that drops it. */
  readonly undo?: string
  readonly dropOld?: string
}

export interface VerifyResult extends ResultBase {
  readonly command: 'verify'
  readonly backup?: Backup
  readonly level: 'bytes' | 'restore'
  readonly outcome: 'verified' | 'failed' | 'could_not_verify'
  readonly rows?: number
  readonly tables?: number
}

export interface DeleteResult extends ResultBase {
  readonly command: 'delete'
  readonly dryRun: boolean
  readonly backup?: Backup
  readonly removal?: 'deleted' | 'retained'
}

export interface DoctorCheck {
  readonly name: string
  readonly state: 'ok' | 'failed' | 'unknown' | 'skipped'
  readonly text: string
  /** What to do. */
  readonly advice?: string
}

export interface DoctorResult extends ResultBase {
  readonly command: 'doctor'
  readonly checks: readonly DoctorCheck[]
}

/** Whether the backups are as young as they should be. */
export interface CheckResult extends ResultBase {
  readonly command: 'check'
  readonly databases: readonly Freshness[]
  readonly limits: FreshnessLimits
}

/** What a person said of a backup. */
export interface MarkResult extends ResultBase {
  readonly command: MarkCommand
  readonly backup: Backup
  /** Backups whose entry changed: with `accept` also flagged ones before this one. */
  readonly changedIds: readonly string[]
}

/** What `command: plan` froze for the approvers. */
export interface PlanResult extends ResultBase {
  readonly command: 'plan'
  readonly backup: Backup
  /** One line of JSON: the input `plan` of the gated job. */
  readonly plan: string
  /** Since the backup began: what was written in that time is lost by a restore. */
  readonly dataAgeMs: number
}

/** A command that ended before it had anything else to say. */
export interface FailureResult extends ResultBase {
  readonly command: string
  readonly ok: false
}

/** Everything a command has to say, as one JSON value. Texts are rendered from it. */
export type Result =
  | BackupResult
  | ListResult
  | CleanupResult
  | RepairResult
  | RestoreResult
  | VerifyResult
  | DeleteResult
  | DoctorResult
  | PlanResult
  | CheckResult
  | MarkResult
