import type { SourceDatabase } from '../../../action/job/ports.ts'
import { everything, openSourceUnderTest } from '../../support/postgres/source-under-test.ts'
import type { Cluster } from '../../support/postgres/start-cluster.ts'

/** Rows per table of the database that {@link recordSource} makes. */
export const recordedRows = { 'public.orders': 40, 'public.items': 3 }

/**
 * A small real database, dumped once by a real pg_dump; the source that is returned replays that dump as often as
 * it is asked to, so that hundreds of backups can be made to fail in a minute.
 */
export async function recordSource(cluster: Cluster, name: string): Promise<SourceDatabase> {
  await cluster.createDatabase(name)
  await cluster.query(
    name,
    `CREATE TABLE public.orders (id int PRIMARY KEY, note text);
     CREATE TABLE public.items (id int PRIMARY KEY);
     INSERT INTO public.orders SELECT g, repeat(md5(g::text), 3) FROM generate_series(1, 40) g;
     INSERT INTO public.items VALUES (1), (2), (3);`,
  )
  const source = openSourceUnderTest(cluster.url(name))
  try {
    const server = await source.describe()
    const client = await source.prepareClient(server)
    const session = source.dump(everything)
    const chunks: Uint8Array[] = []
    for await (const chunk of session.chunks) chunks.push(chunk.slice())
    return {
      name,
      describe: async () => server,
      prepareClient: async () => client,
      dump: () => ({ chunks: replay(chunks), warnings: () => session.warnings() }),
      findObstacles: async () => [],
      close: async () => {},
    }
  } finally {
    await source.dispose()
  }
}

async function* replay(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield chunk.slice()
}
