import { Failure } from '../../domain/failure.ts'
import type { ConnectionSettings } from '../connection-settings.ts'
import { withConnection } from './target-server.ts'

/** Of a check that somebody wrote: long enough to read a large table once. */
const CHECK_TIMEOUT_MS = 300_000

/**
 * Runs one statement of the user's in a read-only transaction with PostgreSQL's own search path.
 * @returns whether it gave exactly one row of one column that is true
 * @throws Failure `invalid_input` where it is several statements
 */
export async function isTrue(
  settings: ConnectionSettings,
  database: string,
  sql: string,
  signal?: AbortSignal,
): Promise<boolean> {
  return withConnection(settings, database, signal, async (client) => {
    await client.query(
      `SET search_path TO DEFAULT; SET statement_timeout = ${CHECK_TIMEOUT_MS};
       SET default_transaction_read_only = on; BEGIN READ ONLY`,
    )
    // A prepared statement is one statement: the server refuses a second behind a semicolon.
    const result = await client.query({ text: sql, rowMode: 'array', name: 'strongroom_check' })
    if (result.rows.length !== 1 || result.fields.length !== 1) {
      throw new Failure({
        code: 'invalid_input',
        stage: 'check',
        message: `Cannot judge the check: it returned ${result.rows.length} row(s) of ${result.fields.length} column(s), expected a single true or false`,
        hint: 'Write it as SELECT count(*) > 0 FROM …, for example.',
      })
    }
    const row: unknown = result.rows[0]
    return Array.isArray(row) && row[0] === true
  })
}
