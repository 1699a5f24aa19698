import type pg from 'pg'
import type { Clock, Log, Random } from '../../job/ports.ts'
import type { ConnectionSettings } from '../connection-settings.ts'
import { openConnection } from '../open-connection.ts'

/** What every part of a restore target works with. */
export interface TargetServer {
  readonly settings: ConnectionSettings
  /** A database on the same server that is neither the target nor a scratch one. */
  maintenance(signal?: AbortSignal): Promise<string>
  readonly redact: (text: string) => string
  readonly log: Log
  readonly clock: Clock
  readonly random: Random
  /** Sessions of ours that hold the target's lock. */
  readonly lockPids: Set<number>
}

/**
 * For a transaction whose commit is to be relied on: a server may be set to acknowledge commits that
 * a crash then takes back. The log is written in order, so this covers all that was done before.
 */
export const waitForDiskSql = `SELECT pg_catalog.set_config('synchronous_commit', 'on', true)
  WHERE pg_catalog.current_setting('synchronous_commit') = 'off'`

/** A peer that is gone does not answer a farewell. */
const FAREWELL_TIMEOUT_MS = 2_000

/** Runs `work` on a connection of its own, which is closed afterwards and cut by `signal`. */
export async function withConnection<T>(
  settings: ConnectionSettings,
  database: string,
  signal: AbortSignal | undefined,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = await openConnection(settings, { database, signal })
  // A role or a server that reads only by default guards against slips; what a restore does was asked for.
  await client.query('SET default_transaction_read_only = off')
  const cut = () => cutConnection(client)
  signal?.addEventListener('abort', cut, { once: true })
  try {
    return await work(client)
  } catch (error) {
    // The query's own error says no more than that its connection was cut.
    signal?.throwIfAborted()
    throw error
  } finally {
    signal?.removeEventListener('abort', cut)
    await closeConnection(client)
  }
}

/** The same on the maintenance database. */
export async function withMaintenance<T>(
  server: TargetServer,
  signal: AbortSignal | undefined,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  return withConnection(server.settings, await server.maintenance(signal), signal, work)
}

/** Says good-bye within a bound. */
export async function closeConnection(client: pg.Client): Promise<void> {
  const timer = setTimeout(() => cutConnection(client), FAREWELL_TIMEOUT_MS)
  try {
    await client.end()
  } finally {
    clearTimeout(timer)
  }
}

/** Ends the connection at once; a pending query rejects. */
export function cutConnection(client: pg.Client): void {
  client.connection.stream.destroy()
}
