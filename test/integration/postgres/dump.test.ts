import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { DumpOptions } from '../../../action/job/ports.ts'
import { createManualClock } from '../../support/postgres/manual-clock.ts'
import { hostileTraces, seedAwkward } from '../../support/postgres/seed-awkward.ts'
import { seedShop } from '../../support/postgres/seed-shop.ts'
import {
  clientProcesses,
  openSourceUnderTest,
  readAll,
  realClock,
} from '../../support/postgres/source-under-test.ts'
import { type Cluster, startCluster } from '../../support/postgres/start-cluster.ts'

const run = promisify(execFile)
const formats = ['plain', 'custom'] as const
const TRAILER = '-- PostgreSQL database dump complete'

let cluster: Cluster

beforeAll(async () => {
  cluster = await startCluster()
  await cluster.createDatabase('shop')
  await seedShop((sql) => cluster.query('shop', sql), { orders: 200 })
  await cluster.createDatabase('large')
  // Far more than any buffer between the server and us: a dump that nobody reads stands still.
  await cluster.query(
    'large',
    `CREATE TABLE filler AS SELECT g AS id, repeat(md5(g::text), 30) AS text FROM generate_series(1, 40000) g`,
  )
})
afterAll(() => cluster?.stop())

function open(url: string, clock = realClock) {
  const source = openSourceUnderTest(url, { clock })
  onTestFinished(() => source.dispose())
  return source
}

/** A dump that has given its first chunks and waits to be read on. */
async function midway(options: Partial<DumpOptions>, signal?: AbortSignal, clock = realClock) {
  const source = open(cluster.url('large'), clock)
  const session = await source.start(options, signal)
  const chunks = session.chunks[Symbol.asyncIterator]()
  for (let bytes = 0; bytes < 100_000; ) {
    const next = await chunks.next()
    if (next.done) throw new Error('the dump ended at once')
    bytes += next.value.length
  }
  return { source, session, chunks }
}

/** Reads on; resolves with what was thrown, or "ended" where the stream ended as if it were whole. */
async function outcome(chunks: AsyncIterator<Uint8Array>): Promise<unknown> {
  try {
    while (!(await chunks.next()).done);
    return 'ended'
  } catch (error) {
    return error
  }
}

/** Environment for stock programs. */
function programEnvironment(database: string) {
  const { host, port, user, password } = cluster
  return {
    env: {
      PGHOST: host,
      PGPORT: String(port),
      PGUSER: user,
      PGPASSWORD: password,
      PGDATABASE: database,
    },
    maxBuffer: 64 * 1024 * 1024,
  }
}

/** A schema-and-data dump by the stock program, without its random key. */
async function stockDump(database: string): Promise<string> {
  const { stdout } = await run(
    join(cluster.binDirectory, 'pg_dump'),
    ['-w'],
    programEnvironment(database),
  )
  return stdout.replaceAll(/^\\(un)?restrict .*$/gm, '')
}

describe('openSourceDatabase: a whole dump', () => {
  it('describes server and database', async () => {
    const source = open(cluster.url('shop'))
    expect(source.name).toBe('shop')
    const facts = await source.describe()
    expect(facts).toMatchObject({
      version: cluster.version,
      major: cluster.major,
      database: 'shop',
      encoding: 'UTF8',
      collate: 'C.UTF-8',
      ctype: 'C.UTF-8',
      extensions: [{ name: 'plpgsql', version: '1.0' }],
      largeObjects: false,
    })
    expect(facts.sizeBytes).toBeGreaterThan(1_000_000)
    expect(await source.prepareClient(facts)).toMatchObject({
      version: expect.stringMatching(new RegExp(`^${cluster.major}\\.`)),
    })
  })

  it('ends a plain dump after its trailer and leaves no file and no process', async () => {
    const source = open(cluster.url('shop'))
    const session = await source.start()
    const text = (await readAll(session.chunks)).toString()
    expect(text.slice(-1024)).toContain(TRAILER)
    expect(text).toContain('COPY public.orders ')
    expect(session.warnings()).toEqual([])
    expect(source.leftovers()).toEqual([])
    expect(clientProcesses(cluster.port)).toEqual([])
  })

  it.each(formats)('gives an awkward database back whole in %s format', async (format) => {
    const [from, to] = [`awkward-${format}`, `awkward-${format}-back`]
    for (const name of [from, to]) await cluster.createDatabase(name)
    await seedAwkward((sql) => cluster.query(from, sql))
    const folder = await mkdtemp(join(tmpdir(), 'strongroom-test-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const file = join(folder, 'dump')
    await writeFile(file, await readAll((await open(cluster.url(from)).start({ format })).chunks))
    const [program, args] =
      format === 'plain'
        ? ['psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', file]]
        : ['pg_restore', ['--exit-on-error', '-d', '', file]]
    await run(join(cluster.binDirectory, program), args, programEnvironment(to))
    expect(await stockDump(to)).toBe(await stockDump(from))
    for (const path of hostileTraces) await expect(rm(path)).rejects.toThrow('ENOENT')
  })

  it.each([
    "o'clock",
    'quo"ted',
    'with space',
    'dbname=postgres host=evil.invalid',
    '--file=/tmp/strongroom-hostile-0',
    'postgres://evil.invalid/x',
    'line\nbreak',
    '🐘',
    'back\\slash',
    '$(id)`id`',
    '..',
  ])('dumps a database whose name is %j', async (name) => {
    await cluster.createDatabase(name)
    await cluster.query(name, 'CREATE TABLE here (name text)')
    await cluster.query(name, 'INSERT INTO here VALUES (current_database())')
    const source = open(cluster.url(name))
    expect(source.name).toBe(name)
    expect((await source.describe()).database).toBe(name)
    const text = (await readAll((await source.start()).chunks)).toString()
    const copied = name.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
    expect(text).toContain(`COPY public.here (name) FROM stdin;\n${copied}\n\\.`)
    expect(text.slice(-1024)).toContain(TRAILER)
  })

  it('filters by the patterns of pg_dump', async () => {
    await cluster.createDatabase('filtered')
    await cluster.query(
      'filtered',
      `CREATE SCHEMA a; CREATE SCHEMA b; CREATE TABLE a.x AS SELECT 1 AS n; CREATE TABLE a.log AS SELECT 2 AS n;
       CREATE TABLE b.y AS SELECT 3 AS n; CREATE TABLE "b"."--file=/x" AS SELECT 4 AS n`,
    )
    const dump = async (options: Partial<DumpOptions>) => {
      const text = await readAll((await open(cluster.url('filtered')).start(options)).chunks)
      return [...text.toString().matchAll(/^(CREATE TABLE|COPY) (\S+)/gm)].map((m) => m[0])
    }
    expect(await dump({ schemas: ['a'], excludeTableData: ['a.log'] })).toEqual([
      'CREATE TABLE a.log',
      'CREATE TABLE a.x',
      'COPY a.x',
    ])
    expect(await dump({ excludeSchemas: ['a'], excludeTables: ['b.y'] })).toEqual([
      'CREATE TABLE b."--file=/x"',
      'COPY b."--file=/x"',
    ])
    expect(await dump({ tables: ['b."--file=/x"'] })).toHaveLength(2)
    const missing = await open(cluster.url('filtered')).start({ schemas: ['--file=/x'] })
    await expect(readAll(missing.chunks)).rejects.toMatchObject({
      code: 'dump_failed',
      message: expect.stringContaining('no schemas match'),
    })
  })
})

describe('openSourceDatabase: a dump that breaks', () => {
  it.each(formats)('never ends where pg_dump is killed in the middle (%s)', async (format) => {
    const { source, chunks } = await midway({ format })
    const [dump] = clientProcesses(cluster.port).filter((found) =>
      found.command[0]?.endsWith('pg_dump'),
    )
    process.kill(dump?.pid ?? 0, 'SIGKILL')
    expect(await outcome(chunks)).toMatchObject({
      code: 'dump_failed',
      message: 'Cannot dump the database: pg_dump was ended by SIGKILL, expected exit code 0',
    })
    expect(source.leftovers()).toEqual([])
    expect(clientProcesses(cluster.port)).toEqual([])
  })

  it('never ends where the reader along is killed (custom)', async () => {
    const { chunks } = await midway({ format: 'custom' })
    const [reader] = clientProcesses(cluster.port).filter((found) =>
      found.command[0]?.endsWith('pg_restore'),
    )
    process.kill(reader?.pid ?? 0, 'SIGKILL')
    expect(await outcome(chunks)).toMatchObject({ code: 'dump_incomplete' })
    expect(clientProcesses(cluster.port)).toEqual([])
  })

  it.each(formats)(
    'never ends where the session is terminated in the middle (%s)',
    async (format) => {
      const { chunks } = await midway({ format })
      await cluster.query(
        'postgres',
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'large'",
      )
      expect(await outcome(chunks)).toMatchObject({
        code: 'dump_failed',
        message: expect.stringContaining('the server ended the connection'),
      })
    },
  )

  it('never ends where the server is stopped', async () => {
    const { chunks } = await midway({})
    await cluster.halt()
    const failure = await outcome(chunks)
    await cluster.restart()
    expect(failure).toMatchObject({ code: 'dump_failed', stage: 'dump' })
  })

  it('never ends where the server crashes', async () => {
    const { chunks } = await midway({})
    const [session] = await cluster.query(
      'postgres',
      "SELECT pid FROM pg_stat_activity WHERE datname = 'large'",
    )
    process.kill(Number(session?.['pid']), 'SIGKILL')
    const failure = await outcome(chunks)
    await cluster.restart()
    expect(failure).toMatchObject({
      code: 'dump_failed',
      message: expect.stringContaining('the server ended the connection'),
    })
  })

  it('gives up on a locked table after the lock time-out', async () => {
    const holder = await cluster.connect('shop')
    onTestFinished(() => holder.end())
    await holder.query('BEGIN; LOCK TABLE public.products IN ACCESS EXCLUSIVE MODE')
    const session = await open(cluster.url('shop')).start({ lockTimeoutMs: 100 })
    await expect(readAll(session.chunks)).rejects.toMatchObject({
      code: 'lock_timed_out',
      message: expect.stringContaining('locked by another session'),
    })
  })

  it('stops a dump that falls silent', async () => {
    const clock = createManualClock()
    const { chunks } = await midway({ silenceTimeoutMs: 60_000 }, undefined, clock)
    const [dump] = clientProcesses(cluster.port)
    process.kill(dump?.pid ?? 0, 'SIGSTOP')
    let settled = false
    const ended = outcome(chunks).finally(() => {
      settled = true
    })
    while (!settled) await clock.advance(60_000)
    expect(await ended).toMatchObject({ code: 'dump_stalled' })
    expect(clientProcesses(cluster.port)).toEqual([])
  })

  it('stops a dump at its total limit, although its reader is the slow one', async () => {
    const clock = createManualClock()
    const limits = { silenceTimeoutMs: 60_000, totalTimeoutMs: 90_000 }
    const { chunks } = await midway(limits, undefined, clock)
    await clock.advance(90_000)
    expect(await outcome(chunks)).toMatchObject({
      code: 'dump_timed_out',
      message: expect.stringContaining('90 s'),
    })
  })

  it.each(formats)('stops at once when the signal fires (%s)', async (format) => {
    const controller = new AbortController()
    const { source, chunks } = await midway({ format }, controller.signal)
    controller.abort(new Error('cancelled by a test'))
    expect(await outcome(chunks)).toMatchObject({ message: 'cancelled by a test' })
    expect(source.leftovers()).toEqual([])
    expect(clientProcesses(cluster.port)).toEqual([])
  })

  it.each(formats)('stops when its reader leaves (%s)', async (format) => {
    const { source, chunks } = await midway({ format })
    await chunks.return?.()
    expect(source.leftovers()).toEqual([])
    expect(clientProcesses(cluster.port)).toEqual([])
  })

  it('stops with close(), whose first effects need no waiting', async () => {
    const holder = await cluster.connect('shop')
    onTestFinished(() => holder.end())
    await holder.query('BEGIN; LOCK TABLE public.products IN ACCESS EXCLUSIVE MODE')
    const source = open(cluster.url('shop'))
    const ended = outcome((await source.start()).chunks[Symbol.asyncIterator]())
    await untilWaiting()
    expect(source.leftovers()).toHaveLength(1)
    const closed = source.close()
    expect(source.leftovers()).toEqual([])
    await closed
    await source.close()
    expect(await ended).toMatchObject({ code: 'dump_failed' })
    expect(clientProcesses(cluster.port)).toEqual([])
  })
})

/** Resolves once a pg_dump waits for a lock, which is the moment before its first byte. */
async function untilWaiting(): Promise<void> {
  for (;;) {
    const waiting = await cluster.query(
      'postgres',
      "SELECT FROM pg_stat_activity WHERE application_name = 'strongroom' AND wait_event_type = 'Lock'",
    )
    if (waiting.length > 0) return
    await realClock.sleep(20)
  }
}

describe('openSourceDatabase: secrets', () => {
  it('shows the password in no argument and no environment, and passes none of ours on', async () => {
    process.env['AWS_SECRET_ACCESS_KEY'] = 'must-not-be-inherited'
    process.env['PGOPTIONS'] = '-c work_mem=1GB'
    onTestFinished(() => {
      delete process.env['AWS_SECRET_ACCESS_KEY']
      delete process.env['PGOPTIONS']
    })
    const holder = await cluster.connect('shop')
    onTestFinished(() => holder.end())
    await holder.query('BEGIN; LOCK TABLE public.products IN ACCESS EXCLUSIVE MODE')
    const source = open(cluster.url('shop'))
    const dumped = readAll((await source.start({ format: 'custom' })).chunks)
    await untilWaiting()
    const processes = clientProcesses(cluster.port)
    expect(processes).toHaveLength(2)
    for (const { command, environment } of processes) {
      const everything = [...command, ...environment].join('\n')
      expect(everything).not.toContain(cluster.password)
      expect(everything).not.toContain(encodeURIComponent(cluster.password))
      expect(everything).not.toContain('postgres://')
      const names = environment.map((variable) => variable.split('=')[0])
      const allowed =
        /^(PATH|LC_ALL|HOME|PG(HOST|PORT|USER|DATABASE|SSLMODE|CONNECT_TIMEOUT|APPNAME|GSSENCMODE|PASSFILE))$/
      expect(names.filter((name) => !allowed.test(name ?? ''))).toEqual([])
    }
    await holder.query('COMMIT')
    expect((await dumped).subarray(0, 5).toString()).toBe('PGDMP')
  })
})

describe('openSourceDatabase: a user that may not see everything', () => {
  beforeAll(async () => {
    await cluster.createDatabase('guarded')
    await cluster.query(
      'guarded',
      `CREATE ROLE clerk LOGIN PASSWORD 'clerk''s';
       CREATE SCHEMA shut; CREATE TABLE shut.away (a int);
       CREATE TABLE secret (a int);
       CREATE TABLE rows_hidden (a int); ALTER TABLE rows_hidden ENABLE ROW LEVEL SECURITY;
       GRANT SELECT ON rows_hidden TO clerk;
       CREATE TABLE own (a int); ALTER TABLE own OWNER TO clerk;
       ALTER TABLE own ENABLE ROW LEVEL SECURITY; ALTER TABLE own FORCE ROW LEVEL SECURITY;
       SELECT lo_from_bytea(4711, 'x')`,
    )
  })
  const login = { user: 'clerk', password: "clerk's" }

  it('finds every obstacle beforehand', async () => {
    expect(await open(cluster.url('guarded', login)).findObstacles()).toEqual([
      'no permission to read public.secret, shut.away',
      'row-level security hides rows of public.own, public.rows_hidden',
      'no permission to read large objects 4711',
    ])
    expect(await open(cluster.url('guarded')).findObstacles()).toEqual([])
  })

  it('names the table that it may not read', async () => {
    const session = await open(cluster.url('guarded', login)).start({ tables: ['public.secret'] })
    await expect(readAll(session.chunks)).rejects.toMatchObject({
      code: 'database_permission_denied',
      message: expect.stringContaining('permission denied for table secret'),
    })
  })

  it.each(['own', 'rows_hidden'])(
    'fails rather than dump a part of the rows of %s',
    async (table) => {
      const session = await open(cluster.url('guarded', login)).start({
        tables: [`public.${table}`],
      })
      await expect(readAll(session.chunks)).rejects.toMatchObject({
        code: 'database_permission_denied',
        message: expect.stringContaining(`row-level security hides rows of table "${table}"`),
      })
    },
  )
})
