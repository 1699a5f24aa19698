import type { PsqlSession } from './psql-session.ts'
import { type TargetServer, withMaintenance } from './target-server.ts'

const POLL_MS = 1_000
/** So often in a row psql may be seen waiting for input that it has been given. */
const WAITING_SEEN_MAX = 5

/**
 * Waits for psql's answer to a question. A dump that ends within a string or a COPY swallows it: psql then waits for more for
 * ever. A session that is seen waiting for its client again and again is ended.
 *
 * @param pid of its session on the server
 * @throws Failure of `answer`
 */
export async function awaitAnswer(
  server: TargetServer,
  psql: PsqlSession,
  pid: number,
  word: string,
): Promise<string> {
  const answered = new AbortController()
  const answer = psql.answer(word).finally(() => answered.abort())
  const [outcome] = await Promise.allSettled([
    answer,
    watchWaiting(server, psql, pid, answered.signal),
  ])
  if (outcome.status === 'rejected') throw outcome.reason
  return outcome.value
}

async function watchWaiting(
  server: TargetServer,
  psql: PsqlSession,
  pid: number,
  answered: AbortSignal,
): Promise<void> {
  try {
    await server.clock.sleep(POLL_MS, answered)
    await withMaintenance(server, answered, async (client) => {
      for (let seen = 0; seen < WAITING_SEEN_MAX; ) {
        const { rows } = await client.query<{ waits: boolean }>(
          `SELECT wait_event = 'ClientRead' AS waits FROM pg_stat_activity WHERE pid = $1`,
          [pid],
        )
        seen = rows[0]?.waits ? seen + 1 : 0
        await server.clock.sleep(POLL_MS, answered)
      }
    })
    await psql.stop()
  } catch (error) {
    // Answered meanwhile, or the server is gone, which psql itself will say.
    if (answered.aborted) return
    const why = error instanceof Error ? server.redact(error.message) : 'unknown error'
    server.log.warn(`Not watched whether the server waits for psql, or psql for it: ${why}`)
  }
}
