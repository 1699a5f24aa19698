import { type TargetServer, withMaintenance } from './target-server.ts'

/** Whether the server has a database of this very name. */
export async function hasDatabase(
  server: TargetServer,
  database: string,
  signal?: AbortSignal,
): Promise<boolean> {
  return await withMaintenance(server, signal, async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [
      database,
    ])
    return (rowCount ?? 0) > 0
  })
}
