import type pg from 'pg'

/**
 * What keeps a database from being renamed, or what renaming it would break without a word. Each
 * is a clause of a sentence.
 *
 * Replication slots and subscriptions belong to the database, not to its name: after an exchange
 * their consumers would go on reading the old one.
 */
export async function swapObstacles(client: pg.Client, target: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ text: string }>(
    `SELECT text FROM (
       SELECT 1 AS place, format('the target has %s prepared transaction(s)', count(*)) AS text
         FROM pg_prepared_xacts WHERE database = $1 HAVING count(*) > 0
       UNION ALL
       SELECT 2, format('the replication slot(s) %s read the target', string_agg(slot_name, ', '))
         FROM pg_replication_slots WHERE database = $1 HAVING count(*) > 0
       UNION ALL
       SELECT 3, format('the subscription(s) %s write into the target', string_agg(subname, ', '))
         FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid
        WHERE d.datname = $1 HAVING count(*) > 0
       UNION ALL
       SELECT 4, 'the role does not own the target'
         FROM pg_database WHERE datname = $1 AND NOT pg_has_role(datdba, 'USAGE')
       UNION ALL
       SELECT 5, 'the role may not create or rename databases (CREATEDB)'
         FROM pg_roles WHERE rolname = current_user AND NOT rolsuper AND NOT rolcreatedb
     ) o ORDER BY place`,
    [target],
  )
  return rows.map((row) => row.text)
}
