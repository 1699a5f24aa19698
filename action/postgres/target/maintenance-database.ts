import { Failure, isFailure } from '../../domain/failure.ts'
import type { ConnectionSettings } from '../connection-settings.ts'
import { withConnection } from './target-server.ts'

const usual = ['postgres', 'template1']

/**
 * Finds a database to work from: a database cannot be renamed, created or dropped from within.
 * `postgres`, else `template1`, else the first that the role may connect to. Both parties of a race
 * for a target come to the same one, which the advisory lock relies on.
 * @throws Failure `target_unfit` where there is none, or what the last attempt to connect ended with
 */
export async function findMaintenanceDatabase(
  settings: ConnectionSettings,
  signal?: AbortSignal,
): Promise<string> {
  const target = settings.database
  let refusal: unknown
  for (const name of usual.filter((name) => name !== target)) {
    try {
      return await withConnection(settings, name, signal, async () => name)
    } catch (error) {
      if (!isRefusal(error)) throw error
      refusal = error
    }
  }
  const other = await findOther(settings, signal)
  if (other !== undefined) return other
  throw new Failure({
    code: 'target_unfit',
    stage: 'connect',
    message:
      'Cannot work on the target: the role may connect to no other database of the server, expected one besides the target',
    hint: 'Let the role connect to the database "postgres", or restore with restore-mode: in-place.',
    cause: refusal,
  })
}

async function findOther(
  settings: ConnectionSettings,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  return withConnection(settings, settings.database, signal, async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      `SELECT datname FROM pg_database
        WHERE datallowconn AND datname <> current_database() AND datname !~ '__strongroom_'
          AND has_database_privilege(oid, 'CONNECT')
        ORDER BY datistemplate, oid LIMIT 1`,
    )
    return rows[0]?.datname
  })
}

/** What another database may answer differently. A server that is away is another matter. */
function isRefusal(error: unknown): boolean {
  return (
    isFailure(error, 'database_missing') ||
    isFailure(error, 'database_permission_denied') ||
    isFailure(error, 'database_auth_failed')
  )
}
