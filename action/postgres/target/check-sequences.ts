import pg from 'pg'
import type { ConnectionSettings } from '../connection-settings.ts'
import { withConnection } from './target-server.ts'
import { isUnreadable, readAnyNameSql } from './unreadable-names.ts'

interface Sequence {
  readonly schema: string
  readonly name: string
  readonly table_schema: string
  readonly table_name: string
  readonly column_name: string
  readonly increment: string
}

interface Reading {
  readonly last_value: string
  readonly is_called: boolean
  readonly extreme: string | null
}

/**
 * Sequences whose next value a row has already, so that the next insert would fail. A database can
 * have been like that before its backup, so this is a warning rather than a verdict.
 * @returns a sentence for each, none where all is well
 */
export async function checkSequences(
  settings: ConnectionSettings,
  database: string,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  return withConnection(settings, database, signal, async (client) => {
    await client.query(`SET statement_timeout = 0; SET row_security = off; ${readAnyNameSql}`)
    const complaints: string[] = []
    for (const sequence of await listSequences(client)) {
      const complaint = await judge(client, sequence)
      if (complaint !== undefined) complaints.push(complaint)
    }
    return complaints
  })
}

/** Owned by a column (`serial`, identity) of an integer type; those that wrap around excluded. */
async function listSequences(client: pg.Client): Promise<readonly Sequence[]> {
  const { rows } = await client.query<Sequence>(
    `SELECT n.nspname AS schema, c.relname AS name, tn.nspname AS table_schema,
            t.relname AS table_name, a.attname AS column_name, s.seqincrement::text AS increment
       FROM pg_sequence s
       JOIN pg_class c ON c.oid = s.seqrelid
       JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid
            AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
       JOIN pg_class t ON t.oid = d.refobjid AND t.relkind IN ('r', 'p')
       JOIN pg_namespace tn ON tn.oid = t.relnamespace
       JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
      WHERE NOT s.seqcycle AND c.relpersistence <> 't'
        AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
      ORDER BY 1, 2`,
  )
  return rows
}

async function judge(client: pg.Client, sequence: Sequence): Promise<string | undefined> {
  const quote = pg.escapeIdentifier
  const { schema, name, table_schema, table_name, column_name } = sequence
  if ([schema, name, table_schema, table_name, column_name].some(isUnreadable)) {
    return `Sequence ${schema}.${name} was not checked: its name or its column's is not valid UTF-8`
  }
  const increment = BigInt(sequence.increment)
  const { rows } = await client.query<Reading>(
    `SELECT s.last_value::text, s.is_called,
            (SELECT ${increment > 0n ? 'max' : 'min'}(${quote(column_name)})::text
               FROM ${quote(table_schema)}.${quote(table_name)}) AS extreme
       FROM ${quote(schema)}.${quote(name)} s`,
  )
  const reading = rows[0]
  if (!reading || reading.extreme === null) return undefined
  const next = BigInt(reading.last_value) + (reading.is_called ? increment : 0n)
  const extreme = BigInt(reading.extreme)
  const isFree = increment > 0n ? next > extreme : next < extreme
  if (isFree) return undefined
  const column = `${table_schema}.${table_name}.${column_name}`
  return `Sequence ${schema}.${name} would give ${next} next, but ${column} has reached ${extreme} already`
}
