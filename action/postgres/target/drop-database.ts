import pg from 'pg'
import { Failure } from '../../domain/failure.ts'
import { listSessions } from './sessions.ts'
import { type TargetServer, withConnection, withMaintenance } from './target-server.ts'

/** The server removes the files before it answers. */
const DROP_TIMEOUT_MS = 600_000
/** `DROP DATABASE … WITH (FORCE)` came with 13. */
const FORCE_SINCE = 130_000

/**
 * Drops a database that a restore made or put aside, with whoever is still connected to it. Absent
 * is as good as dropped.
 * @throws Failure `target_unfit` for the target itself, which nothing here ever drops
 */
export async function dropDatabase(
  server: TargetServer,
  database: string,
  signal?: AbortSignal,
): Promise<void> {
  if (database === server.settings.database) {
    throw new Failure({
      code: 'target_unfit',
      stage: 'restore',
      message:
        'Cannot drop the database: it is the target itself, expected one that a restore put aside',
    })
  }
  await withMaintenance(server, signal, async (client) => {
    await client.query(`SET statement_timeout = ${DROP_TIMEOUT_MS}`)
    await dropSubscriptions(server, client, database, signal)
    const quoted = pg.escapeIdentifier(database)
    if ((await serverVersionNumber(client)) >= FORCE_SINCE) {
      await client.query(`DROP DATABASE IF EXISTS ${quoted} WITH (FORCE)`)
      return
    }
    for (const session of await listSessions(client, database)) {
      await client.query('SELECT pg_terminate_backend($1)', [session.pid])
    }
    await client.query(`DROP DATABASE IF EXISTS ${quoted}`)
  })
}

/**
 * The server drops no database with a subscription. One that a dump made was never enabled, but names the
 * slot of the original, which dropping it would drop on the publisher: so it forgets that slot first.
 */
async function dropSubscriptions(
  server: TargetServer,
  client: pg.Client,
  database: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT s.subname AS name FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid
      WHERE d.datname = $1 AND NOT s.subenabled`,
    [database],
  )
  if (rows.length === 0) return
  await withConnection(server.settings, database, signal, async (inside) => {
    for (const { name } of rows) {
      const quoted = pg.escapeIdentifier(name)
      await inside.query(`ALTER SUBSCRIPTION ${quoted} SET (slot_name = NONE)`)
      await inside.query(`DROP SUBSCRIPTION ${quoted}`)
    }
  })
}

async function serverVersionNumber(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ number: number }>(
    `SELECT current_setting('server_version_num')::int AS number`,
  )
  return rows[0]?.number ?? 0
}
