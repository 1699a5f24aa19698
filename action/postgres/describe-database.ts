import type { Client } from 'pg'
import type { Extension, ServerFacts } from '../job/ports.ts'

const FACTS = `
  SELECT pg_catalog.current_setting('server_version_num')::int AS version_num,
         d.datname AS database,
         pg_catalog.pg_database_size(d.oid)::text AS size,
         pg_catalog.pg_encoding_to_char(d.encoding) AS encoding,
         d.datcollate AS collate,
         d.datctype AS ctype,
         EXISTS (SELECT FROM pg_catalog.pg_largeobject_metadata) AS large_objects
    FROM pg_catalog.pg_database d
   WHERE d.datname = pg_catalog.current_database()`

const EXTENSIONS = `
  SELECT extname AS name, extversion AS version
    FROM pg_catalog.pg_extension
   ORDER BY extname COLLATE "C"`

interface FactsRow {
  readonly version_num: number
  readonly database: string
  readonly size: string
  readonly encoding: string
  readonly collate: string | null
  readonly ctype: string | null
  readonly large_objects: boolean
}

/** What the server and the connected database say of themselves. */
export async function describeDatabase(client: Client): Promise<ServerFacts> {
  const facts = await client.query<FactsRow>(FACTS)
  const extensions = await client.query<Extension>(EXTENSIONS)
  const [row] = facts.rows
  if (!row) throw new Error('pg_database always has the current database')
  const major = Math.floor(row.version_num / 10_000)
  return {
    version: `${major}.${row.version_num % 10_000}`,
    major,
    database: row.database,
    sizeBytes: Number(row.size),
    encoding: row.encoding,
    collate: row.collate ?? '',
    ctype: row.ctype ?? '',
    extensions: extensions.rows,
    largeObjects: row.large_objects,
  }
}
