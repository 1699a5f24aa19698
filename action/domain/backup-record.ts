import { z } from 'zod'
import { backupSchema, checksumSchema, instantSchema } from './backup.ts'

/**
 * `backup.json`: the record of one COMPLETED backup, written once after its bytes. It is the commit
 * point and the truth that `repair` rebuilds the manifest from, so it repeats the whole entry and
 * adds what a restore needs to judge its target.
 */
export const backupRecordSchema = backupSchema.extend({
  version: z.literal(1),
  status: z.literal('COMPLETED'),
  completedAt: instantSchema,
  checksum: checksumSchema,
  fileSize: z.int().positive(),
  serverVersion: z.string(),
  /** Written by one run only; also in the metadata of the bytes. */
  nonce: z.string().min(8),
  pgDumpVersion: z.string(),
  /** Server encoding, "UTF8". */
  encoding: z.string(),
  collate: z.string().optional(),
  ctype: z.string().optional(),
  extensions: z.array(z.looseObject({ name: z.string(), version: z.string() })),
  /** Whether the database held large objects when it was dumped. */
  largeObjects: z.boolean(),
  /** What pg_dump warned about, redacted. */
  warnings: z.array(z.string()),
})

export type BackupRecord = z.infer<typeof backupRecordSchema>
