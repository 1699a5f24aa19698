import { certificateBundlePath } from './certificate-bundle.ts'
import type { ConnectionSettings } from './connection-settings.ts'

/** The programs are started by path; this is for what they start themselves, which is nothing. */
const CHILD_PATH = '/usr/local/bin:/usr/bin:/bin'

/**
 * The whole environment of a PostgreSQL client program: nothing of the parent's is inherited, so
 * no credential of the bucket or of GitHub and no stray `PGOPTIONS`, `PGSERVICE` or `PGHOSTADDR`
 * gets there. The database's name is literal here, unlike in an argument.
 * @param options.database instead of the settings' own
 * @param options.passwordFilePath of `createPasswordFile`; an absent one leaves libpq without any
 */
export function createChildEnvironment(
  settings: ConnectionSettings,
  options: { readonly database?: string; readonly passwordFilePath?: string } = {},
): Record<string, string> {
  const bundle = certificateBundlePath(settings)
  return {
    PATH: CHILD_PATH,
    // Messages in English, since they are read; a home without ~/.pgpass and ~/.postgresql.
    LC_ALL: 'C',
    HOME: '/nonexistent',
    PGHOST: settings.host,
    PGPORT: String(settings.port),
    PGUSER: settings.user,
    PGDATABASE: options.database ?? settings.database,
    PGSSLMODE: settings.sslMode,
    PGCONNECT_TIMEOUT: String(settings.connectTimeoutSeconds),
    PGAPPNAME: settings.applicationName,
    PGGSSENCMODE: 'disable',
    ...(bundle !== undefined && { PGSSLROOTCERT: bundle }),
    ...(settings.channelBinding !== undefined && { PGCHANNELBINDING: settings.channelBinding }),
    ...(settings.options !== undefined && { PGOPTIONS: settings.options }),
    ...(options.passwordFilePath !== undefined && { PGPASSFILE: options.passwordFilePath }),
  }
}
