import pg from 'pg'
import type { ConnectionSettings } from '../connection-settings.ts'
import { inParallel } from './in-parallel.ts'
import { isUnreadable, readAnyNameSql } from './unreadable-names.ts'

const CONNECTIONS = 2
/** Small tables share a statement; a large one has its own. */
const BATCH_TABLES_MAX = 50
const BATCH_BYTES_MAX = 16 * 1024 * 1024

/** Rather an error than a count of what a policy lets through. */
const sessionSql = `SET statement_timeout = 0; SET row_security = off; SET jit = off;
  BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY`

interface Table {
  readonly id: string
  readonly schema: string
  readonly name: string
  /** `WHERE …` of an extension's configuration table; empty for all others. */
  readonly condition: string
  readonly bytes: string
}

/**
 * Exact rows of what pg_dump would write as data, `"schema.table": rows`: ordinary tables and leaves
 * of partitioned ones, and of an extension's tables only the rows that it declares as the user's.
 * All in one snapshot, on two connections. `ONLY`, as COPY reads no children either.
 */
export async function countRows(
  settings: ConnectionSettings,
  database: string,
  signal?: AbortSignal,
): Promise<Readonly<Record<string, number>>> {
  const counts = await inParallel(settings, database, CONNECTIONS, signal, {
    plan: async (client) => {
      await client.query(`${sessionSql}; ${readAnyNameSql}`)
      const snapshot = await client.query<{ id: string }>('SELECT pg_export_snapshot() AS id')
      return {
        items: inBatches(await listTables(client)),
        others: `${sessionSql};
         SET TRANSACTION SNAPSHOT ${pg.escapeLiteral(snapshot.rows[0]?.id ?? '')}; ${readAnyNameSql}`,
      }
    },
    work: async (client, tables) => {
      // A transaction keeps a lock on each table and index that it read, and the server has room
      // for some thousands. What is rolled back gives up its own; the snapshot stays.
      await client.query('SAVEPOINT batch')
      const counts = await countBatch(client, tables)
      await client.query('ROLLBACK TO SAVEPOINT batch')
      return counts
    },
  })
  return Object.fromEntries(counts.flat().sort(([a], [b]) => (a < b ? -1 : 1)))
}

async function listTables(client: pg.Client): Promise<readonly Table[]> {
  const { rows } = await client.query<Table>(
    `SELECT c.oid::text AS id, n.nspname AS schema, c.relname AS name,
            coalesce(e.condition, '') AS condition, pg_relation_size(c.oid)::text AS bytes
       FROM pg_class c
       JOIN pg_namespace n ON n.oid = c.relnamespace
       LEFT JOIN pg_depend m ON m.classid = 'pg_class'::regclass AND m.objid = c.oid
             AND m.deptype = 'e' AND m.refclassid = 'pg_extension'::regclass
       LEFT JOIN (SELECT unnest(extconfig) AS relid, unnest(extcondition) AS condition
                    FROM pg_extension) e ON e.relid = c.oid
      WHERE c.relkind = 'r' AND c.relpersistence <> 't'
        AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        AND (m.objid IS NULL OR e.relid IS NOT NULL)
      ORDER BY pg_relation_size(c.oid) DESC, c.oid`,
  )
  return rows
}

function inBatches(tables: readonly Table[]): Table[][] {
  const batches: Table[][] = []
  const apart: Table[][] = []
  let bytes = 0
  for (const table of tables) {
    if (isUnreadable(qualifiedName(table))) {
      apart.push([table])
      continue
    }
    const last = batches.at(-1)
    bytes += Number(table.bytes)
    if (last && last.length < BATCH_TABLES_MAX && bytes <= BATCH_BYTES_MAX) {
      last.push(table)
      continue
    }
    batches.push([table])
    bytes = Number(table.bytes)
  }
  return [...apart, ...batches]
}

async function countBatch(
  client: pg.Client,
  tables: readonly Table[],
): Promise<[name: string, rows: number][]> {
  const [first] = tables
  if (first && isUnreadable(qualifiedName(first))) {
    return [[qualifiedName(first), await countUnreadable(client, first)]]
  }
  const selects = tables.map(({ schema, name, condition }, index) => {
    const table = `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`
    return `SELECT ${index} AS place, count(*) AS rows FROM ONLY ${table} ${condition}`
  })
  const { rows } = await client.query<{ place: number; rows: string }>(selects.join(' UNION ALL '))
  return rows.flatMap((row) => {
    const table = tables[row.place]
    return table ? [[qualifiedName(table), Number(row.rows)]] : []
  })
}

/** The server alone can write the name. */
async function countUnreadable(client: pg.Client, { id, condition }: Table): Promise<number> {
  const count = `SELECT count(*) FROM ONLY %s ${condition.replaceAll('%', '%%')}`
  const body = `DECLARE found bigint; BEGIN
    EXECUTE format(${pg.escapeLiteral(count)}, ${id}::regclass) INTO found;
    PERFORM set_config('strongroom.found', found::text, true);
  END`
  await client.query(`DO ${pg.escapeLiteral(body)}`)
  const { rows } = await client.query<{ found: string }>(
    `SELECT current_setting('strongroom.found') AS found`,
  )
  return Number(rows[0]?.found)
}

function qualifiedName({ schema, name }: Table): string {
  return `${schema}.${name}`
}
