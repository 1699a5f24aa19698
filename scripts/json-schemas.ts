import { z } from 'zod'
import { backupRecordSchema } from '../action/domain/backup-record.ts'
import { manifestSchema } from '../action/domain/manifest.ts'
import { policyFileSchema } from '../action/domain/policy.ts'

const lineLengthMax = 100

/** The text of `docs/manifest.schema.json`. */
export function manifestJsonSchema(): string {
  return toText(manifestSchema, 'The manifest of a Strongroom prefix (manifest.json)')
}

/** The text of `docs/backup-record.schema.json`. */
export function backupRecordJsonSchema(): string {
  return toText(backupRecordSchema, 'The record of one backup (backup.json)')
}

/** The text of `docs/policy.schema.json`: what is written by hand, so defaults may be left out. */
export function policyJsonSchema(): string {
  return toText(policyFileSchema, "A repository's policy file (.github/strongroom.yml)", 'input')
}

function toText(schema: z.ZodType, title: string, io: 'input' | 'output' = 'output'): string {
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', io })
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
