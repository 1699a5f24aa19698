import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Cluster, startCluster } from '../../../support/postgres/start-cluster.ts'
import { pgDump } from './fingerprint.ts'
import { type OpenTarget, openTarget, wholeLoad } from './open-target.ts'

const trailer = '\n--\n-- PostgreSQL database dump complete\n--\n\n'
let cluster: Cluster
let open: OpenTarget
let folder: string

beforeAll(async () => {
  cluster = await startCluster()
  await cluster.createDatabase('victim')
  await cluster.query('victim', 'CREATE TABLE mine AS SELECT 1 AS a')
  open = openTarget(cluster.url('victim'))
  folder = await mkdtemp(join(tmpdir(), 'strongroom-hostile-'))
})

afterAll(async () => {
  await open?.close()
  await cluster?.stop()
  await rm(folder, { recursive: true, force: true })
})

const trace = () => join(folder, 'trace')

const programs: readonly (readonly [what: string, text: () => string])[] = [
  ['a command between statements', () => `SELECT 1;\n\\! touch ${trace()}\n`],
  ['a command as the first line', () => `\\! touch ${trace()}\n`],
  [
    'a restriction that is lifted',
    () => `\\restrict abc\nSELECT 1;\n\\unrestrict abc\n\\! touch ${trace()}\n`,
  ],
  ['backquotes behind \\unrestrict', () => `\\restrict abc\n\\unrestrict \`touch ${trace()}\`\n`],
  ['a query sent into a program', () => `SELECT 1 \\g |touch ${trace()}\n`],
  [
    'a copy from a program',
    () => `CREATE TABLE t (a text);\n\\copy t from program 'touch ${trace()}'\n`,
  ],
  ['a variable set by backquotes', () => `\\set x \`touch ${trace()}\`\n`],
  ['an included file', () => `\\i ${join(folder, 'included.sql')}\n`],
  [
    'data lines behind a COPY that fails',
    () => `COPY nowhere (a) FROM stdin;\n\\! touch ${trace()}\n\\.\n`,
  ],
  ['a command behind the trailer', () => `SELECT 1;${trailer}\\! touch ${trace()}\n`],
]

describe.each([true, false])('a hostile plain dump (in place: %s)', (inPlace) => {
  it.each(programs)('%s runs nothing and fails', async (_what, hostile) => {
    await writeFile(join(folder, 'included.sql'), `\\! touch ${trace()}\n`)
    const database = inPlace ? 'victim' : `scratch_${Math.floor(performance.now() * 1000)}`
    if (!inPlace) await cluster.createDatabase(database)
    const text = `--\n-- PostgreSQL database dump\n--\n\n${hostile()}${trailer}`
    const load = open.target.load(wholeLoad(database, { format: 'plain', text }, inPlace))
    await expect(load).rejects.toMatchObject({
      code: expect.stringMatching(/hostile_dump|restore_/),
    })
    expect(existsSync(trace())).toBe(false)
    expect(await cluster.query('victim', 'SELECT a FROM mine')).toEqual([{ a: 1 }])
  })
})

describe('a dump that leaves its transaction', () => {
  it.each([
    ['COMMIT', 'CREATE TABLE public.extra (a int);\nCOMMIT;\n'],
    ['ROLLBACK and more', 'ROLLBACK;\nCREATE TABLE public.extra (a int);\n'],
    ['ROLLBACK and a transaction of its own', 'ROLLBACK;\nBEGIN;\nSELECT 1;\n'],
    ['COMMIT AND CHAIN', 'COMMIT AND CHAIN;\nCREATE TABLE public.extra (a int);\n'],
    ['PREPARE TRANSACTION', `PREPARE TRANSACTION 'x';\n`],
    ['immediate constraints', 'SET CONSTRAINTS ALL IMMEDIATE;\nCOMMIT;\n'],
    ['a seal dropped', 'DROP TABLE pg_temp.strongroom_guard;\nCOMMIT;\n'],
  ])('by %s fails in place and changes nothing', async (_what, leaving) => {
    const text = `${leaving}${trailer}`
    const load = open.target.load(wholeLoad('victim', { format: 'plain', text }, true))
    await expect(load).rejects.toMatchObject({
      code: expect.stringMatching(/hostile_dump|restore_/),
    })
    const tables = await cluster.query(
      'victim',
      `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace`,
    )
    expect(tables).toEqual([{ relname: 'mine' }])
  })
})

describe('a failing dump', () => {
  it('is told without the values of its data, and leaves no file and no session behind', async () => {
    const text = `CREATE TABLE public.t (a int);\nCOPY public.t (a) FROM stdin;\nsecret-value\n\\.\n${trailer}`
    const load = open.target.load(wholeLoad('victim', { format: 'plain', text }, true))
    const error: Error = await load.then(
      () => new Error('restored'),
      (reason: Error) => reason,
    )
    expect(error.message).toMatch(/invalid input syntax for type integer/)
    expect(JSON.stringify([error, error.message, open.lines, open.warnings])).not.toMatch(
      /secret-value/,
    )
    expect(await readdir(open.folder)).toEqual([])
    expect(
      await cluster.query(
        'postgres',
        `SELECT application_name FROM pg_stat_activity WHERE application_name LIKE 'strongroom%'`,
      ),
    ).toEqual([])
  })

  it('names a missing role and says what to do', async () => {
    await cluster.createDatabase('roles')
    const text = `CREATE TABLE public.t (a int);\nALTER TABLE public.t OWNER TO nobody_here;${trailer}`
    const load = open.target.load(wholeLoad('roles', { format: 'plain', text }))
    await expect(load).rejects.toMatchObject({
      code: 'restore_failed',
      message: expect.stringMatching(/role "nobody_here" does not exist/),
      hint: expect.stringMatching(/roles are not in a dump/),
    })
  })
})

describe('a dump of the local pg_dump', () => {
  it('of the schema public alone comes back, into a scratch database and in place', async () => {
    await cluster.createDatabase('source')
    await cluster.query(
      'source',
      'CREATE TABLE t AS SELECT 7 AS a; CREATE SCHEMA other; CREATE TABLE other.u ()',
    )
    const plain = await pgDump(cluster, 'source', ['--schema=public'])
    const path = join(folder, 'public.dump')
    await pgDump(cluster, 'source', ['--schema=public', '-Fc', '-f', path])
    for (const format of ['plain', 'custom'] as const) {
      for (const inPlace of [true, false]) {
        const database = `public_${format}_${inPlace}`
        await cluster.createDatabase(database)
        const dump = format === 'plain' ? { format, text: plain } : { format, path }
        await open.target.load(wholeLoad(database, dump, inPlace))
        expect(await open.target.countRows(database)).toEqual({ 'public.t': 1 })
      }
    }
  })
})
