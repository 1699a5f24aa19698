import pg from 'pg'
import { Failure } from '../../domain/failure.ts'
import type { SwapRequest } from '../../job/ports.ts'
import { isConnectionLoss, queryFailure, sqlState } from './query-failure.ts'
import { renameWhileEnding } from './rename-while-ending.ts'
import { readScratchMarker } from './scratch-name.ts'
import { listSessions, type Session } from './sessions.ts'
import { requireNames, resolveUnknown } from './swap-names.ts'
import { swapObstacles } from './swap-obstacles.ts'
import { type TargetServer, waitForDiskSql, withMaintenance } from './target-server.ts'

const SESSION_POLL_MS = 250
/** `RENAME` itself waits five seconds for sessions to leave, with newcomers kept out. */
const ATTEMPTS_MAX = 3
const LOCK_TIMEOUT_MS = 10_000
const STATEMENT_TIMEOUT_MS = 30_000
/** Newcomers wait for the locks of the exchange: a client that fell silent must not keep them. */
const IDLE_TIMEOUT_MS = 15_000

/**
 * Exchanges two databases' names in one transaction.
 *
 * Nothing is prepared outside of that transaction, so nothing has to be put back: whatever dies at
 * whatever moment, the server rolls it back. In particular connections are not forbidden first
 * (`ALLOW_CONNECTIONS false` would have to be committed to work, and would outlive a killed run).
 * `ALTER DATABASE … RENAME` takes an exclusive lock on the database before it looks for sessions;
 * a new connection waits for that lock until the end of the transaction, and then finds the new
 * database under the name it asked for. So sessions are ended from a second connection while the
 * rename waits for them to leave, and none can come after.
 *
 * Measured on PostgreSQL 15. The lock is taken in `RenameDatabase` of dbcommands.c and, by
 * newcomers, in `InitPostgres` of postinit.c.
 */
export async function swapDatabases(
  server: TargetServer,
  request: SwapRequest,
  signal?: AbortSignal,
): Promise<void> {
  await requireNames(server, request, signal)
  await refuseObstacles(server, request, signal)
  await awaitSessionsGone(server, request, signal)
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await exchange(server, request, signal)
    if (outcome.kind === 'done') return
    if (outcome.kind === 'unknown') {
      await resolveUnknown(server, request, outcome.transaction, outcome.error)
      return
    }
    if (attempt === ATTEMPTS_MAX) throw await stillBusy(server, request, outcome.error)
    server.log.info('Sessions are still connected to the target: trying again')
  }
}

type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'busy'; readonly error: unknown }
  | { readonly kind: 'unknown'; readonly error: unknown; readonly transaction: string }

async function exchange(
  server: TargetServer,
  request: SwapRequest,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  let committing: string | undefined
  try {
    await withMaintenance(server, signal, async (client) => {
      await client.query('BEGIN')
      await client.query(
        `SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS};
         SET LOCAL statement_timeout = ${STATEMENT_TIMEOUT_MS};
         SET LOCAL idle_in_transaction_session_timeout = ${IDLE_TIMEOUT_MS};
         ${waitForDiskSql}`,
      )
      server.log.info('Keeping newcomers out and ending the sessions that are left')
      await renameWhileEnding(server, client, request.target, request.keepAs, signal)
      server.log.info(`Renamed the target, to be kept as "${request.keepAs}"`)
      await renameWhileEnding(server, client, request.scratch, request.target, signal)
      await carryRest(client, request)
      const transaction = await currentTransaction(client)
      server.log.info('Renamed the restored database, committing')
      signal?.throwIfAborted()
      committing = transaction
      await client.query('COMMIT')
    })
    return { kind: 'done' }
  } catch (error) {
    if (committing !== undefined && (isConnectionLoss(error) || signal?.aborted)) {
      return { kind: 'unknown', error, transaction: committing }
    }
    signal?.throwIfAborted()
    if (sqlState(error) === '55006') return { kind: 'busy', error }
    throw queryFailure(error, 'exchange the names of the databases', 'swap', server.redact)
  }
}

async function currentTransaction(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ id: string }>('SELECT txid_current()::text AS id')
  return rows[0]?.id ?? ''
}

/**
 * What a scratch database must not have before: its marker gives way to the comment of what it replaces, and its
 * connection limit would have kept our own connections out.
 */
async function carryRest(client: pg.Client, request: SwapRequest): Promise<void> {
  const { rows } = await client.query<{
    datname: string
    comment: string | null
    connection_limit: number
  }>(
    `SELECT datname, shobj_description(oid, 'pg_database') AS comment,
            datconnlimit AS connection_limit
       FROM pg_database WHERE datname IN ($1, $2)`,
    [request.target, request.keepAs],
  )
  const [restored, replaced] = [request.target, request.keepAs].map((name) =>
    rows.find(({ datname }) => datname === name),
  )
  if (!replaced || !readScratchMarker(restored?.comment ?? null)) return
  const { comment, connection_limit: limit } = replaced
  const target = pg.escapeIdentifier(request.target)
  const text = comment === null ? 'NULL' : pg.escapeLiteral(comment)
  await client.query(`COMMENT ON DATABASE ${target} IS ${text}`)
  await client.query(`ALTER DATABASE ${target} CONNECTION LIMIT ${limit}`)
}

/** Before anything is locked: sessions get their time to leave, and newcomers may still come. */
async function awaitSessionsGone(
  server: TargetServer,
  request: SwapRequest,
  signal: AbortSignal | undefined,
): Promise<void> {
  const until = server.clock.now().getTime() + request.sessionGraceMs
  await withMaintenance(server, signal, async (client) => {
    let sessions = await listSessions(client, request.target)
    if (sessions.length > 0) server.log.info(`Connected to the target: ${describe(sessions)}`)
    while (sessions.length > 0 && server.clock.now().getTime() < until) {
      await server.clock.sleep(SESSION_POLL_MS, signal)
      sessions = await listSessions(client, request.target)
    }
  })
}

async function refuseObstacles(
  server: TargetServer,
  request: SwapRequest,
  signal: AbortSignal | undefined,
): Promise<void> {
  const obstacles = await withMaintenance(server, signal, (client) =>
    swapObstacles(client, request.target),
  )
  if (obstacles.length === 0) return
  throw new Failure({
    code: 'target_unfit',
    stage: 'swap',
    message: `Cannot exchange the names of the databases: ${obstacles.join('; ')}, expected neither`,
    hint: 'Remove what stands in the way, or use restore-mode: new-database and switch the application over.',
  })
}

async function stillBusy(
  server: TargetServer,
  request: SwapRequest,
  cause: unknown,
): Promise<Failure> {
  const sessions = await withMaintenance(server, undefined, (client) =>
    listSessions(client, request.target),
  )
  const who = sessions.length > 0 ? describe(sessions) : 'sessions come back faster than they go'
  return new Failure({
    code: 'target_busy',
    stage: 'swap',
    message: `Cannot exchange the names of the databases: they are in use (${who}), expected no session`,
    hint: 'Stop the application, or let the role end its sessions (GRANT pg_signal_backend), then restore again.',
    cause,
  })
}

const SESSIONS_NAMED_MAX = 5

function describe(sessions: readonly Session[]): string {
  const named = sessions.slice(0, SESSIONS_NAMED_MAX).map((session) => session.who)
  const rest = sessions.length - named.length
  return rest > 0 ? `${named.join(', ')} and ${rest} more` : named.join(', ')
}
