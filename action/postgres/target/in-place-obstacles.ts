import type pg from 'pg'

/**
 * What keeps the connected database from being replaced within one transaction, a clause each.
 * A publication or a subscription has another server behind it, which a transaction here cannot
 * put back.
 */
export async function inPlaceObstacles(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ text: string }>(
    `SELECT text FROM (
       SELECT 1 AS place, format('the target has the publication(s) %s', string_agg(pubname, ', '))
              AS text FROM pg_publication HAVING count(*) > 0
       UNION ALL
       SELECT 2, format('the subscription(s) %s write into the target', string_agg(subname, ', '))
         FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid
        WHERE d.datname = current_database() HAVING count(*) > 0
       UNION ALL
       SELECT 3, format('the target has %s prepared transaction(s)', count(*))
         FROM pg_prepared_xacts WHERE database = current_database() HAVING count(*) > 0
     ) o ORDER BY place`,
  )
  return rows.map((row) => row.text)
}
