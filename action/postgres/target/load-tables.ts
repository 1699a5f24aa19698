import type pg from 'pg'
import { copyFailure } from './client-failure.ts'
import { type LoadSession, type SessionSettings, sessionName, settingsSql } from './load-session.ts'
import { isConnectionLoss } from './query-failure.ts'
import { type OffsetReader, readByOffset } from './read-by-offset.ts'
import type { TablePlace } from './share-tables.ts'
import { type TargetServer, withConnection } from './target-server.ts'

/** Nobody else works in a scratch database; what holds a lock there is autovacuum, which gives way. */
const LOCK_TIMEOUT_MS = 60_000

/** A table's rows in a dump. */
export interface DumpedTable extends TablePlace {
  readonly end: number
  /** Loads them from a reader that stands at their start, and leaves it somewhere before their end. */
  readonly load: (client: pg.Client, reader: OffsetReader) => Promise<void>
}

/** The large tables of a dump, shared out, and how the rest of it goes on meanwhile. */
export interface TableLoad {
  readonly server: TargetServer
  readonly session: LoadSession
  /** Of `shareTables`. */
  readonly shares: readonly (readonly DumpedTable[])[]
  /** Of every connection, in this order: ours, and the dump's own. */
  readonly settings: SessionSettings
  readonly dumpSettings: string
  /** A dump for each share but the first, from its beginning. */
  readonly open: (signal: AbortSignal) => AsyncIterable<Uint8Array>
  /** Stands before the first of all tables; behind the last of them afterwards. The first share is read from it. */
  readonly reader: OffsetReader
  /** Takes what stands between the tables. */
  readonly passOn: (text: AsyncIterable<Uint8Array>) => Promise<void>
  /** Fired with what the first of them fails with: it ends the others, and what takes the rest. */
  readonly stop: AbortController
}

/**
 * Loads the shares at the same time, each on a connection of its own, as one transaction each: autovacuum, which would hold up
 * the indexes, learns of the rows only at its end. Each decompresses the dump for itself.
 * @param signal fires with `load.stop`
 * @throws what the first of them failed with
 */
export async function loadTables(load: TableLoad, signal: AbortSignal): Promise<void> {
  const [first = [], ...others] = load.shares
  const count = load.shares.flat().length
  load.session.log.info(
    `Loading large tables (${count}) on connections of their own (${load.shares.length})`,
  )
  const works = [
    loadAlong(load, first, signal),
    ...others.map((blocks) => loadApart(load, blocks, signal)),
  ]
  for (const work of works) work.catch((error: unknown) => load.stop.abort(error))
  await Promise.allSettled(works)
  signal.throwIfAborted()
}

/** The first share, on the way through the whole dump. */
async function loadAlong(
  load: TableLoad,
  own: readonly DumpedTable[],
  signal: AbortSignal,
): Promise<void> {
  const { reader, passOn } = load
  const all = load.shares.flat().toSorted((a, b) => a.start - b.start)
  await inTransaction(load, signal, async (client) => {
    for (const table of all) {
      await passOn(reader.until(table.start))
      // Who takes it may have had enough before.
      await reader.skip(table.start)
      if (own.includes(table)) await table.load(client, reader)
      await reader.skip(table.end)
    }
  })
}

/** Another share, from a stream of its own. */
async function loadApart(
  load: TableLoad,
  tables: readonly DumpedTable[],
  signal: AbortSignal,
): Promise<void> {
  const reader = readByOffset(load.open(signal))
  try {
    await inTransaction(load, signal, async (client) => {
      for (const table of tables) {
        await reader.skip(table.start)
        await table.load(client, reader)
        await reader.skip(table.end)
      }
    })
  } finally {
    await reader.close()
  }
}

async function inTransaction(
  { server, session, settings, dumpSettings }: TableLoad,
  signal: AbortSignal,
  work: (client: pg.Client) => Promise<void>,
): Promise<void> {
  await withConnection(server.settings, session.database, signal, async (client) => {
    try {
      await client.query(`SET application_name = '${sessionName(session.nonce)}'`)
      await client.query(settingsSql(settings))
      await client.query(dumpSettings)
      await client.query(`SET lock_timeout = ${LOCK_TIMEOUT_MS}; BEGIN`)
      await work(client)
      await client.query('COMMIT')
    } catch (error) {
      throw isConnectionLoss(error) ? error : copyFailure(error, session.redact)
    }
  })
}
