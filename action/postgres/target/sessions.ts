import type pg from 'pg'
import { sqlState } from './query-failure.ts'
import { type TargetServer, withMaintenance } from './target-server.ts'

/** Someone connected to a database. */
export interface Session {
  readonly pid: number
  /** `user "app" (psql, pid 17)`. */
  readonly who: string
}

const END_POLL_MS = 100

/**
 * Sessions of a database that keep it from being renamed. Autovacuum workers are not among them:
 * the server ends those by itself.
 */
export async function listSessions(
  client: pg.Client,
  database: string,
): Promise<readonly Session[]> {
  const { rows } = await client.query<Session>(
    `SELECT pid, format('user "%s" (%s, pid %s)', coalesce(usename, 'unknown'),
                        coalesce(nullif(application_name, ''), backend_type, 'unknown'), pid) AS who
       FROM pg_stat_activity
      WHERE datname = $1 AND pid <> pg_backend_pid()
        AND backend_type IS DISTINCT FROM 'autovacuum worker'
      ORDER BY pid`,
    [database],
  )
  return rows
}

/**
 * Ends the sessions of a database, again and again until `until` fires, and says whose they were.
 * One that the role may not end is left alone: the rename then says that it is in the way.
 */
export async function endSessions(
  server: TargetServer,
  database: string,
  until: AbortSignal,
  signal: AbortSignal | undefined,
): Promise<void> {
  const told = new Set<number>()
  await withMaintenance(server, signal, async (client) => {
    while (!until.aborted) {
      for (const session of await listSessions(client, database)) {
        if (until.aborted) break
        const outcome = await endSession(client, session.pid)
        if (!told.has(session.pid)) server.log.info(`${outcome} ${session.who}`)
        told.add(session.pid)
      }
      if (!until.aborted) await server.clock.sleep(END_POLL_MS, signal)
    }
  })
}

async function endSession(client: pg.Client, pid: number): Promise<'Ended' | 'May not end'> {
  try {
    await client.query('SELECT pg_terminate_backend($1)', [pid])
    return 'Ended'
  } catch (error) {
    if (sqlState(error) === '42501') return 'May not end'
    throw error
  }
}
