import type pg from 'pg'
import { copyFailure } from './client-failure.ts'
import { type LoadSession, type SessionSettings, sessionName, settingsSql } from './load-session.ts'
import { isConnectionLoss } from './query-failure.ts'
import type { OffsetReader } from './read-by-offset.ts'
import { type TargetServer, withConnection } from './target-server.ts'

/** Nobody else works in a scratch database; what holds a lock there is autovacuum, which gives way. */
const LOCK_TIMEOUT_MS = 60_000

/** Each connection holds a lock on each table until it commits: the server's room for locks is bounded. */
const LOCKS_MAX = 64

/** A table's rows in a dump. */
export interface DumpedTable {
  /** Offsets in the dump: of its `COPY` or block, and behind it. */
  readonly start: number
  readonly end: number
  readonly sizeBytes: number
  /** Loads them from a reader that stands at `start`, and leaves it somewhere before `end`. */
  readonly load: (clients: readonly pg.Client[], reader: OffsetReader) => Promise<void>
}

/** The large tables of a dump, and how the rest of it goes on meanwhile. */
export interface TableLoad {
  readonly server: TargetServer
  readonly session: LoadSession
  /** In the order of the dump. */
  readonly tables: readonly DumpedTable[]
  /** How many load a table at the same time. */
  readonly connections: number
  /** Of every connection, in this order: ours, and the dump's own. */
  readonly settings: SessionSettings
  readonly dumpSettings: string
  /** Stands before the first of the tables; behind the last of them afterwards. */
  readonly reader: OffsetReader
  /** Takes what stands between the tables. */
  readonly passOn: (text: AsyncIterable<Uint8Array>) => Promise<void>
}

/**
 * Loads the tables on connections of their own, each with a share of each table's rows, in as few transactions as may be:
 * autovacuum, which would hold up the indexes, learns of the rows only at their end.
 *
 * @throws what the first of them failed with; nothing of the transactions under way is left then
 */
export async function loadTables(load: TableLoad, signal?: AbortSignal): Promise<void> {
  const { tables, connections, reader, passOn, session } = load
  session.log.info(
    `Loading large tables (${tables.length}) on connections of their own (${connections})`,
  )
  const tablesMax = Math.max(1, Math.floor(LOCKS_MAX / connections))
  await withSessions(load, signal, async (clients) => {
    const each = (sql: string) => Promise.all(clients.map((client) => client.query(sql)))
    await each('BEGIN')
    for (const [place, table] of tables.entries()) {
      await passOn(reader.until(table.start))
      // Who takes it may have had enough before.
      await reader.skip(table.start)
      await table.load(clients, reader)
      await reader.skip(table.end)
      if ((place + 1) % tablesMax === 0) await each('COMMIT; BEGIN')
    }
    await each('COMMIT')
  })
}

/** Connections that are all cut, in the middle of what they do, where the work on them fails. */
async function withSessions(
  { server, session, connections, settings, dumpSettings }: TableLoad,
  signal: AbortSignal | undefined,
  work: (clients: readonly pg.Client[]) => Promise<void>,
): Promise<void> {
  const stop = new AbortController()
  const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal])
  const open = (clients: readonly pg.Client[]): Promise<void> =>
    withConnection(server.settings, session.database, either, async (client) => {
      await client.query(`SET application_name = '${sessionName(session.nonce)}'`)
      await client.query(settingsSql(settings))
      await client.query(dumpSettings)
      await client.query(`SET lock_timeout = ${LOCK_TIMEOUT_MS}`)
      const all = [...clients, client]
      if (all.length < connections) return await open(all)
      await work(all).catch((error: unknown) => {
        stop.abort(isConnectionLoss(error) ? error : copyFailure(error, session.redact))
      })
    })
  await open([])
  either.throwIfAborted()
}
