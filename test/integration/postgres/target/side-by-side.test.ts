import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Cluster, startCluster } from '../../../support/postgres/start-cluster.ts'
import { fingerprint, pgDump } from './fingerprint.ts'
import { type OpenTarget, openTarget, wholeLoad } from './open-target.ts'

const trailer = '\n--\n-- PostgreSQL database dump complete\n--\n\n'
const apart = /^Loading large tables \(\d+\) on connections of their own \(2\)$/

let cluster: Cluster
let open: OpenTarget
let folder: string
let count = 0
/** Empty, for a load. */
let name: string

beforeAll(async () => {
  cluster = await startCluster()
  folder = mkdtempSync(join(tmpdir(), 'strongroom-apart-'))
})

afterAll(async () => {
  await cluster?.stop()
  rmSync(folder, { recursive: true, force: true })
})

beforeEach(async () => {
  count += 1
  name = `target_${count}`
  await cluster.createDatabase(name)
  open = openTarget(cluster.url(name))
  return open.close
})

async function makeSource(sql: string, options = ''): Promise<string> {
  const source = `source_${count}`
  await cluster.query('postgres', `CREATE DATABASE ${source} TEMPLATE template0 ${options}`)
  await cluster.query(source, sql)
  return source
}

async function sessionsLeft() {
  return await cluster.query(
    'postgres',
    `SELECT application_name FROM pg_stat_activity WHERE application_name LIKE 'strongroom%'`,
  )
}

describe('tables that are loaded side by side', () => {
  it('come back with text that looks like the end of data, like commands and like anything else', async () => {
    const source = await makeSource(`
      CREATE TABLE lines (id int PRIMARY KEY, text text);
      INSERT INTO lines VALUES (1, E'\\\\.'), (2, E'\\n\\\\.\\n'), (3, '\\! id'), (4, ''), (5, NULL),
        (6, E'tab\\t and \\r return'), (7, 'COPY public.lines FROM stdin;');
      INSERT INTO lines SELECT n, repeat('é', n % 1000) FROM generate_series(10, 3000) n;
      CREATE TABLE wide (value bytea);
      INSERT INTO wide SELECT decode(repeat('00ff5c2e0a', 200000), 'hex');
      CREATE TABLE "Ünïcode ""table""" ("colümn;" int);
      INSERT INTO "Ünïcode ""table""" VALUES (1), (2);
      CREATE TABLE nothing ();
      CREATE TABLE counted (id serial PRIMARY KEY, of int REFERENCES lines);
      INSERT INTO counted (of) SELECT 1 FROM generate_series(1, 20);`)
    await open.target.load(
      wholeLoad(name, { format: 'plain', text: await pgDump(cluster, source, []) }),
    )
    expect(open.lines).toContainEqual(expect.stringMatching(apart))
    expect(await fingerprint(cluster, name)).toEqual(await fingerprint(cluster, source))
    expect(await open.target.countRows(name)).toMatchObject({ 'public.counted': 20 })
    expect(await sessionsLeft()).toEqual([])
  })

  it.each(['plain', 'custom'] as const)(
    'are each filled by all connections, with rows of every length (%s)',
    async (format) => {
      const source = await makeSource(`
        CREATE TABLE rows (id int, text text);
        INSERT INTO rows SELECT n, repeat('x', n % 3000) FROM generate_series(1, 10000) n;
        INSERT INTO rows SELECT n, repeat(md5(n::text), 40000) FROM generate_series(1, 6) n;
        INSERT INTO rows SELECT n, '' FROM generate_series(1, 20000) n;
        CREATE TABLE texts (text text);
        INSERT INTO texts SELECT '' FROM generate_series(1, 200000)`)
      const path = join(folder, `rows-${count}`)
      const options = format === 'custom' ? ['-Fc', '-Z0'] : []
      await pgDump(cluster, source, [...options, '-f', path])
      await open.target.load({ ...wholeLoad(name, { format, path }), jobs: 2 })
      expect(await fingerprint(cluster, name)).toEqual(await fingerprint(cluster, source))
      const [{ writers } = {}] = await cluster.query(
        name,
        'SELECT count(DISTINCT xmin::text)::int AS writers FROM rows',
      )
      expect(writers).toBe(2)
    },
  )

  it.each(['plain', 'custom'] as const)(
    'come back from chunks that lie in the same memory, as a decompressor gives them (%s)',
    async (format) => {
      const source = await makeSource(
        `CREATE TABLE rows AS SELECT n AS id, repeat(md5(n::text), 1 + n % 7) AS text
           FROM generate_series(1, 100000) n`,
      )
      const path = join(folder, `memory-${count}`)
      const options = format === 'custom' ? ['-Fc', '-Z0'] : []
      await pgDump(cluster, source, [...options, '-f', path])
      const request = wholeLoad(name, { format, path })
      await open.target.load({
        ...request,
        jobs: 4,
        open: async function* () {
          for await (const chunk of request.open()) {
            const memory = Uint8Array.from(chunk)
            const part = Math.ceil(memory.length / 5)
            for (let at = 0; at < memory.length; at += part) yield memory.subarray(at, at + part)
          }
        },
      })
      expect(await fingerprint(cluster, name)).toEqual(await fingerprint(cluster, source))
    },
  )

  it('come back where they are more than a transaction may lock', async () => {
    const tables = Array.from({ length: 70 }, (_, n) => `t_${n}`)
    const source = await makeSource(
      tables.map((table, n) => `CREATE TABLE ${table} AS SELECT ${n} AS a;`).join('\n'),
    )
    await open.target.load(
      wholeLoad(name, { format: 'plain', text: await pgDump(cluster, source, []) }),
    )
    expect(open.lines).toContain('Loading large tables (70) on connections of their own (2)')
    expect(await fingerprint(cluster, name)).toEqual(await fingerprint(cluster, source))
  })

  it('come back in an encoding that is not UTF-8, names too', async () => {
    const options = `ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'`
    const source = await makeSource(
      `CREATE TABLE "größe" ("länge" text); INSERT INTO "größe" VALUES ('süß');
       CREATE TABLE other AS SELECT 1 AS a`,
      options,
    )
    const file = join(folder, 'latin1.sql')
    await pgDump(cluster, source, ['-f', file])
    await cluster.query('postgres', `DROP DATABASE ${name}`)
    await cluster.query('postgres', `CREATE DATABASE ${name} TEMPLATE template0 ${options}`)
    await open.target.load(wholeLoad(name, { format: 'plain', path: file }))
    expect(open.lines).toContainEqual(expect.stringMatching(apart))
    expect(await fingerprint(cluster, name)).toEqual(await fingerprint(cluster, source))
  })

  it.each([
    ['a check', 'CHECK (public.is_known(a))', ''],
    [
      'a generated column',
      'CHECK (true)',
      ', b bool GENERATED ALWAYS AS (public.is_known(a)) STORED',
    ],
  ])('are none where %s looks into another table', async (_what, check, column) => {
    const source = await makeSource(
      `CREATE TABLE a_known AS SELECT n AS a FROM generate_series(1, 5000) n;
       CREATE FUNCTION is_known(x int) RETURNS bool IMMUTABLE LANGUAGE sql
         AS 'SELECT EXISTS (SELECT FROM public.a_known k WHERE k.a = x)';
       CREATE TABLE b_uses (a int ${check}${column});
       INSERT INTO b_uses SELECT n FROM generate_series(1, 5000) n`,
    )
    await open.target.load(
      wholeLoad(name, { format: 'plain', text: await pgDump(cluster, source, []) }),
    )
    expect(open.lines).toContainEqual(expect.stringMatching(/tables are loaded in order$/))
    expect(await fingerprint(cluster, name)).toEqual(await fingerprint(cluster, source))
  })

  it('are none within a transaction of the dump, which others could not look into', async () => {
    const text = `SET client_encoding = 'UTF8';\nBEGIN;\nCREATE TABLE public.t (a int);\nCOPY public.t (a) FROM stdin;\n1\n\\.\nCOMMIT;\n${trailer}`
    await open.target.load(wholeLoad(name, { format: 'plain', text }))
    expect(open.lines).not.toContainEqual(expect.stringMatching(/^Loading large tables/))
    expect(await open.target.countRows(name)).toEqual({ 'public.t': 1 })
  })

  it('are none in a dump that does not tell its encoding', async () => {
    const text = `CREATE TABLE public.t (a int);\n${copy('t', '1\n')}${trailer}`
    await open.target.load(wholeLoad(name, { format: 'plain', text }))
    expect(open.lines).not.toContainEqual(expect.stringMatching(/^Loading large tables/))
    expect(await open.target.countRows(name)).toEqual({ 'public.t': 1 })
  })

  const tables = `SET client_encoding = 'UTF8';\nCREATE TABLE public.t (a int);\nCREATE TABLE public.u (a int);\n`
  const copy = (table: string, rows: string) => `COPY public.${table} (a) FROM stdin;\n${rows}\\.\n`
  const many = '7\n'.repeat(200_000)

  it.each([
    ['first', `${copy('t', `${many}secret-value\n`)}${copy('u', many)}`],
    ['second', `${copy('t', many)}${copy('u', `${many.slice(0, 200_000)}secret-value\n`)}`],
  ])(
    'fail as one where the %s has a row that does not fit, without its values',
    async (_which, copies) => {
      const load = open.target.load(
        wholeLoad(name, { format: 'plain', text: `${tables}${copies}${trailer}` }),
      )
      const error: Error = await load.then(
        () => new Error('restored'),
        (reason: Error) => reason,
      )
      expect(error).toMatchObject({ code: 'restore_failed' })
      expect(error.message).toMatch(/invalid input syntax for type integer/)
      expect(JSON.stringify([error, String(error.cause), open.lines, open.warnings])).not.toMatch(
        /secret-value/,
      )
      expect(await sessionsLeft()).toEqual([])
    },
  )

  it('fail where one of them is not there', async () => {
    const text = `${tables}${copy('t', many)}${copy('nowhere', many)}${trailer}`
    const load = open.target.load(wholeLoad(name, { format: 'plain', text }))
    await expect(load).rejects.toMatchObject({
      code: 'restore_failed',
      message: expect.stringMatching(/relation "public.nowhere" does not exist/),
    })
    expect(await sessionsLeft()).toEqual([])
  })

  it('run nothing that stands in their rows or behind them', async () => {
    const trace = join(folder, 'trace')
    const text = `${tables}${copy('t', '1\n')}\\! touch ${trace}\n${copy('u', `\\! touch ${trace}\n`)}${trailer}`
    const load = open.target.load(wholeLoad(name, { format: 'plain', text }))
    await expect(load).rejects.toMatchObject({
      code: expect.stringMatching(/hostile_dump|restore_/),
    })
    expect(existsSync(trace)).toBe(false)
  })

  it('end at once where the restore is cancelled', async () => {
    const stop = new AbortController()
    const text = `${tables}${copy('t', many.repeat(20))}${copy('u', many.repeat(20))}${trailer}`
    const request = wholeLoad(name, { format: 'plain', text })
    const reason = new Error('enough')
    const load = open.target.load(
      {
        ...request,
        open: async function* (signal) {
          let chunks = 0
          for await (const chunk of request.open(signal)) {
            yield chunk
            chunks += 1
            if (chunks === 5) stop.abort(reason)
          }
        },
      },
      stop.signal,
    )
    await expect(load).rejects.toBe(reason)
    expect(await sessionsLeft()).toEqual([])
  })
})

describe('an archive that several connections restore', () => {
  it('comes back with what only its end may bring: rights, event triggers, materialized views', async () => {
    const source = await makeSource(`
      CREATE TABLE orders (id int PRIMARY KEY, note text);
      INSERT INTO orders SELECT n, 'note ' || n FROM generate_series(1, 5000) n;
      CREATE TABLE items (id serial PRIMARY KEY, of int REFERENCES orders);
      INSERT INTO items (of) SELECT n FROM generate_series(1, 5000) n;
      CREATE MATERIALIZED VIEW totals AS SELECT count(*) AS n FROM items;
      CREATE UNIQUE INDEX ON totals (n);
      REVOKE ALL ON orders FROM postgres; GRANT SELECT ON orders TO PUBLIC;
      ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;
      CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql
        AS $$BEGIN RAISE EXCEPTION 'no more tables'; END$$;
      SELECT lo_from_bytea(4711, 'large');
      CREATE EVENT TRIGGER no_tables ON ddl_command_start WHEN TAG IN ('CREATE TABLE')
        EXECUTE FUNCTION refuse();
      COMMENT ON EVENT TRIGGER no_tables IS 'as it was'`)
    const path = join(folder, `archive-${count}`)
    await pgDump(cluster, source, ['-Fc', '-Z0', '-f', path])
    for (const knowsBlocks of [true, false]) {
      const database = `${name}_${knowsBlocks}`
      await cluster.createDatabase(database)
      const { blocks, ...request } = wholeLoad(database, { format: 'custom', path })
      expect(blocks?.length).toBeGreaterThan(2)
      await open.target.load({ ...request, jobs: 3, ...(knowsBlocks && { blocks }) })
      expect(await fingerprint(cluster, database)).toEqual(await fingerprint(cluster, source))
    }
  })

  it('fails as one where a part of it fails, and leaves no session', async () => {
    const source = await makeSource(
      `CREATE TABLE a AS SELECT n FROM generate_series(1, 50000) n;
       CREATE TABLE b AS SELECT n FROM generate_series(1, 50000) n`,
    )
    const path = join(folder, `archive-${count}`)
    await pgDump(cluster, source, ['-Fc', '-Z0', '-f', path])
    const request = wholeLoad(name, { format: 'custom', path })
    // The first digit of the second table, behind the size of its row.
    const firstRow = (request.blocks?.[1]?.rows?.start ?? 0) + 5
    const load = open.target.load({
      ...request,
      open: async function* () {
        let at = 0
        for await (const chunk of request.open()) {
          const digit = firstRow - at
          if (digit >= 0 && digit < chunk.length) chunk[digit] = 0x78
          at += chunk.length
          yield chunk
        }
      },
    })
    await expect(load).rejects.toMatchObject({ code: 'restore_failed' })
    expect(await sessionsLeft()).toEqual([])
  })
})
