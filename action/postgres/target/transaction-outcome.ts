import { sqlState } from './query-failure.ts'
import { type TargetServer, withMaintenance } from './target-server.ts'

const TRIES_MAX = 15
const PAUSE_MS = 1_000
/** "transaction ID … is in the future": after a crash the server knows nothing of it. */
const UNKNOWN_TRANSACTION = '22023'

/**
 * Asks how a transaction ended whose COMMIT was under way when the connection broke. The server
 * remembers it; until its session has ended it is still in progress.
 * @param transaction of `txid_current()`
 * @returns nothing where the server could not be asked, within a bound
 */
export async function readOutcome(
  server: TargetServer,
  transaction: string,
): Promise<'committed' | 'aborted' | undefined> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    await server.clock.sleep(PAUSE_MS)
    try {
      const status = await withMaintenance(server, undefined, async (client) => {
        const { rows } = await client.query<{ status: string }>(
          'SELECT txid_status($1::bigint) AS status',
          [transaction],
        )
        return rows[0]?.status
      })
      if (status === 'committed' || status === 'aborted') return status
    } catch (error) {
      if (sqlState(error) === UNKNOWN_TRANSACTION) return 'aborted'
      // Restarting, as a rule; the tries are bounded.
      const reason = error instanceof Error ? server.redact(error.message) : 'unknown'
      server.log.info(`Asking the server how the transaction ended: ${reason}`)
    }
  }
  return undefined
}
