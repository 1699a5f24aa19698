import type pg from 'pg'
import type { Extension, TargetFacts } from '../../job/ports.ts'
import { inPlaceObstacles } from './in-place-obstacles.ts'
import { listSessions } from './sessions.ts'
import { swapObstacles } from './swap-obstacles.ts'
import { type TargetServer, withConnection, withMaintenance } from './target-server.ts'
import { isEmptySql } from './user-objects.ts'

interface ServerRow {
  readonly version: string
  readonly number: number
  readonly is_superuser: boolean
  readonly can_create: boolean
  readonly extensions: readonly string[]
}

interface DatabaseRow {
  readonly encoding: string
  readonly collate: string
  readonly ctype: string
  readonly size: string
  readonly owns: boolean
}

type InsideFacts = Pick<TargetFacts, 'extensions' | 'largeObjects' | 'isEmpty' | 'inPlaceObstacles'>

/** What the server and the target say of themselves; nothing is changed. */
export async function describeTarget(
  server: TargetServer,
  signal?: AbortSignal,
): Promise<TargetFacts> {
  const target = server.settings.database
  const outside = await withMaintenance(server, signal, async (client) => {
    const own = await readDatabase(client, target)
    const database = own ?? (await readDatabase(client, await server.maintenance(signal)))
    return {
      server: await readServer(client),
      database,
      exists: own !== undefined,
      sessions: (await listSessions(client, target)).length,
      swapObstacles: await swapObstacles(client, target),
      systemIdentifier: await readSystemIdentifier(client),
    }
  })
  const inside = outside.exists
    ? await withConnection(server.settings, target, signal, readInside)
    : { extensions: [], largeObjects: false, isEmpty: true, inPlaceObstacles: [] }
  const { server: facts, database } = outside
  return {
    version: facts.version,
    major: Math.floor(facts.number / 10_000),
    database: target,
    sizeBytes: outside.exists ? Number(database?.size ?? 0) : 0,
    encoding: database?.encoding ?? 'UTF8',
    collate: database?.collate ?? 'C',
    ctype: database?.ctype ?? 'C',
    ...inside,
    exists: outside.exists,
    sessions: outside.sessions,
    canCreateDatabase: facts.can_create,
    isSuperuser: facts.is_superuser,
    ownsTarget: outside.exists && database?.owns === true,
    availableExtensions: facts.extensions,
    maintenanceDatabase: await server.maintenance(signal),
    swapObstacles: outside.exists ? outside.swapObstacles : [],
    ...(outside.systemIdentifier !== undefined && { systemIdentifier: outside.systemIdentifier }),
  }
}

async function readServer(client: pg.Client): Promise<ServerRow> {
  const { rows } = await client.query<ServerRow>(
    `SELECT split_part(current_setting('server_version'), ' ', 1) AS version,
            current_setting('server_version_num')::int AS number,
            rolsuper AS is_superuser, rolsuper OR rolcreatedb AS can_create,
            ARRAY(SELECT name::text FROM pg_available_extensions ORDER BY 1) AS extensions
       FROM pg_roles WHERE rolname = current_user`,
  )
  const row = rows[0]
  if (!row) throw new Error('the current role is not in pg_roles')
  return row
}

async function readDatabase(client: pg.Client, name: string): Promise<DatabaseRow | undefined> {
  const { rows } = await client.query<DatabaseRow>(
    `SELECT pg_encoding_to_char(encoding) AS encoding, datcollate AS collate, datctype AS ctype,
            CASE WHEN has_database_privilege(oid, 'CONNECT') THEN pg_database_size(oid) ELSE 0
            END::text AS size,
            pg_has_role(datdba, 'USAGE') AS owns
       FROM pg_database WHERE datname = $1`,
    [name],
  )
  return rows[0]
}

/** Readable by everybody on a stock server, but some providers take that away. */
async function readSystemIdentifier(client: pg.Client): Promise<string | undefined> {
  const allowed = await client.query<{ allowed: boolean }>(
    `SELECT has_function_privilege('pg_control_system()', 'EXECUTE') AS allowed`,
  )
  if (!allowed.rows[0]?.allowed) return undefined
  const { rows } = await client.query<{ id: string }>(
    'SELECT system_identifier::text AS id FROM pg_control_system()',
  )
  return rows[0]?.id
}

async function readInside(client: pg.Client): Promise<InsideFacts> {
  const extensions = await client.query<Extension>(
    'SELECT extname AS name, extversion AS version FROM pg_extension ORDER BY 1',
  )
  const facts = await client.query<{ large_objects: boolean; is_empty: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_largeobject_metadata) AS large_objects,
            ${isEmptySql} AS is_empty`,
  )
  return {
    extensions: extensions.rows,
    largeObjects: facts.rows[0]?.large_objects ?? false,
    isEmpty: facts.rows[0]?.is_empty ?? false,
    inPlaceObstacles: await inPlaceObstacles(client),
  }
}
