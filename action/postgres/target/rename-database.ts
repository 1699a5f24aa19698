import pg from 'pg'
import { renameWhileEnding } from './rename-while-ending.ts'
import { readScratchMarker } from './scratch-name.ts'
import { type TargetServer, waitForDiskSql, withMaintenance } from './target-server.ts'

/** Gives a database a free name. A scratch one loses its marker with that, and is then the user's. */
export async function renameDatabase(
  server: TargetServer,
  from: string,
  to: string,
  signal?: AbortSignal,
): Promise<void> {
  await withMaintenance(server, signal, async (client) => {
    const { rows } = await client.query<{ comment: string | null }>(
      `SELECT shobj_description(oid, 'pg_database') AS comment FROM pg_database WHERE datname = $1`,
      [from],
    )
    await client.query(`BEGIN; ${waitForDiskSql}`)
    await renameWhileEnding(server, client, from, to, signal)
    if (readScratchMarker(rows[0]?.comment)) {
      await client.query(`COMMENT ON DATABASE ${pg.escapeIdentifier(to)} IS NULL`)
    }
    await client.query('COMMIT')
  })
}
