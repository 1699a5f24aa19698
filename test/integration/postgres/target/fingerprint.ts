import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import type { Cluster } from '../../../support/postgres/start-cluster.ts'

const run = promisify(execFile)

/** Everything a dump can carry, in a form that two databases can be compared by. */
export interface Fingerprint {
  /** `pg_dump --schema-only`, without what is random in it. */
  readonly schema: string
  /** Ordered content per table, sequence and large object. */
  readonly content: Readonly<Record<string, string>>
}

/** Runs pg_dump of the cluster's own installation. */
export async function pgDump(
  cluster: Cluster,
  database: string,
  args: readonly string[],
  program = join(cluster.binDirectory, 'pg_dump'),
): Promise<string> {
  const { stdout } = await run(program, [...args], {
    env: {
      PATH: '/usr/bin:/bin',
      PGHOST: cluster.host,
      PGPORT: String(cluster.port),
      PGUSER: cluster.user,
      PGPASSWORD: cluster.password,
      PGDATABASE: database,
    },
    maxBuffer: 1024 * 1024 * 1024,
  })
  return stdout
}

/** The fingerprint of a database. Unfilled materialised views count as such. */
export async function fingerprint(
  cluster: Cluster,
  database: string,
  program?: string,
): Promise<Fingerprint> {
  const schema = await pgDump(cluster, database, ['--schema-only'], program)
  const client = await cluster.connect(database)
  try {
    return {
      schema: schema.replace(/^\\(un)?restrict .*$/gm, ''),
      content: {
        ...(await tables(client)),
        ...(await sequences(client)),
        ...(await large(client)),
      },
    }
  } finally {
    await client.end()
  }
}

async function tables(client: pg.Client): Promise<Record<string, string>> {
  const { rows } = await client.query<{ schema: string; name: string }>(
    `SELECT n.nspname AS schema, c.relname AS name
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't' AND (c.relkind = 'r' OR c.relispopulated)
        AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1, 2`,
  )
  const content: Record<string, string> = {}
  for (const { schema, name } of rows) {
    const table = `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`
    const result = await client.query<{ digest: string }>(
      `SELECT count(*) || ' ' || coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '') AS digest
         FROM ONLY ${table} t`,
    )
    content[`${schema}.${name}`] = result.rows[0]?.digest ?? ''
  }
  return content
}

async function sequences(client: pg.Client): Promise<Record<string, string>> {
  const { rows } = await client.query<{ schema: string; name: string }>(
    `SELECT n.nspname AS schema, c.relname AS name
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'S' ORDER BY 1, 2`,
  )
  const content: Record<string, string> = {}
  for (const { schema, name } of rows) {
    const sequence = `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`
    const result = await client.query<{ state: string }>(
      `SELECT last_value || ' ' || is_called AS state FROM ${sequence}`,
    )
    content[`sequence ${schema}.${name}`] = result.rows[0]?.state ?? ''
  }
  return content
}

async function large(client: pg.Client): Promise<Record<string, string>> {
  const { rows } = await client.query<{ oid: string; digest: string }>(
    `SELECT oid::text, md5(lo_get(oid)) || ' ' || coalesce(lomacl::text, '') || ' ' ||
            coalesce(obj_description(oid, 'pg_largeobject'), '') AS digest
       FROM pg_largeobject_metadata ORDER BY 1`,
  )
  return Object.fromEntries(rows.map((row) => [`large object ${row.oid}`, row.digest]))
}
