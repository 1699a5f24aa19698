import { isDeepStrictEqual } from 'node:util'
import pg from 'pg'
import type { Cluster } from '../../test/support/postgres/start-cluster.ts'

/** How many rows a table has, and a digest of all of them in order. */
export interface TableContents {
  readonly rows: string
  readonly digest: string
}

/** Contents by name of table or sequence. */
export type Fingerprint = Readonly<Record<string, TableContents>>

const digestLengthShown = 12

/** Every row of every table, and the state of every sequence, of the schema `public`. */
export async function fingerprint(cluster: Cluster, database: string): Promise<Fingerprint> {
  const tables = await cluster.query(
    database,
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
  )
  const contents: Record<string, TableContents> = {}
  for (const { name } of tables) {
    const [row] = await cluster.query(
      database,
      `SELECT count(*)::text AS rows, coalesce(md5(string_agg(t::text, E'\\n' ORDER BY t::text COLLATE "C")), '') AS digest
         FROM public.${pg.escapeIdentifier(String(name))} t`,
    )
    contents[String(name)] = { rows: String(row?.['rows']), digest: String(row?.['digest']) }
  }
  const sequences = await cluster.query(
    database,
    `SELECT sequencename AS name, coalesce(last_value::text, 'unused') AS state FROM pg_sequences ORDER BY 1`,
  )
  for (const { name, state } of sequences)
    contents[`sequence ${name}`] = { rows: '', digest: String(state) }
  return contents
}

/** Whether two databases hold the same. */
export function isSame(one: Fingerprint, other: Fingerprint): boolean {
  return isDeepStrictEqual(one, other)
}

/** Rows and the digest's beginning, a table a line. */
export function listTables(contents: Fingerprint): readonly (readonly string[])[] {
  return [
    ['table', 'rows', 'digest'],
    ...tableNames(contents).map((name) => {
      const { rows = '', digest = '' } = contents[name] ?? {}
      return [name, rows, digest.slice(0, digestLengthShown)]
    }),
  ]
}

/** Tables side by side: rows before, rows now, and whether the contents are the same. */
export function compareTables(
  before: Fingerprint,
  now: Fingerprint,
): readonly (readonly string[])[] {
  return [
    ['table', 'rows before', 'rows now', 'contents'],
    ...tableNames(before).map((name) => {
      const [was, is] = [before[name], now[name]]
      const same = isDeepStrictEqual(was, is)
      return [name, was?.rows ?? '', is?.rows ?? 'no such table', same ? 'the same' : 'different']
    }),
  ]
}

/** Sequences have no rows. */
function tableNames(contents: Fingerprint): readonly string[] {
  return Object.keys(contents).filter((name) => contents[name]?.rows !== '')
}
