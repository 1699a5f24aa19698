import { expect } from 'vitest'
import type { Cluster } from '../postgres/start-cluster.ts'

/** Keeps pg_dump waiting: an ACCESS EXCLUSIVE lock on a table, as a migration under way would hold. */
export async function holdTable(
  cluster: Cluster,
  database: string,
  table: string,
): Promise<{ release(): Promise<void> }> {
  const client = await cluster.connect(database)
  await client.query('BEGIN')
  await client.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`)
  return { release: () => client.end() }
}

/** Resolves once a session of ours waits for such a lock. */
export async function waitUntilBlocked(cluster: Cluster, database: string): Promise<void> {
  await expect
    .poll(() => blockedSessions(cluster, database), { timeout: 30_000, interval: 50 })
    .toBeGreaterThan(0)
}

async function blockedSessions(cluster: Cluster, database: string): Promise<number> {
  const rows = await cluster.query(
    'postgres',
    `SELECT pid FROM pg_stat_activity
      WHERE datname = $1 AND application_name = 'strongroom' AND wait_event_type = 'Lock'`,
    [database],
  )
  return rows.length
}
