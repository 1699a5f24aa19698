import { writeFile } from 'node:fs/promises'
import { backupRecordJsonSchema, manifestJsonSchema, policyJsonSchema } from './json-schemas.ts'

// Writes the published JSON Schemas. A contract test proves that they are current.
const docs = new URL('../docs/', import.meta.url)
await writeFile(new URL('manifest.schema.json', docs), manifestJsonSchema())
await writeFile(new URL('backup-record.schema.json', docs), backupRecordJsonSchema())
await writeFile(new URL('policy.schema.json', docs), policyJsonSchema())
