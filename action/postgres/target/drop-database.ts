import pg from 'pg'
import { Failure } from '../../domain/failure.ts'
import { listSessions } from './sessions.ts'
import { type TargetServer, withMaintenance } from './target-server.ts'

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

async function serverVersionNumber(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ number: number }>(
    `SELECT current_setting('server_version_num')::int AS number`,
  )
  return rows[0]?.number ?? 0
}
