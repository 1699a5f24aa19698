import pg from 'pg'
import { endSessions } from './sessions.ts'
import type { TargetServer } from './target-server.ts'

/**
 * Renames a database within the transaction of `client`. The statement waits five seconds for
 * sessions to leave; a second connection sees to it that they do.
 */
export async function renameWhileEnding(
  server: TargetServer,
  client: pg.Client,
  from: string,
  to: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const renamed = new AbortController()
  const rename = client
    .query(`ALTER DATABASE ${pg.escapeIdentifier(from)} RENAME TO ${pg.escapeIdentifier(to)}`)
    .finally(() => renamed.abort())
  const ending = endSessions(server, from, renamed.signal, signal).catch((error: unknown) => {
    // The rename itself then says that sessions are in the way, if any are.
    if (!renamed.signal.aborted) server.log.warn(`Cannot end sessions: ${String(error)}`)
  })
  const [outcome] = await Promise.allSettled([rename, ending])
  if (outcome.status === 'rejected') throw outcome.reason
}
