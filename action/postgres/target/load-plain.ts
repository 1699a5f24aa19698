import type { CopyBlock, LoadRequest } from '../../job/ports.ts'
import { copyRows } from './copy-rows.ts'
import { feedRestricted } from './feed-restricted.ts'
import { closeDump, openDump } from './frame-dump.ts'
import type { LoadSession, SessionSettings } from './load-session.ts'
import { settingsSql } from './load-session.ts'
import { type DumpedTable, loadTables } from './load-tables.ts'
import { startPsql } from './psql-session.ts'
import { readByOffset } from './read-by-offset.ts'
import { tablesAreIndependent } from './tables-are-independent.ts'
import { type TargetServer, withConnection } from './target-server.ts'
import { tellProgress } from './tell-progress.ts'
import { awaitAnswer } from './watch-waiting.ts'

/** A large table is loaded on so many connections at once. */
const CONNECTIONS = 2

/**
 * Loads a plain dump into a scratch database, statement by statement: whatever fails, the database
 * is dropped. psql gets all but the rows of large tables, which connections of ours bring in between what it does before and
 * after them. Success is psql's exit 0 and its answer to a question behind the dump's last byte: a
 * dump that swallowed the question (an open string, an open COPY) was not whole.
 */
export async function loadPlain(
  server: TargetServer,
  session: LoadSession,
  request: LoadRequest,
  settings: SessionSettings,
  signal?: AbortSignal,
): Promise<void> {
  const tables = (request.copies ?? [])
    .map(tableOf)
    .filter(({ sizeBytes }) => sizeBytes >= session.largeTableBytes)
  const reader = readByOffset(tellProgress(request, session, signal))
  const psql = startPsql({
    path: session.client.psql,
    environment: session.environment(),
    redact: session.redact,
    signal,
  })
  const ask = async (name: string, sql: string) => {
    const word = `sr_${session.nonce}_${name}`
    await psql.write(`SELECT '${word} ' || ${sql};\n`)
    return word
  }
  try {
    const dump = await openDump(reader.until(tables[0]?.start), session)
    await psql.write(settingsSql(settings))
    const pid = Number(await psql.answer(await ask('session', 'pg_catalog.pg_backend_pid()')))
    if (dump.createsPublic) await psql.write('DROP SCHEMA public;\n')
    await feedRestricted(psql, session, async (feed) => {
      if (tables.length > 0) {
        await feed(dump.text)
        // A transaction of the dump's own that wrote something hides its tables from others.
        const word = await ask('tables', '(pg_catalog.txid_current_if_assigned() IS NOT NULL)')
        const isHidden = (await awaitAnswer(server, psql, pid, word)) === 'true'
        // Without it the encoding is that of the client, and psql's default is not ours.
        const isEncoded = /^SET client_encoding = /m.test(dump.settings)
        if (!isHidden && isEncoded && (await canLoadApart(server, session, signal))) {
          const { settings: dumpSettings } = dump
          const parts = { server, session, tables, settings, dumpSettings, reader, passOn: feed }
          await loadTables({ ...parts, connections: CONNECTIONS }, signal)
        }
      }
      const rest = tables.length > 0 ? reader.until() : dump.text
      await feed(closeDump(rest, dump.key, { dropFinalCommit: false }))
    })
    const end = await ask('end', `''`)
    await psql.finish()
    await psql.answer(end)
  } finally {
    await psql.stop()
    await reader.close()
  }
}

async function canLoadApart(
  server: TargetServer,
  { database, log }: LoadSession,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const can = await withConnection(server.settings, database, signal, tablesAreIndependent)
  if (!can) {
    log.info(
      'A check or a generated column calls a function of the dump: tables are loaded in order',
    )
  }
  return can
}

function tableOf({ start, rowsStart, rowsEnd, end }: CopyBlock): DumpedTable {
  return {
    ...{ start, end, sizeBytes: rowsEnd - rowsStart },
    load: async (clients, reader) => {
      const statement = Buffer.concat(await Array.fromAsync(reader.until(rowsStart)))
      await copyRows(clients, statement, reader.until(rowsEnd))
    },
  }
}
