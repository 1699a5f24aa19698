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
  /** Of a command that was asked for in a comment. */
  requestId: z.string().optional(),
  requestedById: z.int().positive().optional(),
  /** Who agreed to it, where a gate asked. */
  approvers: z.array(z.looseObject({ id: z.int().positive(), login: z.string() })).optional(),
  /** The gate let it through without reviewers, or past a bypass, as the policy file allows. */
  isUnprotected: z.boolean().optional(),
  /** Of the object that claims a request: the one run that carries it out. */
  run: z.looseObject({ id: z.string(), attempt: z.int().positive() }).optional(),
  details: z.record(z.string(), z.unknown()).optional(),
})

export type AuditEntry = z.infer<typeof auditEntrySchema>
