/**
 * What the jobs need of the world, as types only. Adapters in the effect rooms implement these;
 * `run.ts` puts them together; unit tests pass in-memory fakes.
 */
import type { AuditEntry } from '../domain/audit-entry.ts'
import type { Backup } from '../domain/backup.ts'
import type { BackupRecord } from '../domain/backup-record.ts'
import type { Stage } from '../domain/failure.ts'
import type { Manifest } from '../domain/manifest.ts'
import type { Notice } from '../domain/notice.ts'
import type { DoctorCheck } from '../domain/result.ts'

// ---------------------------------------------------------------- time, chance, telling

export interface Clock {
  now(): Date
  /** Resolves after `ms` milliseconds; rejects with the signal's reason where that fires first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export interface Random {
  /** `length` characters of `a-z2-7`. */
  base32(length: number): string
}

/** One sample of long work. The log decides how often it shows one. */
export interface Progress {
  readonly stage: Stage
  readonly doneBytes: number
  /** An estimate where the true size is unknown. */
  readonly totalBytes?: number
  readonly storedBytes?: number
}

/** Where a command tells what it does. Everything passes redaction before it is shown. */
export interface Log {
  info(line: string): void
  warn(line: string): void
  progress(sample: Progress): void
}

// ---------------------------------------------------------------- the bucket

/** What reading commands work on: the manifest, or the records where it cannot be read. */
export interface CatalogView {
  readonly backups: readonly Backup[]
  readonly source: 'manifest' | 'records'
  /** The manifest's revision; absent where it was not read. */
  readonly revision?: number
  /** Why the records had to answer. */
  readonly problem?: string
}

/** A change to the manifest, as the swap needs it. */
export interface ManifestChange<T> {
  /**
   * Pure, and called again on fresh contents after each lost race. Without `manifest` nothing is
   * written. `revision` and `updatedAt` are set by the catalog.
   */
  decide(manifest: Manifest): { readonly manifest?: Manifest; readonly value: T }
  /** After an unknown outcome: whether these contents already hold the change. */
  isApplied(manifest: Manifest): boolean
}

/** How a change ended. `value` is what `decide` returned for the contents that were written. */
export interface ChangeOutcome<T> {
  readonly value: T
  /**
   * `written`, `unchanged` (nothing to write), `stale` (tries used up: the index lags behind) or
   * `unsupported` (the provider cannot swap: the records alone serve).
   */
  readonly index: 'written' | 'unchanged' | 'stale' | 'unsupported'
  readonly reason?: string
}

export type RecordReading =
  | { readonly kind: 'found'; readonly record: BackupRecord }
  | { readonly kind: 'missing' }
  | { readonly kind: 'corrupt'; readonly reason: string }

/** `removed`, `absent` (was not there) or `retained` (the provider refused: a lock). */
export type RemovalOutcome = 'removed' | 'absent' | 'retained'

/** The index and the records of one prefix. */
export interface Catalog {
  /** Never writes. Fails where neither manifest nor records can be read. */
  read(signal?: AbortSignal): Promise<CatalogView>
  /**
   * The compare-and-swap. A missing or corrupt manifest is quarantined and rebuilt from the records
   * first. Fails with `manifest_version_unknown` where a newer version wrote it.
   */
  change<T>(change: ManifestChange<T>, signal?: AbortSignal): Promise<ChangeOutcome<T>>
  readRecord(id: string, signal?: AbortSignal): Promise<RecordReading>
  /**
   * Every record that the bucket lists, by id, oldest first. Since a record is written once, one that this
   * catalog has read before is read again only where the listing shows another.
   */
  readRecords(signal?: AbortSignal): Promise<ReadonlyMap<string, RecordReading>>
  /** Create-only; an unknown outcome is resolved by reading back. */
  writeRecord(record: BackupRecord, signal?: AbortSignal): Promise<void>
  removeRecord(id: string, signal?: AbortSignal): Promise<RemovalOutcome>
  /** Ids of every `backups/<id>/backup.json`. */
  listRecordIds(signal?: AbortSignal): AsyncIterable<string>
  /** Written once; returns its key. */
  writeAudit(entry: AuditEntry, signal?: AbortSignal): Promise<string>
  /** Held until released; `lost` fires where it could not be renewed. Fails with `lease_held`. */
  acquireLease(name: string, holder: string, signal?: AbortSignal): Promise<Lease>
}

export interface Lease {
  readonly lost: AbortSignal
  release(): Promise<void>
}

export interface StoredObject {
  readonly key: string
  readonly size: number
  readonly modifiedAt: Date
  /** Changes with the contents; absent where the provider's listing lacks it. */
  readonly etag?: string
}

export interface PendingUpload {
  readonly key: string
  readonly uploadId: string
  readonly startedAt: Date
}

export interface StoreRequest {
  readonly key: string
  /** Becomes object metadata; `nonce` among it is compared after completion. */
  readonly metadata: { readonly nonce: string; readonly [name: string]: string }
  /** Bytes; every part but the last has exactly this size. */
  readonly partSize: number
  /** Called with the upload's id before the first part is sent. */
  readonly onStarted?: (uploadId: string) => void | Promise<void>
  readonly signal?: AbortSignal
}

/** The bytes of the backups of one prefix. */
export interface Vault {
  readonly bucket: string
  /** The host that is talked to, for messages. Never a credential. */
  readonly endpoint: string
  /**
   * Streams `source` into equal parts and completes the object only when `source` has ended without
   * throwing; HEAD must then agree on size and nonce. Otherwise the upload is aborted and the
   * source's own error, or a Failure, is thrown.
   */
  store(
    request: StoreRequest,
    source: AsyncIterable<Uint8Array>,
  ): Promise<{ readonly size: number }>
  head(
    key: string,
    signal?: AbortSignal,
  ): Promise<
    | {
        readonly size: number
        readonly metadata: Readonly<Record<string, string>>
        readonly etag: string
      }
    | undefined
  >
  /** The bytes from the start; after a drop it goes on by range under the same ETag. */
  read(key: string, signal?: AbortSignal): AsyncIterable<Uint8Array>
  remove(key: string, signal?: AbortSignal): Promise<RemovalOutcome>
  /** Every object below `backups/`. */
  list(signal?: AbortSignal): AsyncIterable<StoredObject>
  /** Every unfinished multipart upload below `backups/`. */
  listUploads(signal?: AbortSignal): AsyncIterable<PendingUpload>
  /** Idempotent. */
  abortUpload(key: string, uploadId: string, signal?: AbortSignal): Promise<void>
}

// ---------------------------------------------------------------- the database

export interface Extension {
  readonly name: string
  readonly version: string
}

/** What the server and the connected database say of themselves. */
export interface ServerFacts {
  /** "15.18". */
  readonly version: string
  readonly major: number
  readonly database: string
  readonly sizeBytes: number
  readonly encoding: string
  readonly collate: string
  readonly ctype: string
  readonly extensions: readonly Extension[]
  readonly largeObjects: boolean
}

/** The programs that will be used, chosen for a server. */
export interface ClientFacts {
  /** Version of pg_dump, "15.20"; psql and pg_restore are of the same installation. */
  readonly version: string
  /** What the user should know: a newer major in use, a minor below the security floor, an install. */
  readonly notes: readonly string[]
}

export interface DumpOptions {
  readonly format: 'plain' | 'custom'
  readonly schemas: readonly string[]
  readonly excludeSchemas: readonly string[]
  readonly tables: readonly string[]
  readonly excludeTables: readonly string[]
  readonly excludeTableData: readonly string[]
  readonly lockTimeoutMs: number
  /** No byte for so long ends the dump. */
  readonly silenceTimeoutMs: number
  readonly totalTimeoutMs: number
}

/** A running pg_dump. */
export interface DumpSession {
  /**
   * The dump's bytes. Ends only after pg_dump has closed with exit 0, was not empty and its trailer
   * (plain) or structure (custom) was whole; throws a Failure otherwise.
   */
  readonly chunks: AsyncIterable<Uint8Array>
  /** What pg_dump wrote to stderr, redacted, one line an item; complete once `chunks` has ended. */
  warnings(): readonly string[]
}

/** The database that is backed up. */
export interface SourceDatabase {
  /** As in the URL; the true name. */
  readonly name: string
  describe(signal?: AbortSignal): Promise<ServerFacts>
  /** Finds, and where allowed installs, fitting client programs. */
  prepareClient(server: ServerFacts, signal?: AbortSignal): Promise<ClientFacts>
  dump(options: DumpOptions, signal?: AbortSignal): DumpSession
  /** What would stop a dump of everything, a clause an item: unreadable tables, row security. */
  findObstacles(signal?: AbortSignal): Promise<readonly string[]>
  /** Closes connections, stops children, removes the password file. Idempotent, quick. */
  close(): Promise<void>
}

/** Facts about the server and database that a restore goes to. */
export interface TargetFacts extends ServerFacts {
  /** Whether the database exists; where not, encoding and locale are the maintenance database's. */
  readonly exists: boolean
  /** No user tables, views, functions and the like in it, extensions aside. */
  readonly isEmpty: boolean
  /** Connected to the target now, ours aside. */
  readonly sessions: number
  readonly canCreateDatabase: boolean
  readonly isSuperuser: boolean
  readonly ownsTarget: boolean
  readonly availableExtensions: readonly string[]
  /** The database from which this one is created, renamed and locked. */
  readonly maintenanceDatabase: string
  /** Tells one server from another; absent where the provider does not let it be read. */
  readonly systemIdentifier?: string
  /** What forbids an exchange of names (`swap`), a clause each; checked again when it happens. */
  readonly swapObstacles: readonly string[]
  /** What forbids a replacement within one transaction (`in-place`), a clause each. */
  readonly inPlaceObstacles: readonly string[]
}

export interface LoadRequest {
  /** Database to load into. */
  readonly database: string
  readonly format: 'plain' | 'custom'
  /** The dump, already verified whole, from its first byte at each call: SQL text, or an archive. */
  readonly open: (signal?: AbortSignal) => AsyncIterable<Uint8Array>
  /** Of the dump, for telling progress. */
  readonly totalBytes?: number | undefined
  /** Plain, not in place: where the rows of its tables lie, so that several can be loaded at once. */
  readonly copies?: readonly CopyBlock[] | undefined
  /** Custom: where its data lie; without, several connections may have unequal shares and read all. */
  readonly blocks?: readonly ArchiveBlock[] | undefined
  /** One transaction, committed only after the last byte; what is there is dropped first. */
  readonly inPlace: boolean
  /** Custom, not in place: connections at once. */
  readonly jobs: number
  /** Custom: restored are these schemas only. */
  readonly schemas: readonly string[]
  /** Custom: as `pg_restore --table`, without schema, indexes and constraints not among it. */
  readonly tables: readonly string[]
  /** Custom only: a plain dump holds owners and grants as statements. */
  readonly noOwner: boolean
  readonly noPrivileges: boolean
}

/** A database that a restore made and that nobody uses yet. */
export interface ScratchDatabase {
  readonly name: string
  readonly createdAt: Date
}

/** What a scratch database is made like. */
export interface ScratchLike {
  readonly encoding: string
  readonly collate?: string | undefined
  readonly ctype?: string | undefined
}

export interface SwapRequest {
  readonly target: string
  /** The database that takes its name; an undo gives the kept one here. */
  readonly scratch: string
  /** Name under which the target is kept. */
  readonly keepAs: string
  /** How long sessions may take to leave before they are ended. */
  readonly sessionGraceMs: number
}

/** The server that a restore goes to. */
export interface RestoreTarget {
  readonly name: string
  describe(signal?: AbortSignal): Promise<TargetFacts>
  /** Fails with `client_unsafe` where psql is open to what a hostile dump may hold. */
  prepareClient(server: ServerFacts, signal?: AbortSignal): Promise<ClientFacts>
  /** Whether the server has a database of this name. */
  has(database: string, signal?: AbortSignal): Promise<boolean>
  /**
   * A server-side lock on this target, held by a connection; `lost` fires where that ends. Fails
   * with `lease_held`.
   */
  lock(signal?: AbortSignal): Promise<Lease>
  /** The name of a new scratch database, made now for this backup. `nonce`: base-32 characters. */
  scratchName(backupId: string, nonce: string): string
  /**
   * Databases that dead restores into this target left, recognised by name and by marker, without
   * sessions; none while another session holds the lock.
   */
  listScratch(signal?: AbortSignal): Promise<readonly ScratchDatabase[]>
  /** A new empty database of a name of `scratchName`, with the encoding and locale of `like`. */
  createScratch(name: string, like: ScratchLike, signal?: AbortSignal): Promise<void>
  load(request: LoadRequest, signal?: AbortSignal): Promise<void>
  /** Exact rows of every user table, `"schema.table": rows`, in one snapshot. */
  countRows(database: string, signal?: AbortSignal): Promise<Readonly<Record<string, number>>>
  /** Sequences that would give a value which a row has already, a sentence each. */
  checkSequences(database: string, signal?: AbortSignal): Promise<readonly string[]>
  /**
   * Settings, connection limit, owner and grants of one database onto another. What the role may
   * not carry over is warned about. The comment follows with `swap`.
   */
  carryOver(from: string, to: string, signal?: AbortSignal): Promise<void>
  analyze(database: string, signal?: AbortSignal): Promise<void>
  /** Runs one statement that must return a single true, read-only. */
  isTrue(database: string, sql: string, signal?: AbortSignal): Promise<boolean>
  /** Exchanges the names in one transaction; on any failure both are as before. */
  swap(request: SwapRequest, signal?: AbortSignal): Promise<void>
  /** A scratch database so renamed is the user's from then on. */
  rename(from: string, to: string, signal?: AbortSignal): Promise<void>
  /** With whoever is connected to it; never the target. Absent is as good as dropped. */
  drop(database: string, signal?: AbortSignal): Promise<void>
  close(): Promise<void>
}

// ---------------------------------------------------------------- streams

export interface CompressOptions {
  /** 1 to 9: never larger than GNU gzip of that level. */
  readonly level: number
  /** Rows are counted in plain dumps only. */
  readonly format: 'plain' | 'custom'
  readonly signal?: AbortSignal
}

/** Facts about a stream that has been consumed to its end. */
export interface StreamTotals {
  readonly rawSize: number
  readonly storedSize: number
  /** SHA-256 of the stored bytes, lower-case hexadecimal. */
  readonly checksum: string
  /** Plain format: rows per table. */
  readonly tables?: Readonly<Record<string, number>>
}

export interface CompressedStream {
  /** One valid gzip member. Ends only after `source` has ended. */
  readonly chunks: AsyncIterable<Uint8Array>
  progress(): { readonly rawBytes: number; readonly storedBytes: number }
  /** Valid once `chunks` has ended; throws before. */
  totals(): StreamTotals
}

/** Where a plain dump holds the rows of a table; offsets into the text, ends excluded. */
export interface CopyBlock {
  /** `schema.table`, each byte of its name in the dump as the character of its number. */
  readonly table: string
  /** Of `COPY … FROM stdin;`, which reaches to `rowsStart` with its line break. */
  readonly start: number
  readonly rowsStart: number
  /** Of the line `\.`. */
  readonly rowsEnd: number
  readonly end: number
  readonly rows: number
}

/** Where a custom archive holds the data of an entry; offsets into the archive, ends excluded. */
export interface ArchiveBlock {
  /** Its number, as `pg_restore --list` gives it first. */
  readonly entry: number
  readonly start: number
  readonly end: number
  /** How long loading takes, compared with other blocks. */
  readonly cost: number
  /** Of a table, where its rows are as COPY takes them. */
  readonly rows?: ArchiveRows
}

/** Rows of a table in pieces: a zero, the size in four bytes, lowest first, then so many bytes. */
export interface ArchiveRows {
  /** `COPY … FROM stdin;`, in the encoding of the archive. */
  readonly statement: Uint8Array
  readonly start: number
  readonly end: number
}

/** What a full read of stored bytes found. */
export interface Inspection extends StreamTotals {
  /** Plain: the trailer is there. Custom: the magic is there. */
  readonly isWhole: boolean
  /** Plain: meta-commands outside data other than one `\restrict` and its `\unrestrict`. */
  readonly metaCommands: readonly string[]
  /** Plain: whether it carries large objects. */
  readonly largeObjects: boolean
  /** Plain: where its rows lie, in order; without those of a COPY that shares its line. */
  readonly copies?: readonly CopyBlock[]
  /** Custom: where its data lie, in order; absent where the archive's version is not known. */
  readonly blocks?: readonly ArchiveBlock[]
}

/** Bytes of a backup on the local disk. */
export interface SpooledFile {
  readonly path: string
  readonly size: number
}

/** The same, with what a full read of them found. */
export interface SpooledBackup {
  readonly file: SpooledFile
  readonly inspection: Inspection
}

export interface Streams {
  compress(source: AsyncIterable<Uint8Array>, options: CompressOptions): CompressedStream
  /** Reads stored bytes to the end: size, SHA-256, gzip, trailer or magic, rows, meta-commands. */
  inspect(
    stored: AsyncIterable<Uint8Array>,
    format: 'plain' | 'custom',
    signal?: AbortSignal,
  ): Promise<Inspection>
  /** The same while writing the stored bytes into a new private file. Fails with `disk_full`. */
  spool(
    stored: AsyncIterable<Uint8Array>,
    format: 'plain' | 'custom',
    signal?: AbortSignal,
  ): Promise<SpooledBackup>
  /** The dump inside a spooled file. */
  expand(file: SpooledFile, signal?: AbortSignal): AsyncIterable<Uint8Array>
  freeBytes(): Promise<number>
  /** Removes spooled files and stops workers. Idempotent. */
  close(): Promise<void>
}

// ---------------------------------------------------------------- telling people

/** What a channel is given to tell. */
export interface Message {
  readonly notice: Notice
  /** The command's whole result as redacted JSON; absent where there is none yet. */
  readonly result?: string
}

/** How telling ended. Texts name no address and repeat nothing that was received. */
export type Delivery =
  | { readonly kind: 'told' }
  | {
      readonly kind: 'failed'
      /** "<what is>, expected <what should be>". */
      readonly problem: string
      readonly hint: string
    }

/** One way to tell people outside of the run. */
export interface Channel {
  /** As people call it: "e-mail", "Slack". */
  readonly name: string
  /** Whether it tells this at all. */
  wants(notice: Notice): boolean
  tell(message: Message, signal: AbortSignal): Promise<Delivery>
  /** What can be found out about it without telling anybody anything. */
  probe(signal: AbortSignal): Promise<DoctorCheck>
}
