import type pg from 'pg'
import type { ConnectionSettings } from '../connection-settings.ts'
import { withConnection } from './target-server.ts'

/**
 * Works a queue off on several connections to one database. `prepare` runs on the first before the
 * others are opened and returns the statements that every connection starts with.
 */
export async function inParallel<T, R>(
  settings: ConnectionSettings,
  database: string,
  connections: number,
  signal: AbortSignal | undefined,
  steps: {
    plan(client: pg.Client): Promise<{ items: readonly T[]; others: string }>
    work(client: pg.Client, item: T): Promise<R>
  },
): Promise<R[]> {
  return withConnection(settings, database, signal, async (first) => {
    const { items, others } = await steps.plan(first)
    const queue = [...items]
    const results: R[] = []
    const drain = async (client: pg.Client) => {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
        results.push(await steps.work(client, item))
      }
    }
    const extra = Math.min(connections, items.length) - 1
    const helpers = Array.from({ length: Math.max(extra, 0) }, () =>
      withConnection(settings, database, signal, async (client) => {
        await client.query(others)
        await drain(client)
      }),
    )
    const outcomes = await Promise.allSettled([drain(first), ...helpers])
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
    return results
  })
}
