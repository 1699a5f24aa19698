import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Cluster, startCluster } from '../../../support/postgres/start-cluster.ts'
import { pgDump } from './fingerprint.ts'
import { type OpenTarget, openTarget, wholeLoad } from './open-target.ts'

let cluster: Cluster
let count = 0
let name: string
const opened: OpenTarget[] = []
const login = { user: 'plain_owner', password: 'secret' }

beforeAll(async () => {
  cluster = await startCluster({
    settings: { max_prepared_transactions: '5', wal_level: 'logical' },
  })
  await cluster.query(
    'postgres',
    `CREATE ROLE plain_owner LOGIN CREATEDB PASSWORD 'secret';
     CREATE ROLE no_createdb LOGIN PASSWORD 'secret'; CREATE ROLE reader`,
  )
})

afterAll(async () => {
  for (const target of opened) await target.close()
  await cluster?.stop()
})

beforeEach(async () => {
  count += 1
  name = `swap_${count}`
  await cluster.query('postgres', `CREATE DATABASE ${name} OWNER plain_owner`)
  await cluster.query(name, `CREATE TABLE state AS SELECT 'old'::text AS is`)
})

function open(database = name, as?: { user: string; password: string }): OpenTarget {
  const target = openTarget(as ? cluster.url(database, as) : cluster.url(database))
  opened.push(target)
  return target
}

async function scratchOf({ target }: OpenTarget): Promise<string> {
  const scratch = target.scratchName('20261122T030012Z-k7q2', 'abcdef')
  await target.createScratch(scratch, { encoding: 'UTF8' })
  await cluster.query(scratch, `CREATE TABLE state AS SELECT 'new'::text AS is`)
  return scratch
}

const stateOf = async (database: string) =>
  (await cluster.query(database, 'SELECT "is" FROM state'))[0]?.['is']

const request = (scratch: string, sessionGraceMs = 0) => ({
  target: name,
  scratch,
  keepAs: `${name}__pre`,
  sessionGraceMs,
})

describe('swap', () => {
  it('ends sessions that stay, says whose they were, and keeps newcomers waiting', async () => {
    const open1 = open()
    const scratch = await scratchOf(open1)
    const idle = await cluster.connect(name)
    const busy = await cluster.connect(name)
    for (const session of [idle, busy]) session.on('error', () => {})
    await busy.query('BEGIN; LOCK TABLE state')
    const controller = new AbortController()
    const answers: unknown[] = []
    const newcomer = (async () => {
      while (!controller.signal.aborted) {
        try {
          answers.push(await stateOf(name))
        } catch {
          answers.push('ended')
        }
        await delay(5)
      }
    })()
    await open1.target.swap(request(scratch))
    controller.abort()
    await newcomer
    expect(await stateOf(name)).toBe('new')
    expect(await stateOf(`${name}__pre`)).toBe('old')
    expect(open1.lines.join('\n')).toMatch(/Ended user "postgres"/)
    await Promise.allSettled([idle.end(), busy.end()])
  })

  it('waits for sessions that leave by themselves', async () => {
    const open1 = open()
    const scratch = await scratchOf(open1)
    const leaving = await cluster.connect(name)
    const swap = open1.target.swap(request(scratch, 60_000))
    while (!open1.lines.some((line) => line.startsWith('Connected to the target'))) await delay(10)
    await leaving.end()
    await swap
    expect(open1.lines.join('\n')).not.toMatch(/Ended/)
    expect(await stateOf(name)).toBe('new')
  })

  it('gives up where the role may not end a session, with everything as it was', async () => {
    const open1 = open(name, login)
    const scratch = await scratchOf(open1)
    const session = await cluster.connect(name)
    await expect(open1.target.swap(request(scratch))).rejects.toMatchObject({ code: 'target_busy' })
    expect(open1.lines.join('\n')).toMatch(/May not end user "postgres"/)
    expect((await session.query('SELECT "is" FROM state')).rows).toEqual([{ is: 'old' }])
    await session.end()
    expect(await stateOf(name)).toBe('old')
    expect(await stateOf(scratch)).toBe('new')
  })

  it('undoes an exchange by another one', async () => {
    const { target } = open()
    const scratch = await scratchOf(open())
    await target.swap(request(scratch))
    await target.swap({
      target: name,
      scratch: `${name}__pre`,
      keepAs: `${name}__undone`,
      sessionGraceMs: 0,
    })
    expect(await stateOf(name)).toBe('old')
    expect(await stateOf(`${name}__undone`)).toBe('new')
    await target.drop(`${name}__undone`)
    await expect(stateOf(`${name}__undone`)).rejects.toThrow('does not exist')
  })

  it.each([
    [
      'a prepared transaction',
      `BEGIN; INSERT INTO state VALUES ('x'); PREPARE TRANSACTION 'p'`,
      `ROLLBACK PREPARED 'p'`,
    ],
    [
      'a replication slot',
      `SELECT pg_create_logical_replication_slot('slot', 'pgoutput')`,
      `SELECT pg_drop_replication_slot('slot')`,
    ],
    [
      'a subscription',
      `CREATE SUBSCRIPTION sub CONNECTION '' PUBLICATION p WITH (connect = false)`,
      `ALTER SUBSCRIPTION sub SET (slot_name = NONE); DROP SUBSCRIPTION sub`,
    ],
  ])('refuses a target with %s', async (_what, make, remove) => {
    const open1 = open()
    const scratch = await scratchOf(open1)
    await cluster.query(name, make)
    expect((await open1.target.describe()).swapObstacles).toHaveLength(1)
    await expect(open1.target.swap(request(scratch))).rejects.toMatchObject({
      code: 'target_unfit',
    })
    await cluster.query(name, remove)
    expect(await stateOf(name)).toBe('old')
  })

  it('refuses a name that is taken', async () => {
    const open1 = open()
    const scratch = await scratchOf(open1)
    const taken = { ...request(scratch), keepAs: 'postgres' }
    await expect(open1.target.swap(taken)).rejects.toMatchObject({ code: 'target_unfit' })
    expect(await stateOf(name)).toBe('old')
  })
})

describe('rights', () => {
  it('an owner with CREATEDB can do all of it', async () => {
    const open1 = open(name, login)
    const scratch = await scratchOf(open1)
    await open1.target.carryOver(name, scratch)
    await open1.target.swap(request(scratch))
    expect(await stateOf(name)).toBe('new')
    await open1.target.drop(`${name}__pre`)
  })

  it('an owner who reads only by default can, and within the limit of the target, too', async () => {
    await cluster.query(
      'postgres',
      `CREATE ROLE careful LOGIN CREATEDB PASSWORD 'secret';
       ALTER ROLE careful SET default_transaction_read_only = on;
       ALTER DATABASE ${name} OWNER TO careful; ALTER DATABASE ${name} CONNECTION LIMIT 1`,
    )
    const { target } = open(name, { ...login, user: 'careful' })
    const scratch = target.scratchName('20261122T030012Z-k7q2', 'abcdef')
    await target.createScratch(scratch, { encoding: 'UTF8' })
    const source = `${name}_source`
    await cluster.query('postgres', `CREATE DATABASE ${source} OWNER careful`)
    await cluster.query(
      source,
      `SET ROLE careful; SET default_transaction_read_only = off;
       CREATE TABLE public.state AS SELECT 'new'::text AS is;
       CREATE TABLE public.other AS SELECT generate_series(1, 100000)`,
    )
    const text = await pgDump(cluster, source, ['--no-owner', '--schema=public'])
    await target.load(wholeLoad(scratch, { format: 'plain', text }))
    await target.carryOver(name, scratch)
    await target.analyze(scratch)
    await target.swap(request(scratch))
    expect(await stateOf(name)).toBe('new')
    const [limit] = await cluster.query(
      'postgres',
      `SELECT datconnlimit FROM pg_database WHERE datname = '${name}'`,
    )
    expect(limit).toEqual({ datconnlimit: 1 })
  })

  it('createScratch without CREATEDB is explained', async () => {
    const { target } = open(name, { user: 'no_createdb', password: 'secret' })
    const facts = await target.describe()
    expect(facts).toMatchObject({ canCreateDatabase: false, ownsTarget: false, isSuperuser: false })
    expect(facts.swapObstacles).toHaveLength(2)
    const scratch = target.scratchName('20261122T030012Z-k7q2', 'abcdef')
    const made = target.createScratch(scratch, { encoding: 'UTF8' })
    await expect(made).rejects.toMatchObject({ code: 'target_unfit' })
  })

  it('drop refuses the target itself', async () => {
    await expect(open().target.drop(name)).rejects.toMatchObject({ code: 'target_unfit' })
    expect(await stateOf(name)).toBe('old')
  })
})

describe('drop', () => {
  const subscription = (options: string) =>
    `CREATE SUBSCRIPTION copied CONNECTION 'host=127.0.0.1 port=1' PUBLICATION p WITH (connect = false, ${options})`

  it('drops a subscription that came with a dump, and leaves its slot alone', async () => {
    const open1 = open()
    const scratch = await scratchOf(open1)
    await cluster.query(scratch, subscription("slot_name = 'of_the_original'"))
    await open1.target.drop(scratch)
    expect(await open1.target.has(scratch)).toBe(false)
  })

  it('leaves a subscription alone that somebody has enabled', async () => {
    const open1 = open()
    const scratch = await scratchOf(open1)
    await cluster.query(scratch, subscription("slot_name = 'in_use'"))
    await cluster.query(scratch, 'ALTER SUBSCRIPTION copied ENABLE')
    await expect(open1.target.drop(scratch)).rejects.toMatchObject({ code: 'target_busy' })
    await cluster.query(scratch, 'ALTER SUBSCRIPTION copied DISABLE')
    await open1.target.drop(scratch)
  })
})

describe('lock', () => {
  it('is held by one restore at a time and free again after release', async () => {
    const [first, second] = [open(), open()]
    const lease = await first.target.lock()
    await expect(second.target.lock()).rejects.toMatchObject({ code: 'lease_held' })
    await lease.release()
    const again = await second.target.lock()
    await again.release()
    expect(again.lost.aborted).toBe(false)
  })

  it('says so when the connection that holds it ends', async () => {
    const lease = await open().target.lock()
    const lost = new Promise((resolve) => lease.lost.addEventListener('abort', resolve))
    await cluster.query(
      'postgres',
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'`,
    )
    await lost
    expect(lease.lost.reason).toMatchObject({ code: 'database_unreachable' })
    await lease.release()
  })
})

describe('carryOver and swap', () => {
  it('give the restored database settings, limit, owner, grants and comment of the target', async () => {
    await cluster.query(
      name,
      `ALTER DATABASE ${name} SET search_path = "$user", public, "Odd, name";
       ALTER DATABASE ${name} SET work_mem = '9MB'; ALTER DATABASE ${name} SET app.motto = 'it''s "so"';
       ALTER ROLE reader IN DATABASE ${name} SET statement_timeout = '7s';
       ALTER DATABASE ${name} CONNECTION LIMIT 17; REVOKE ALL ON DATABASE ${name} FROM PUBLIC;
       GRANT CONNECT ON DATABASE ${name} TO reader WITH GRANT OPTION;
       COMMENT ON DATABASE ${name} IS 'it''s the shop'`,
    )
    const properties = async (database: string) =>
      cluster.query(
        'postgres',
        `SELECT pg_get_userbyid(datdba) AS owner, datconnlimit, datallowconn, shobj_description(d.oid, 'pg_database') AS comment,
                (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(datacl) a) AS acl,
                (SELECT array_agg(setrole::regrole || ' ' || c ORDER BY setrole, c) FROM pg_db_role_setting s, unnest(setconfig) c WHERE setdatabase = d.oid) AS settings
           FROM pg_database d WHERE datname = $1`,
        [database],
      )
    const before = await properties(name)
    const open1 = open()
    const scratch = await scratchOf(open1)
    await open1.target.carryOver(name, scratch)
    expect(await open1.target.listScratch()).toEqual([
      { name: scratch, createdAt: expect.any(Date) },
    ])
    await open1.target.swap(request(scratch))
    expect(await properties(name)).toEqual(before)
    expect(await properties(`${name}__pre`)).toEqual(before)
    expect(open1.warnings).toEqual([])
  })
})

describe('databases with hostile names', () => {
  it.each([
    ['dbname=postgres host=evil.invalid'],
    ['--file=/tmp/x'],
    [`quo"te'; DROP DATABASE postgres; --`],
    ['new\nline'],
    ['🐘'.repeat(15)],
    ['x'.repeat(63)],
  ])('%j is created, filled, exchanged, counted and dropped', async (hostile) => {
    await cluster.createDatabase(hostile)
    const open1 = open(hostile)
    const { target } = open1
    const scratch = target.scratchName('20261122T030012Z-k7q2', 'abcdef')
    await target.createScratch(scratch, { encoding: 'UTF8' })
    async function* dump() {
      yield Buffer.from(
        'CREATE TABLE public.t AS SELECT 1 AS a;\n--\n-- PostgreSQL database dump complete\n--\n\n',
      )
    }
    const rest = {
      inPlace: false,
      jobs: 1,
      schemas: [],
      tables: [],
      noOwner: false,
      noPrivileges: false,
    }
    await target.load({ database: scratch, format: 'plain', open: dump, ...rest })
    expect(await target.countRows(scratch)).toEqual({ 'public.t': 1 })
    await target.carryOver(hostile, scratch)
    await target.swap({ target: hostile, scratch, keepAs: `kept_${count}`, sessionGraceMs: 0 })
    expect(await target.countRows(hostile)).toEqual({ 'public.t': 1 })
    await target.drop(`kept_${count}`)
    expect(await target.describe()).toMatchObject({
      exists: true,
      isEmpty: false,
      database: hostile,
    })
  })
})
