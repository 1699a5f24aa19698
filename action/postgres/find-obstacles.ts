import type { Client } from 'pg'

const NAMED_MAX = 10

/** Relations that pg_dump reads, without those that an extension brings. */
const RELATIONS = `
  SELECT c.oid, n.oid AS schema_oid, c.relkind,
         pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) AS name
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p', 'S')
     AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                      WHERE d.classid = 'pg_catalog.pg_class'::regclass
                        AND d.objid = c.oid AND d.deptype = 'e')`

const UNREADABLE = `
  SELECT name FROM (${RELATIONS}) r
   WHERE NOT pg_catalog.has_schema_privilege(schema_oid, 'USAGE')
      OR CASE relkind WHEN 'S' THEN NOT pg_catalog.has_sequence_privilege(oid, 'SELECT')
                      ELSE NOT pg_catalog.has_table_privilege(oid, 'SELECT') END
   ORDER BY name COLLATE "C"`

const ROW_SECURED = `
  SELECT name FROM (${RELATIONS}) r
   WHERE relkind <> 'S' AND pg_catalog.row_security_active(oid)
   ORDER BY name COLLATE "C"`

const LARGE_OBJECTS = `
  SELECT m.oid::text AS name FROM pg_catalog.pg_largeobject_metadata m
   WHERE NOT pg_catalog.pg_has_role(m.lomowner, 'USAGE')
     AND NOT EXISTS (SELECT FROM pg_catalog.aclexplode(m.lomacl) a
                      WHERE a.privilege_type = 'SELECT'
                        AND (a.grantee = 0 OR pg_catalog.pg_has_role(a.grantee, 'USAGE')))
   ORDER BY m.oid`

/**
 * What would make pg_dump of the whole database fail for this user, found without a dump: relations
 * and large objects that it may not read, and tables of which row-level security hides rows.
 */
export async function findObstacles(client: Client): Promise<readonly string[]> {
  const kinds = [
    { sql: UNREADABLE, clause: (names: string) => `no permission to read ${names}` },
    { sql: ROW_SECURED, clause: (names: string) => `row-level security hides rows of ${names}` },
    {
      sql: LARGE_OBJECTS,
      clause: (names: string) => `no permission to read large objects ${names}`,
    },
  ]
  const obstacles: string[] = []
  for (const { sql, clause } of kinds) {
    const { rows } = await client.query<{ readonly name: string }>(sql)
    if (rows.length > 0) obstacles.push(clause(listNames(rows.map((row) => row.name))))
  }
  return obstacles
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, NAMED_MAX).join(', ')
  const more = names.length - NAMED_MAX
  return more > 0 ? `${shown} and ${more} more` : shown
}
