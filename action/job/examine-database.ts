import { isFailure } from '../domain/failure.ts'
import { formatSize } from '../domain/format-size.ts'
import type { DoctorCheck } from '../domain/result.ts'
import type { ServerFacts, SourceDatabase } from './ports.ts'

/**
 * Whether the database can be backed up tonight: reached with these credentials, not through a pooler, readable to the
 * last table, and with client programs that fit.
 *
 * @param open opens the database; refuses unusable URLs, which is a check of its own
 */
export async function examineDatabase(
  open: () => SourceDatabase,
  signal?: AbortSignal,
): Promise<readonly DoctorCheck[]> {
  let source: SourceDatabase
  let server: ServerFacts
  try {
    source = open()
    server = await source.describe(signal)
  } catch (error) {
    return [asFailed('connection', error), skipped('client programs'), skipped('privileges')]
  }
  const connection: DoctorCheck = {
    name: 'connection',
    state: 'ok',
    text: `PostgreSQL ${server.version}, database "${server.database}" (${formatSize(server.sizeBytes)})`,
  }
  return [
    connection,
    await checkPrivileges(source, signal),
    ...(await checkClient(source, server, signal)),
  ]
}

async function checkClient(
  source: SourceDatabase,
  server: ServerFacts,
  signal?: AbortSignal,
): Promise<readonly DoctorCheck[]> {
  const names = ['pg_dump', 'psql', 'pg_restore'] as const
  try {
    const { version, notes } = await source.prepareClient(server, signal)
    return names.map((name) => ({
      name,
      state: 'ok',
      text: `version ${version} for server ${server.version}`,
      ...(notes.length > 0 && name === 'pg_dump' && { advice: notes.join('. ') }),
    }))
  } catch (error) {
    return names.map((name) => asFailed(name, error))
  }
}

async function checkPrivileges(source: SourceDatabase, signal?: AbortSignal): Promise<DoctorCheck> {
  const name = 'privileges'
  try {
    const complaints = await source.findObstacles(signal)
    return complaints.length === 0
      ? { name, state: 'ok', text: 'every table, sequence and large object can be read' }
      : {
          name,
          state: 'failed',
          text: complaints.join('; '),
          advice: 'Grant the role pg_read_all_data and BYPASSRLS, or back up as the owner.',
        }
  } catch (error) {
    return asFailed(name, error)
  }
}

/** A Failure as a failed check; anything else is a defect and goes on. */
export function asFailed(name: string, error: unknown): DoctorCheck {
  if (!isFailure(error)) throw error
  const advice = error.hint === undefined ? {} : { advice: error.hint }
  return { name, state: 'failed', text: error.message, ...advice }
}

function skipped(name: string): DoctorCheck {
  return { name, state: 'skipped', text: 'not looked at, because there is no connection' }
}
