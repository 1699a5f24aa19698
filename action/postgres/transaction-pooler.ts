import { Failure } from '../domain/failure.ts'

/** The port that PgBouncer listens on by default, and Azure's and DigitalOcean's poolers with it. */
const PGBOUNCER_PORT = 6432
/** The port of Supabase's poolers in transaction mode; 5432 of the same host is session mode. */
const SUPABASE_TRANSACTION_PORT = 6543

/**
 * Refuses an address that is known to be a pooler in transaction mode. pg_dump sets session
 * settings and keeps one snapshot; through such a pooler these reach the application's own
 * sessions, which then fail with "relation does not exist".
 * @throws Failure `transaction_pooler`, whose hint names the direct alternative.
 */
export function refuseTransactionPooler(host: string, port: number): void {
  const alternative = directAlternative(host.toLowerCase(), port)
  if (alternative !== undefined) throw transactionPooler(alternative)
}

/** The failure of an address that leads to a transaction pooler. */
export function transactionPooler(hint: string): Failure {
  return new Failure({
    code: 'transaction_pooler',
    stage: 'inputs',
    message:
      'Cannot use the database URL: it leads to a transaction pooler, expected a direct connection or a session pooler',
    hint,
  })
}

/** What to use in its place, or nothing where the address is not a known pooler. */
function directAlternative(host: string, port: number): string | undefined {
  if (/^[^.]+-pooler\..*neon\.(tech|build)$/.test(host)) {
    return 'Use Neon\'s direct host: the same name without "-pooler".'
  }
  if (port === SUPABASE_TRANSACTION_PORT && /\.supabase\.(co|com|net)$/.test(host)) {
    return "Use Supabase's session pooler, port 5432 of its pooler.supabase.com host, or the direct host db.<project>.supabase.co, port 5432 (IPv6 only)."
  }
  if (port === SUPABASE_TRANSACTION_PORT || port === PGBOUNCER_PORT) {
    return "Ports 6432 and 6543 are those of PgBouncer and Supavisor. Use the server's own port, which is 5432 as a rule."
  }
  return undefined
}
