import { readFile } from 'node:fs/promises'
import type { RunSql } from './seed-shop.ts'

/**
 * Files that come to be where a restore runs one of the meta-commands that `seedAwkward` hides in
 * names, comments and data.
 */
export const hostileTraces = [1, 2, 3, 4].map((n) => `/tmp/strongroom-hostile-${n}`)

/**
 * Fills an empty database with every awkward feature: large objects, quoted, hostile and longest
 * names, partitions, generated and identity columns, all kinds of types, views over views,
 * materialised views, triggers, event triggers, policies, circular keys, comments, settings of the
 * database. Needs a superuser.
 */
export async function seedAwkward(runSql: RunSql): Promise<void> {
  await runSql(await readFile(new URL('awkward.sql', import.meta.url), 'utf8'))
}
