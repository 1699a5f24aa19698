import type { LoadSession } from './load-session.ts'
import type { PsqlSession } from './psql-session.ts'

/**
 * Feeds psql a dump within a restriction of ours: between its two lines no command of psql works
 * but `\unrestrict` with a key that the dump cannot know.
 *
 * @param feedAll feeds the parts of the dump, and may do other things meanwhile
 */
export async function feedRestricted(
  psql: PsqlSession,
  session: LoadSession,
  feedAll: (feed: (text: AsyncIterable<Uint8Array>) => Promise<void>) => Promise<void>,
): Promise<void> {
  const key = `sr${session.nonce}`
  await psql.write(`\\restrict ${key}\n`)
  await feedAll(async (text) => {
    for await (const chunk of text) await psql.hand(chunk)
  })
  await psql.write(`\n\\unrestrict ${key}\n`)
}
