import { z } from 'zod'
import { backupIdPattern } from './backup-id.ts'

/** The four types of a backup, in the order in which retention grows. */
export const backupTypes = ['DAILY', 'WEEKLY', 'MONTHLY', 'MANUAL'] as const
/** The states that a backup passes through, in order. */
export const backupStatuses = ['PENDING', 'IN_PROGRESS', 'COMPLETED', 'FAILED', 'DELETED'] as const

export type BackupType = (typeof backupTypes)[number]
export type BackupStatus = (typeof backupStatuses)[number]

/** An instant as ISO-8601 in UTC, as `Date.prototype.toISOString` writes it. */
export const instantSchema = z.iso.datetime()

/** Lower-case hexadecimal SHA-256. */
export const checksumSchema = z.string().regex(/^[0-9a-f]{64}$/)

/** Where a backup stands with proof: what was checked last, when, and how that ended. */
const verificationSchema = z.looseObject({
  level: z.enum(['bytes', 'restore']),
  outcome: z.enum(['verified', 'failed']),
  at: instantSchema,
  /** Readable reason of a failed one. */
  reason: z.string().optional(),
})

/** One restore that was made from a backup. */
const restorationSchema = z.looseObject({
  at: instantSchema,
  mode: z.enum(['swap', 'new-database', 'in-place']),
  target: z.string(),
  outcome: z.enum(['restored', 'failed']),
  requestedBy: z.string().optional(),
})

/** What made a backup look wrong beside those before it, judged when it was made. */
const anomalySchema = z.looseObject({
  /** A clause each: "has 2 MiB where the 12 before it have 100 MiB at the median". */
  reasons: z.array(z.string()).min(1),
})

/** What a person said of a backup, and when. */
const markSchema = z.looseObject({ at: instantSchema, by: z.string() })

/**
 * An entry of the manifest: the field names of the system that Strongroom replaces, plus what
 * operating it needs. Unknown keys are kept, so that an older version does not lose what a newer
 * one wrote.
 */
export const backupSchema = z.looseObject({
  id: z.string().regex(backupIdPattern),
  filename: z.string().min(1),
  /** `s3://bucket/key`. */
  fileUrl: z.string(),
  /** Stored bytes; 0 until the backup is COMPLETED. */
  fileSize: z.int().nonnegative(),
  type: z.enum(backupTypes),
  status: z.enum(backupStatuses),
  startedAt: instantSchema,
  completedAt: instantSchema.optional(),
  error: z.string().optional(),
  /** SHA-256 of the stored bytes. */
  checksum: checksumSchema.optional(),
  createdAt: instantSchema,
  deletedAt: instantSchema.optional(),
  /** The database's true name, as the server has it. */
  database: z.string(),
  /** As the server says it: "15.18". Unknown where the server was never reached. */
  serverVersion: z.string().optional(),
  format: z.enum(['plain', 'custom']),
  compression: z.literal('gzip'),
  compressionLevel: z.int().min(1).max(9),
  /** Bytes of the dump before compression. */
  rawSize: z.int().nonnegative().optional(),
  /** Rows per table, `"schema.table": rows`, counted from the dump itself. */
  tables: z.record(z.string(), z.int().nonnegative()).optional(),
  durationMs: z.int().nonnegative().optional(),
  requestedBy: z.string().optional(),
  runUrl: z.string().optional(),
  verifiedAt: instantSchema.optional(),
  verification: verificationSchema.optional(),
  restores: z.array(restorationSchema).optional(),
  /** Why this backup has its type. */
  typeReason: z.string().optional(),
  /** Patterns that narrowed the dump, by the name of their input; absent where it holds everything. */
  selection: z.record(z.string(), z.array(z.string())).optional(),
  /** While nobody has accepted it, rotation removes nothing COMPLETED of its database. */
  anomaly: anomalySchema.optional(),
  accepted: markSchema.optional(),
  /** Rotation never removes it, and `delete` refuses to. */
  pinned: markSchema.optional(),
  /** Present on the backup of a target that a restore was about to replace. */
  purpose: z.literal('safety').optional(),
  /** The workflow run (or terminal process) that made it: how a re-run finds its own backup. */
  run: z.looseObject({ id: z.string(), attempt: z.int().positive() }).optional(),
  /** The multipart upload under way, so that whoever finds a dead run can abort it. */
  upload: z.looseObject({ key: z.string(), uploadId: z.string() }).optional(),
  /** Past this instant an unfinished backup counts as dead. */
  staleAfter: instantSchema.optional(),
})

export type Backup = z.infer<typeof backupSchema>
export type Verification = z.infer<typeof verificationSchema>
export type Mark = z.infer<typeof markSchema>
export type Restoration = z.infer<typeof restorationSchema>
