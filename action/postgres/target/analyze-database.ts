import pg from 'pg'
import type { ConnectionSettings } from '../connection-settings.ts'
import { inParallel } from './in-parallel.ts'

const CONNECTIONS = 2

/** Gathers planner statistics, which no dump of these versions carries, on two connections. */
export async function analyzeDatabase(
  settings: ConnectionSettings,
  database: string,
  signal?: AbortSignal,
): Promise<void> {
  const others = 'SET statement_timeout = 0'
  await inParallel(settings, database, CONNECTIONS, signal, {
    plan: async (client) => {
      await client.query(others)
      return { items: await listTables(client), others }
    },
    work: (client, table) => client.query(`ANALYZE ${table}`),
  })
}

/** Quoted names, large ones first; those of others would only be skipped with a warning. */
async function listTables(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ schema: string; name: string }>(
    `SELECT n.nspname AS schema, c.relname AS name
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'm', 'p') AND c.relpersistence <> 't'
        AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        AND (pg_has_role(c.relowner, 'USAGE')
             OR EXISTS (SELECT FROM pg_database d WHERE d.datname = current_database()
                         AND pg_has_role(d.datdba, 'USAGE')))
      ORDER BY pg_relation_size(c.oid) DESC, c.oid`,
  )
  return rows.map((row) => `${pg.escapeIdentifier(row.schema)}.${pg.escapeIdentifier(row.name)}`)
}
