import type pg from 'pg'

/**
 * Whether rows of one table can be loaded without those of another. Constraints between tables come after all rows; but a
 * check, a domain or a generated column may call a function that looks into another table, which the order of a dump then
 * fills first, or does not. Any function of the user's in a language that can do so counts. Foreign keys and triggers are
 * not there yet when it is asked.
 */
export async function tablesAreIndependent(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ independent: boolean }>(
    `SELECT NOT EXISTS (
       SELECT FROM pg_depend d
         JOIN pg_proc p ON p.oid = CASE d.refclassid
                WHEN 'pg_proc'::regclass THEN d.refobjid
                WHEN 'pg_operator'::regclass
                  THEN (SELECT o.oprcode FROM pg_operator o WHERE o.oid = d.refobjid) END
         JOIN pg_language l ON l.oid = p.prolang AND l.lanname NOT IN ('internal', 'c')
         LEFT JOIN pg_constraint c
                ON d.classid = 'pg_constraint'::regclass AND c.oid = d.objid AND c.contype = 'c'
         LEFT JOIN pg_attrdef f ON d.classid = 'pg_attrdef'::regclass AND f.oid = d.objid
         LEFT JOIN pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum
        WHERE c.oid IS NOT NULL OR a.attgenerated <> '') AS independent`,
  )
  return rows[0]?.independent ?? false
}
