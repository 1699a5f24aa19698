import type { DumpOptions } from '../job/ports.ts'

/**
 * Settings that libpq takes from no environment variable. A constant, and without a database's
 * name: that is in `PGDATABASE`, where it is literal. A peer that has vanished is noticed after
 * about two minutes instead of the system's two hours.
 */
const KEEPALIVE = 'keepalives_idle=60 keepalives_interval=10 keepalives_count=6'

/**
 * pg_dump's arguments. Filters are pg_dump's patterns, joined by `=`, so that no value can be taken
 * for an option. Row-level security stays off: with it on, a dump silently lacks rows.
 */
export function dumpArguments(options: DumpOptions): string[] {
  const filters = [
    ['schema', options.schemas],
    ['exclude-schema', options.excludeSchemas],
    ['table', options.tables],
    ['exclude-table', options.excludeTables],
    ['exclude-table-data', options.excludeTableData],
  ] as const
  return [
    '--no-password',
    `--dbname=${KEEPALIVE}`,
    `--format=${options.format}`,
    // Compressing is our part, on every core.
    ...(options.format === 'custom' ? ['--compress=0'] : []),
    `--lock-wait-timeout=${options.lockTimeoutMs}`,
    ...filters.flatMap(([name, values]) => values.map((value) => `--${name}=${value}`)),
  ]
}
