import pg from 'pg'
import { settingStatement } from './database-settings.ts'
import { sqlState } from './query-failure.ts'
import { type TargetServer, withMaintenance } from './target-server.ts'

/** The right is lacking, or the role or setting is unknown: a loss to be told, not the end. */
const tolerable = new Set(['42501', '42704', '22023'])

interface Grant {
  readonly grantee: string | null
  readonly privilege: string
  readonly grantable: boolean
}

interface Properties {
  readonly owner: string
  readonly has_grants: boolean
}

/**
 * Puts settings (`ALTER DATABASE … SET`, `ALTER ROLE … IN DATABASE … SET`), owner and grants of one
 * database onto another: they follow the database, not its name. Connection limit and comment come
 * with the exchange itself, since a scratch database needs its own until then.
 *
 * Grants are made in the owner's name, whoever granted them first.
 * What the role may not do is warned about.
 */
export async function carryOver(
  server: TargetServer,
  from: string,
  to: string,
  signal?: AbortSignal,
): Promise<void> {
  await withMaintenance(server, signal, async (client) => {
    const statements = [
      ...(await settingStatements(client, from, to)),
      ...(await propertyStatements(client, from, to)),
    ]
    for (const statement of statements) {
      const loss = await attempt(client, statement)
      if (loss === undefined) continue
      server.log.warn(`Cannot carry over to the restored database: ${statement.what} (${loss})`)
    }
  })
}

interface Statement {
  readonly sql: string
  /** For people, without the value, which may be a secret. */
  readonly what: string
}

async function attempt(client: pg.Client, statement: Statement): Promise<string | undefined> {
  try {
    await client.query(statement.sql)
    return undefined
  } catch (error) {
    if (!tolerable.has(sqlState(error) ?? '')) throw error
    return error instanceof Error ? error.message : 'refused'
  }
}

async function settingStatements(
  client: pg.Client,
  from: string,
  to: string,
): Promise<readonly Statement[]> {
  const { rows } = await client.query<{ role: string | null; setting: string }>(
    `SELECT r.rolname AS role, unnest(s.setconfig) AS setting
       FROM pg_db_role_setting s
       JOIN pg_database d ON d.oid = s.setdatabase
       LEFT JOIN pg_roles r ON r.oid = s.setrole
      WHERE d.datname = $1 ORDER BY 1 NULLS FIRST`,
    [from],
  )
  return rows.map(({ role, setting }) => ({
    sql: settingStatement(to, role ?? undefined, setting),
    what: `setting ${setting.slice(0, setting.indexOf('='))}${role === null ? '' : ` of role ${role}`}`,
  }))
}

async function propertyStatements(
  client: pg.Client,
  from: string,
  to: string,
): Promise<readonly Statement[]> {
  const target = pg.escapeIdentifier(to)
  const { rows } = await client.query<Properties>(
    `SELECT pg_get_userbyid(datdba) AS owner, datacl IS NOT NULL AS has_grants
       FROM pg_database WHERE datname = $1`,
    [from],
  )
  const properties = rows[0]
  if (!properties) return []
  const owner = pg.escapeIdentifier(properties.owner)
  const statements: Statement[] = [
    { sql: `ALTER DATABASE ${target} OWNER TO ${owner}`, what: `owner ${properties.owner}` },
  ]
  if (!properties.has_grants) return statements
  statements.push({
    sql: `REVOKE ALL ON DATABASE ${target} FROM PUBLIC, ${owner}`,
    what: 'revocation of the default grants',
  })
  for (const grant of await readGrants(client, from)) {
    const grantee = grant.grantee === null ? 'PUBLIC' : pg.escapeIdentifier(grant.grantee)
    statements.push({
      sql: `GRANT ${grant.privilege} ON DATABASE ${target} TO ${grantee}${grant.grantable ? ' WITH GRANT OPTION' : ''}`,
      what: `grant of ${grant.privilege} to ${grant.grantee ?? 'PUBLIC'}`,
    })
  }
  return statements
}

/** `privilege` is one of the server's own words: CONNECT, CREATE, TEMPORARY. */
async function readGrants(client: pg.Client, from: string): Promise<readonly Grant[]> {
  const { rows } = await client.query<Grant>(
    `SELECT CASE WHEN a.grantee <> 0 THEN pg_get_userbyid(a.grantee) END AS grantee,
            a.privilege_type AS privilege, bool_or(a.is_grantable) AS grantable
       FROM pg_database d, aclexplode(d.datacl) a
      WHERE d.datname = $1 GROUP BY 1, 2 ORDER BY 1 NULLS FIRST, 2`,
    [from],
  )
  return rows
}
