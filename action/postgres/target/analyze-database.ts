import pg from 'pg'
import type { ConnectionSettings } from '../connection-settings.ts'
import { inParallel } from './in-parallel.ts'
import { isUnreadable, readAnyNameSql } from './unreadable-names.ts'

const CONNECTIONS = 2

/** Gathers planner statistics, which no dump of these versions carries, on two connections. */
export async function analyzeDatabase(
  settings: ConnectionSettings,
  database: string,
  signal?: AbortSignal,
): Promise<void> {
  const others = `SET statement_timeout = 0; ${readAnyNameSql}`
  await inParallel(settings, database, CONNECTIONS, signal, {
    plan: async (client) => {
      await client.query(others)
      return { items: await listStatements(client), others }
    },
    work: (client, statement) => client.query(statement),
  })
}

/** Large tables first; those of others would only be skipped with a warning. */
async function listStatements(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ id: string; schema: string; name: string }>(
    `SELECT c.oid::text AS id, n.nspname AS schema, c.relname AS name
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'm', 'p') AND c.relpersistence <> 't'
        AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        AND (pg_has_role(c.relowner, 'USAGE')
             OR EXISTS (SELECT FROM pg_database d WHERE d.datname = current_database()
                         AND pg_has_role(d.datdba, 'USAGE')))
      ORDER BY pg_relation_size(c.oid) DESC, c.oid`,
  )
  return rows.map(({ id, schema, name }) =>
    isUnreadable(schema + name)
      ? `DO $$ BEGIN EXECUTE 'ANALYZE ' || ${id}::regclass; END $$`
      : `ANALYZE ${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`,
  )
}
