import { Failure } from '../../domain/failure.ts'
import { feedRestricted } from './feed-restricted.ts'
import type { FramedDump } from './frame-dump.ts'
import { inPlaceObstacles } from './in-place-obstacles.ts'
import { askWhere, beginInPlace, commitInPlace } from './in-place-transaction.ts'
import type { LoadSession } from './load-session.ts'
import { type PsqlSession, startPsql } from './psql-session.ts'
import { type TargetServer, withConnection } from './target-server.ts'
import { readOutcome } from './transaction-outcome.ts'
import { awaitAnswer } from './watch-waiting.ts'

/** Which transaction of which session, as psql answers it. */
interface Place {
  readonly transaction: string
  readonly pid: number
}

/**
 * Replaces what the target holds within one transaction. `COMMIT` is written when everything else
 * has been done: the last byte was fed, every program before psql ended well, and psql has answered
 * from within the very transaction that was begun. Until then whatever dies leaves a session without
 * a client, which the server rolls back.
 */
export async function loadInPlace(
  server: TargetServer,
  session: LoadSession,
  dumps: readonly FramedDump[],
  signal?: AbortSignal,
): Promise<void> {
  await refuseObstacles(server, session.database, signal)
  const psql = startPsql({
    path: session.client.psql,
    environment: session.environment(),
    redact: session.redact,
    signal,
  })
  try {
    const begun = await begin(psql, session, dumps)
    session.log.info('Emptied the target inside the transaction, feeding the dump')
    for (const dump of dumps) await feedRestricted(psql, session, (feed) => feed(dump.body))
    session.log.info('Fed the last byte, waiting for the server')
    await awaitEnd(server, psql, session, begun)
    signal?.throwIfAborted()
    session.log.info('Committing')
    await commit(server, psql, session, begun)
  } finally {
    await psql.stop()
  }
}

async function begin(
  psql: PsqlSession,
  session: LoadSession,
  dumps: readonly FramedDump[],
): Promise<Place> {
  const word = `sr_${session.nonce}_begun`
  const keepPublic = !dumps.some((dump) => dump.createsPublic)
  await psql.write(beginInPlace(sealKey(session), word, keepPublic))
  return parsePlace(await psql.answer(word))
}

/** Waits for psql to answer behind the dump's last byte, from the same transaction. */
async function awaitEnd(
  server: TargetServer,
  psql: PsqlSession,
  session: LoadSession,
  begun: Place,
): Promise<void> {
  const word = `sr_${session.nonce}_fed`
  await psql.write(askWhere(word))
  const answer = await awaitAnswer(server, psql, begun.pid, word)
  if (parsePlace(answer).transaction !== begun.transaction) {
    throw unsealed('it left the transaction that it was restored in')
  }
}

async function commit(
  server: TargetServer,
  psql: PsqlSession,
  session: LoadSession,
  begun: Place,
): Promise<void> {
  const word = `sr_${session.nonce}_committed`
  try {
    await psql.write(commitInPlace(sealKey(session), word))
    await psql.finish()
    await psql.answer(word)
  } catch (error) {
    if (await isCommitted(server, begun, error)) return
    throw error
  }
}

/** psql or the connection died around COMMIT. */
async function isCommitted(server: TargetServer, begun: Place, cause: unknown): Promise<boolean> {
  const outcome = await readOutcome(server, begun.transaction)
  if (outcome !== undefined) return outcome === 'committed'
  throw new Failure({
    code: 'database_unreachable',
    stage: 'restore',
    message:
      'Cannot tell whether the restore was committed: the connection was lost while committing, expected an answer of the server since',
    hint: 'Either way the target is whole: as it was before, or exactly the backup. Look which, when the server is back.',
    cause,
  })
}

async function refuseObstacles(
  server: TargetServer,
  database: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const obstacles = await withConnection(server.settings, database, signal, inPlaceObstacles)
  if (obstacles.length === 0) return
  throw new Failure({
    code: 'target_unfit',
    stage: 'restore',
    message: `Cannot replace the target in place: ${obstacles.join('; ')}, expected none`,
    hint: 'Remove what stands in the way, or use restore-mode: swap or new-database.',
  })
}

function sealKey(session: LoadSession): string {
  return `seal ${session.nonce}`
}

function parsePlace(answer: string): Place {
  const [transaction = '', pid = ''] = answer.split(' ')
  return { transaction, pid: Number(pid) }
}

function unsealed(fault: string): Failure {
  return new Failure({
    code: 'hostile_dump',
    stage: 'restore',
    message: `Cannot restore the dump: ${fault}, expected one transaction`,
    hint: 'Nothing was committed. Do not trust this backup; find out who wrote it.',
  })
}
