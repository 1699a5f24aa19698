import pg from 'pg'
import { seedShop } from '../postgres/seed-shop.ts'
import type { Cluster } from '../postgres/start-cluster.ts'

/** Name of the database on every page, and of the copy from which it is made anew. */
export const [shop, original] = ['shop', 'shop_original']

/** The database of the pages: 12,600 rows in 5 tables. */
export async function fillShop(cluster: Cluster): Promise<void> {
  await cluster.createDatabase(shop)
  const client = await cluster.connect(shop)
  try {
    await seedShop((sql) => client.query(sql))
  } finally {
    await client.end()
  }
}

/** Sets the shop aside, so that {@link renewShop} can bring it back. */
export async function keepShop(cluster: Cluster): Promise<void> {
  await cluster.query('postgres', `ALTER DATABASE ${shop} RENAME TO ${original}`)
}

/** Drops whatever else there is, and makes the shop as it was. */
export async function renewShop(cluster: Cluster): Promise<void> {
  const others = await cluster.query(
    'postgres',
    `SELECT datname AS name FROM pg_database WHERE NOT datistemplate AND datname <> ALL ($1)`,
    [['postgres', original]],
  )
  for (const { name } of others)
    await cluster.query(
      'postgres',
      `DROP DATABASE ${pg.escapeIdentifier(String(name))} WITH (FORCE)`,
    )
  await cluster.query('postgres', `CREATE DATABASE ${shop} TEMPLATE ${original}`)
}
