import { z } from 'zod'
import { backupSchema, instantSchema } from './backup.ts'

/** `manifest.json`: the index that every command reads. Compare-and-swap only; rebuildable. */
export const manifestSchema = z.looseObject({
  version: z.literal(1),
  /** Grows by one with every write. */
  revision: z.int().nonnegative(),
  updatedAt: instantSchema,
  backups: z.array(backupSchema),
})

export type Manifest = z.infer<typeof manifestSchema>
