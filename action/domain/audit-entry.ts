import { z } from 'zod'
import { instantSchema } from './backup.ts'

/** What the audit log records: one object for every command that changes something. */
export const auditEntrySchema = z.looseObject({
  version: z.literal(1),
  at: instantSchema,
  action: z.enum([
    'backup',
    'restore',
    'cleanup',
    'delete',
    'verify',
    'repair',
    'undo',
    'pin',
    'unpin',
    'accept',
  ]),
  /** How it ended: a reason code. */
  outcome: z.string(),
  /** Who asked for it, as far as the run knows. */
  actor: z.string(),
  backupIds: z.array(z.string()),
  database: z.string().optional(),
  target: z.string().optional(),
  runUrl: z.string().optional(),
  details: z.record(z.string(), z.unknown()).optional(),
})

export type AuditEntry = z.infer<typeof auditEntrySchema>
