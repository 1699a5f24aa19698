import { z } from 'zod'
import { backupRecordSchema } from '../action/domain/backup-record.ts'
import { manifestSchema } from '../action/domain/manifest.ts'

const lineLengthMax = 100

/** The text of `docs/manifest.schema.json`. */
export function manifestJsonSchema(): string {
  return toText(manifestSchema, 'The manifest of a Strongroom prefix (manifest.json)')
}

/** The text of `docs/backup-record.schema.json`. */
export function backupRecordJsonSchema(): string {
  return toText(backupRecordSchema, 'The record of one backup (backup.json)')
}

function toText(schema: z.ZodType, title: string): string {
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: 'draft-7' })
  return `${JSON.stringify({ $schema, title, ...rest }, undefined, 2)}\n`.replace(
    /^(.*)\[\n((?: +"[^"]*",?\n)+) +\](,?)$/gm,
    joinShortList,
  )
}

/** Puts a list of words onto one line where it fits, as the formatter of this repository does. */
function joinShortList(whole: string, before: string, items: string, after: string): string {
  const line = `${before}[${items.trim().replace(/\n */g, ' ')}]${after}`
  return line.length <= lineLengthMax ? line : whole
}
