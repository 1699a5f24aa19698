import pg from 'pg'
import type { ScratchDatabase, ScratchLike } from '../../job/ports.ts'
import { sqlState } from './query-failure.ts'
import { isScratchOf, parseScratchName, writeScratchMarker } from './scratch-name.ts'
import { isTargetLock, lockKey } from './target-lock.ts'
import { type TargetServer, withMaintenance } from './target-server.ts'

/** Copying template0 under load; the statement cannot be inside a transaction. */
const CREATE_TIMEOUT_MS = 600_000
/** What the server says of a locale that it does not have. */
const invalidLocale = new Set(['22023', '42809', '42704', '0A000'])

interface TargetRow {
  readonly tablespace: string | null
  readonly provider: string
  readonly icu_locale: string | null
  readonly icu_rules: string | null
  readonly collate: string
  readonly ctype: string
}

/**
 * Creates an empty database for a restore into the target. It admits no connections until it
 * bears its marker, so that whatever dies in between leaves something that is known to be empty.
 *
 * @param name of `createScratchName`
 */
export async function createScratch(
  server: TargetServer,
  scratch: { readonly name: string; readonly backupId: string },
  like: ScratchLike,
  signal?: AbortSignal,
): Promise<void> {
  const { name, backupId } = scratch
  const parts = parseScratchName(name)
  if (!parts) throw new Error('a scratch database needs a name of createScratchName')
  const target = server.settings.database
  const { createdAt, nonce } = parts
  await withMaintenance(server, signal, async (client) => {
    await client.query(`SET statement_timeout = ${CREATE_TIMEOUT_MS}`)
    await createDatabase(client, server, name, like)
    const marker = writeScratchMarker({ target, backupId, createdAt, nonce })
    const quoted = pg.escapeIdentifier(name)
    await client.query('BEGIN')
    await client.query(`COMMENT ON DATABASE ${quoted} IS ${pg.escapeLiteral(marker)}`)
    await client.query(`ALTER DATABASE ${quoted} WITH ALLOW_CONNECTIONS true`)
    await client.query('COMMIT')
  })
}

/**
 * Scratch databases that dead restores into the target left: of the name's form, with the marker
 * of this target, without sessions; none while another session holds the target's lock. How old one
 * must be to be dropped, the caller decides.
 */
export async function listScratch(
  server: TargetServer,
  signal?: AbortSignal,
): Promise<readonly ScratchDatabase[]> {
  const target = server.settings.database
  return withMaintenance(server, signal, async (client) => {
    const { rows } = await client.query<{ name: string; comment: string | null; allows: boolean }>(
      `SELECT d.datname AS name, shobj_description(d.oid, 'pg_database') AS comment,
              d.datallowconn AS allows
         FROM pg_database d
        WHERE d.datname ~ '__strongroom_[0-9]{8}T[0-9]{6}Z_' AND NOT d.datistemplate
          AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid)
          AND NOT EXISTS (SELECT FROM pg_prepared_xacts x WHERE x.database = d.datname)
          AND NOT EXISTS (SELECT FROM pg_locks l WHERE ${isTargetLock} AND l.pid <> ALL ($2::int[]))
        ORDER BY 1`,
      [String(lockKey(target)), [...server.lockPids]],
    )
    return rows
      .filter((row) => isScratchOf(target, { ...row, allowsConnections: row.allows }))
      .map((row) => ({
        name: row.name,
        createdAt: new Date(parseScratchName(row.name)?.createdAt ?? Number.NaN),
      }))
  })
}

async function createDatabase(
  client: pg.Client,
  server: TargetServer,
  name: string,
  like: ScratchLike,
): Promise<void> {
  const target = await readTarget(client, server.settings.database)
  const place = target?.tablespace ? ` TABLESPACE ${pg.escapeIdentifier(target.tablespace)}` : ''
  const create = (locale: string) =>
    client.query(
      `CREATE DATABASE ${pg.escapeIdentifier(name)} TEMPLATE template0 ALLOW_CONNECTIONS false
       ENCODING ${pg.escapeLiteral(like.encoding)}${locale}${place}`,
    )
  try {
    await create(localeClause(like, target))
  } catch (error) {
    if (!invalidLocale.has(sqlState(error) ?? '')) throw error
    server.log.warn(
      `The server does not have the locale of the backup (${like.collate ?? 'unknown'}): the target's, or else the server's, is used, so text may sort differently`,
    )
    await create(target ? localeClause({ encoding: like.encoding }, target) : '')
  }
}

/** The target's own provider (ICU) goes with it where the locale is otherwise the same. */
function localeClause(like: ScratchLike, target: TargetRow | undefined): string {
  const collate = like.collate ?? target?.collate
  const ctype = like.ctype ?? target?.ctype
  if (collate === undefined || ctype === undefined) return ''
  const clauses = [`LC_COLLATE ${pg.escapeLiteral(collate)}`, `LC_CTYPE ${pg.escapeLiteral(ctype)}`]
  if (target?.collate !== collate || target.ctype !== ctype) return ` ${clauses.join(' ')}`
  if (target.provider === 'i' && target.icu_locale !== null) {
    clauses.push(`LOCALE_PROVIDER icu ICU_LOCALE ${pg.escapeLiteral(target.icu_locale)}`)
    if (target.icu_rules) clauses.push(`ICU_RULES ${pg.escapeLiteral(target.icu_rules)}`)
  }
  if (target.provider === 'b' && target.icu_locale !== null) {
    clauses.push(`LOCALE_PROVIDER builtin BUILTIN_LOCALE ${pg.escapeLiteral(target.icu_locale)}`)
  }
  return ` ${clauses.join(' ')}`
}

/** Through JSON, since the columns differ by version: daticulocale (15, 16), datlocale (17). */
async function readTarget(client: pg.Client, target: string): Promise<TargetRow | undefined> {
  const { rows } = await client.query<TargetRow>(
    `SELECT nullif(t.spcname, 'pg_default') AS tablespace, d.datcollate AS collate,
            d.datctype AS ctype, coalesce(j.j ->> 'datlocprovider', 'c') AS provider,
            coalesce(j.j ->> 'datlocale', j.j ->> 'daticulocale') AS icu_locale,
            j.j ->> 'daticurules' AS icu_rules
       FROM pg_database d JOIN pg_tablespace t ON t.oid = d.dattablespace,
            LATERAL (SELECT to_jsonb(d) AS j) j
      WHERE d.datname = $1`,
    [target],
  )
  return rows[0]
}
