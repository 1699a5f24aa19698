import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seedAwkward } from '../../../support/postgres/seed-awkward.ts'
import { seedShop, shopRows } from '../../../support/postgres/seed-shop.ts'
import { type Cluster, startCluster } from '../../../support/postgres/start-cluster.ts'
import { fingerprint, pgDump } from './fingerprint.ts'
import { type OpenTarget, openTarget, wholeLoad } from './open-target.ts'

let cluster: Cluster
let folder: string
const opened: OpenTarget[] = []

beforeAll(async () => {
  cluster = await startCluster()
  folder = await mkdtemp(join(tmpdir(), 'strongroom-content-'))
  await cluster.createDatabase('shop')
  await seedShop((sql) => cluster.query('shop', sql), { orders: 100 })
  await cluster.query('postgres', `CREATE ROLE tenant LOGIN CREATEDB PASSWORD 'secret'`)
})

afterAll(async () => {
  for (const target of opened) await target.close()
  await cluster?.stop()
  await rm(folder, { recursive: true, force: true })
})

function open(database: string, login?: { user: string; password: string }): OpenTarget {
  const target = openTarget(login ? cluster.url(database, login) : cluster.url(database))
  opened.push(target)
  return target
}

async function archiveOf(database: string): Promise<string> {
  const path = join(folder, `${database}.dump`)
  await pgDump(cluster, database, ['-Fc', '-Z0', '-f', path])
  return path
}

describe('describe', () => {
  it('tells what a restore must know of an existing target', async () => {
    const session = await cluster.connect('shop')
    const facts = await open('shop').target.describe()
    await session.end()
    expect(facts).toMatchObject({
      exists: true,
      isEmpty: false,
      database: 'shop',
      version: cluster.version,
      major: cluster.major,
      encoding: 'UTF8',
      collate: 'C.UTF-8',
      sessions: 1,
      isSuperuser: true,
      ownsTarget: true,
      canCreateDatabase: true,
      largeObjects: false,
      maintenanceDatabase: 'postgres',
      swapObstacles: [],
      inPlaceObstacles: [],
      systemIdentifier: expect.stringMatching(/^\d+$/),
    })
    expect(facts.sizeBytes).toBeGreaterThan(1_000_000)
    expect(facts.availableExtensions).toContain('plpgsql')
  })

  it('tells a target that does not exist and one that is empty', async () => {
    expect(await open('not there').target.describe()).toMatchObject({
      exists: false,
      isEmpty: true,
      sizeBytes: 0,
      swapObstacles: [],
    })
    await cluster.createDatabase('hollow')
    expect(await open('hollow').target.describe()).toMatchObject({ exists: true, isEmpty: true })
  })

  it.each([
    ['a function', 'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$'],
    ['a type', `CREATE TYPE t AS ENUM ('a')`],
    ['a schema', 'CREATE SCHEMA s'],
    ['a large object', `SELECT lo_from_bytea(0, 'x')`],
  ])('does not call a database with %s empty', async (what, sql) => {
    const name = `with ${what}`
    await cluster.createDatabase(name)
    await cluster.query(name, sql)
    expect(await open(name).target.describe()).toMatchObject({ isEmpty: false })
  })

  it('works from another database where the target is postgres itself', async () => {
    const { target } = open('postgres')
    expect(await target.describe()).toMatchObject({ maintenanceDatabase: 'template1' })
  })
})

describe('countRows', () => {
  it('counts each table exactly', async () => {
    expect(await open('shop').target.countRows('shop')).toEqual(shopRows(100))
  })

  it('counts what pg_dump would copy: leaves, children apart, every odd name', async () => {
    await cluster.createDatabase('odd')
    await seedAwkward((sql) => cluster.query('odd', sql))
    const counts = await open('odd').target.countRows('odd')
    expect(counts).toMatchObject({
      'public.parent': 1,
      'public.child': 1,
      'public.no_columns': 2,
      'public.secured': 2,
      'public.unlogged': 1,
      'Mixed Case.Tab le': 3,
      'sch"ema.--file=/x': 1,
      'public.parted_default': expect.any(Number),
    })
    expect(Object.keys(counts)).not.toContain('public.parted')
    expect(Object.keys(counts)).not.toContain('public.filled')
  })

  it('counts tables whose names are no UTF-8, which a database without an encoding may have', async () => {
    await seedBytes('bytes')
    const counts = await open('bytes').target.countRows('bytes')
    const name = new TextDecoder().decode(Uint8Array.of(0x74, 0xff, 0xc3))
    expect(counts).toEqual({ [`public.${name}`]: 7, 'public.caf\u00e9': 2, 'public.plain': 1 })
  })

  it('counts more tables than one transaction may lock', async () => {
    const tables = 1500
    const settings = { max_locks_per_transaction: '10', max_connections: '20' }
    const small = await startCluster({ settings })
    const { target, close } = openTarget(small.url('postgres'))
    try {
      await small.query(
        'postgres',
        `DO $$ BEGIN FOR i IN 1..${tables} LOOP
           EXECUTE format('CREATE TABLE t%s (id int PRIMARY KEY)', i); COMMIT;
         END LOOP; END $$`,
      )
      expect(Object.keys(await target.countRows('postgres'))).toHaveLength(tables)
    } finally {
      await close()
      await small.stop()
    }
  })
})

/** A database whose names no client can read in UTF-8. */
async function seedBytes(name: string): Promise<void> {
  const bare = `ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0`
  await cluster.query('postgres', `CREATE DATABASE ${name} ${bare}`)
  await cluster.query(
    name,
    `DO $$ BEGIN
       EXECUTE E'CREATE TABLE "t\\xff\\xc3" ("c\\xe9" serial)';
       EXECUTE E'INSERT INTO "t\\xff\\xc3" SELECT FROM generate_series(1, 7)';
     END $$;
     CREATE TABLE "café" AS SELECT generate_series(1, 2); CREATE TABLE plain AS SELECT 1`,
  )
}

describe('analyze', () => {
  it('reaches tables whose names are no UTF-8', async () => {
    await seedBytes('byte_statistics')
    await open('byte_statistics').target.analyze('byte_statistics')
    expect(
      await cluster.query(
        'byte_statistics',
        `SELECT count(*)::int AS known FROM pg_class WHERE relkind = 'r'
          AND relnamespace = 'public'::regnamespace AND reltuples > 0`,
      ),
    ).toEqual([{ known: 3 }])
  })
})

describe('checkSequences', () => {
  it('says so of one whose names it cannot write', async () => {
    await seedBytes('byte_names')
    expect(await open('byte_names').target.checkSequences('byte_names')).toEqual([
      expect.stringMatching(/^Sequence public\..* was not checked: .* is not valid UTF-8$/),
    ])
  })

  it('complains of those that would give a value again, and of no other', async () => {
    await cluster.createDatabase('sequences')
    await cluster.query(
      'sequences',
      `CREATE TABLE good (id serial PRIMARY KEY); INSERT INTO good SELECT FROM generate_series(1, 5);
       CREATE TABLE empty (id serial PRIMARY KEY);
       CREATE TABLE behind (id int GENERATED BY DEFAULT AS IDENTITY); INSERT INTO behind (id) VALUES (10);
       CREATE TABLE down (id int); CREATE SEQUENCE down_seq INCREMENT -1 OWNED BY down.id;
       INSERT INTO down VALUES (nextval('down_seq')), (nextval('down_seq'));
       CREATE TABLE "Odd" ("Id" bigserial); INSERT INTO "Odd" VALUES (1)`,
    )
    expect(await open('sequences').target.checkSequences('sequences')).toEqual([
      'Sequence public.Odd_Id_seq would give 1 next, but public.Odd.Id has reached 1 already',
      'Sequence public.behind_id_seq would give 1 next, but public.behind.id has reached 10 already',
    ])
  })
})

describe('isTrue', () => {
  it('says whether a statement gives a single true', async () => {
    const { target } = open('shop')
    expect(await target.isTrue('shop', 'SELECT count(*) = 100 FROM orders')).toBe(true)
    expect(await target.isTrue('shop', 'SELECT false')).toBe(false)
    expect(await target.isTrue('shop', 'SELECT NULL::bool')).toBe(false)
  })

  it.each(['DELETE FROM orders RETURNING true', 'SELECT true; COMMIT', 'SELECT 1, 2', 'nonsense'])(
    'refuses %j and changes nothing',
    async (sql) => {
      await expect(open('shop').target.isTrue('shop', sql)).rejects.toMatchObject({
        stage: 'check',
      })
      expect(await cluster.query('shop', 'SELECT count(*)::int AS n FROM orders')).toEqual([
        { n: 100 },
      ])
    },
  )
})

describe('a selection of an archive', () => {
  beforeAll(async () => {
    await cluster.createDatabase('many')
    await cluster.query(
      'many',
      `CREATE TABLE a AS SELECT 1 AS x; CREATE SCHEMA sales; CREATE TABLE sales.a AS SELECT 2 AS x;
       CREATE TABLE sales.b AS SELECT 3 AS x; CREATE SCHEMA hr; CREATE TABLE hr.c AS SELECT 4 AS x`,
    )
  })

  it.each([
    [['sales'], [], ['sales.a', 'sales.b']],
    [['sales', 'hr'], [], ['hr.c', 'sales.a', 'sales.b']],
    [['public'], [], ['public.a']],
    [['sales'], ['a'], ['sales.a']],
    [[], ['sales.a', 'hr.c'], ['hr.c', 'sales.a']],
    [[], ['b'], ['sales.b']],
  ])('of schemas %j and tables %j restores %j', async (schemas, tables, expected) => {
    const path = await archiveOf('many')
    for (const inPlace of [false, true]) {
      const name = `part_${Math.floor(performance.now() * 1000)}`
      await cluster.createDatabase(name)
      const { target } = open(name)
      const whole = wholeLoad(name, { format: 'custom', path }, inPlace)
      await target.load({ ...whole, schemas, tables })
      expect(Object.keys(await target.countRows(name))).toEqual(expected)
      expect(await target.describe()).toMatchObject({ exists: true })
    }
  })
})

describe('a role that is no superuser', () => {
  const login = { user: 'tenant', password: 'secret' }

  beforeAll(async () => {
    await cluster.query('postgres', 'CREATE DATABASE provided OWNER tenant')
    await cluster.query(
      'provided',
      'CREATE EXTENSION pg_stat_statements; CREATE EXTENSION pgcrypto',
    )
    await cluster.query(
      'provided',
      `SET ROLE tenant; CREATE SCHEMA mine; CREATE TABLE mine.t AS SELECT 1 AS a`,
    )
  })

  it('restores beside the target an archive whose extensions are its provider’s', async () => {
    const path = await archiveOf('provided')
    const open1 = open('provided', login)
    const scratch = open1.target.scratchName('20261122T030012Z-k7q2', 'abcdef')
    await open1.target.createScratch(scratch, {
      encoding: 'UTF8',
      collate: 'xx_XX',
      ctype: 'xx_XX',
    })
    const whole = wholeLoad(scratch, { format: 'custom', path })
    await open1.target.load({ ...whole, noOwner: true, noPrivileges: true })
    expect(await open1.target.countRows(scratch)).toEqual({ 'mine.t': 1 })
    expect(open1.warnings.join('\n')).toMatch(/left out: pg_stat_statements/)
    expect(open1.warnings.join('\n')).toMatch(/does not have the locale of the backup \(xx_XX\)/)
    await open1.target.drop(scratch)
  })

  it('replaces in place what is its own and keeps what is its provider’s', async () => {
    const path = await archiveOf('provided')
    await cluster.query(
      'provided',
      `SET ROLE tenant; CREATE TABLE mine.newer (); DELETE FROM mine.t`,
    )
    const { target } = open('provided', login)
    const whole = wholeLoad('provided', { format: 'custom', path }, true)
    await target.load({ ...whole, noOwner: true, noPrivileges: true })
    expect(await target.countRows('provided')).toEqual({ 'mine.t': 1 })
    const extensions = await cluster.query(
      'provided',
      'SELECT extname FROM pg_extension ORDER BY 1',
    )
    expect(extensions.map((row) => row['extname'])).toEqual([
      'pg_stat_statements',
      'pgcrypto',
      'plpgsql',
    ])
  })
})

describe('load in place', () => {
  it('leaves a database that then dumps as a fresh one with the same dump does', async () => {
    await cluster.createDatabase('used')
    await seedAwkward((sql) => cluster.query('used', sql))
    const path = await archiveOf('shop')
    const { target } = open('used')
    await target.load(wholeLoad('used', { format: 'custom', path }, true))
    expect(await fingerprint(cluster, 'used')).toEqual(await fingerprint(cluster, 'shop'))
  })

  it('refuses a selection that would drop everything else', async () => {
    const path = await archiveOf('shop')
    const whole = wholeLoad('shop', { format: 'custom', path }, true)
    const load = open('shop').target.load({ ...whole, tables: ['orders'] })
    await expect(load).rejects.toMatchObject({ code: 'target_not_empty' })
  })

  it('refuses a target with a publication', async () => {
    await cluster.createDatabase('published')
    await cluster.query('published', 'CREATE TABLE t (a int); CREATE PUBLICATION p FOR TABLE t')
    const { target } = open('published')
    const path = await archiveOf('shop')
    const load = target.load(wholeLoad('published', { format: 'custom', path }, true))
    await expect(load).rejects.toMatchObject({ code: 'target_unfit' })
    expect((await target.describe()).inPlaceObstacles).toHaveLength(1)
  })
})
