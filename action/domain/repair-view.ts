import type { Backup } from './backup.ts'
import type { BackupRecord } from './backup-record.ts'

/** What reading one record gave. */
type RecordReading =
  | { readonly kind: 'found'; readonly record: BackupRecord }
  | { readonly kind: 'missing' }
  | { readonly kind: 'corrupt'; readonly reason: string }

/** An object below `backups/`. */
export interface RepairObject {
  readonly key: string
  readonly size: number
  readonly modifiedAt: Date
}

/** An unfinished multipart upload below `backups/`. */
export interface RepairUpload {
  readonly key: string
  readonly uploadId: string
  readonly startedAt: Date
}

/** What was read of a prefix. The objects must be listed to the end: what is absent counts. */
export interface RepairView {
  readonly prefix: string
  /** Entries of the manifest; none where it is missing or corrupt. */
  readonly entries: readonly Backup[]
  /**
   * By id. Nothing is concluded about an entry whose id is not in it; bytes without an entry are
   * orphans where the objects list no record beside them.
   */
  readonly records: ReadonlyMap<string, RecordReading>
  readonly objects: readonly RepairObject[]
  readonly uploads: readonly RepairUpload[]
  /** Before anything was read: what ended about then, or since, is never demoted. */
  readonly now: Date
  /** How old something must be before it may be deleted: a run may still be at it. */
  readonly graceMs: number
}

/** Something that may be deleted when the user says so. */
export type Deletable =
  | { readonly kind: 'object'; readonly key: string; readonly sizeBytes: number }
  | { readonly kind: 'upload'; readonly key: string; readonly uploadId: string }
