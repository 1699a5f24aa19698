import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdtemp, readFile, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type LiveProcess, liveProcesses } from '../../../support/postgres/live-processes.ts'
import { seedShop } from '../../../support/postgres/seed-shop.ts'
import { type Cluster, startCluster } from '../../../support/postgres/start-cluster.ts'
import { type Fingerprint, fingerprint, pgDump } from './fingerprint.ts'
import { type OpenTarget, openTarget, wholeLoad } from './open-target.ts'
import type { Orders } from './restore-child.ts'

const child = new URL('restore-child.ts', import.meta.url).pathname

let cluster: Cluster
let folder: string
let backup: Fingerprint
let before: Fingerprint
const dumps = { plain: '', custom: '' }
let count = 0
let name: string
const opened: OpenTarget[] = []

beforeAll(async () => {
  cluster = await startCluster()
  folder = await mkdtemp(join(tmpdir(), 'strongroom-faults-'))
  await cluster.createDatabase('source')
  await seedShop((sql) => cluster.query('source', sql), { orders: 15_000 })
  backup = await fingerprint(cluster, 'source')
  dumps.plain = join(folder, 'plain.sql')
  dumps.custom = join(folder, 'custom.dump')
  await pgDump(cluster, 'source', ['-f', dumps.plain])
  await pgDump(cluster, 'source', ['-Fc', '-Z0', '-f', dumps.custom])
  await cluster.createDatabase('as_before')
  await seedShop((sql) => cluster.query('as_before', sql), { orders: 50 })
  await cluster.query('as_before', 'CREATE TABLE newer AS SELECT 1 AS a')
  before = await fingerprint(cluster, 'as_before')
})

afterAll(async () => {
  for (const target of opened) await target.close()
  await cluster?.stop()
  await rm(folder, { recursive: true, force: true })
})

beforeEach(async () => {
  count += 1
  name = `target_${count}`
  await cluster.query('postgres', `CREATE DATABASE ${name} TEMPLATE as_before`)
})

function open(onLine?: (line: string) => void): OpenTarget {
  const target = openTarget(cluster.url(name), onLine)
  opened.push(target)
  return target
}

async function emptyDatabase(): Promise<string> {
  await cluster.createDatabase(`${name}_empty`)
  return `${name}_empty`
}

function dumpOf(format: 'plain' | 'custom') {
  return { format, path: dumps[format] }
}

/** Waits until the server has done with what a dead process left behind. */
async function settled(): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    const rows = await cluster.query(
      'postgres',
      `SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'strongroom%'`,
    )
    if (rows.length === 0) return
    await delay(100)
  }
  throw new Error('sessions of the dead restore are still there')
}

/** As before or the backup; and connections to it are admitted, or this would fail. */
async function stateOf(database: string): Promise<'before' | 'backup' | 'neither'> {
  const found = await fingerprint(cluster, database)
  const text = JSON.stringify(found)
  if (text === JSON.stringify(before)) return 'before'
  return text === JSON.stringify(backup) ? 'backup' : 'neither'
}

async function restoreAndDie(orders: Pick<Orders, 'mode' | 'format' | 'dieAt' | 'dieAfterMs'>) {
  const all: Orders = {
    ...orders,
    url: cluster.url(name),
    database: name,
    dumpPath: dumps[orders.format],
  }
  const program = spawn(process.execPath, [child, JSON.stringify(all)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // What it cannot remove any more goes with ours.
    env: { ...process.env, TMPDIR: folder },
  })
  const [, signal] = await once(program, 'close')
  await settled()
  return signal
}

/** SIGKILL to programs of a name that this process has started. */
function killChildren(name: string): void {
  const isOurs = (found: LiveProcess) =>
    found.parent === process.pid && found.command[0]?.endsWith(`/${name}`)
  for (const { pid } of liveProcesses().filter(isOurs)) process.kill(pid, 'SIGKILL')
}

describe('our own process killed while it restores in place', () => {
  it.each([
    ['plain', 'Emptied', 0, ['before']],
    ['plain', 'progress', 0, ['before']],
    ['plain', 'Fed the last byte', 0, ['before']],
    ['plain', 'Committing', 0, ['before']],
    ['plain', 'Committing', 1, ['before', 'backup']],
    ['plain', 'Committing', 3, ['before', 'backup']],
    ['custom', 'Emptied', 0, ['before']],
    ['custom', 'progress', 0, ['before']],
    ['custom', 'Fed the last byte', 0, ['before']],
    ['custom', 'Committing', 2, ['before', 'backup']],
  ] as const)(
    'load of a %s dump, at "%s" + %i ms: the target is %s',
    async (format, dieAt, dieAfterMs, states) => {
      await restoreAndDie({ mode: 'in-place', format, dieAt, dieAfterMs })
      expect(states).toContain(await stateOf(name))
    },
  )
})

describe('our own process killed while it swaps', () => {
  it.each([
    ['plain', 'progress', 0, ['before']],
    ['custom', 'Keeping newcomers out', 0, ['before']],
    ['plain', 'Keeping newcomers out', 2, ['before', 'backup']],
    ['plain', 'Renamed the target', 0, ['before']],
    ['plain', 'Renamed the restored database', 0, ['before']],
    ['plain', 'Renamed the restored database', 1, ['before', 'backup']],
  ] as const)(
    'swap of a %s dump, at "%s" + %i ms: the target is %s, and the next run tidies up',
    async (format, dieAt, dieAfterMs, states) => {
      await restoreAndDie({ mode: 'swap', format, dieAt, dieAfterMs })
      const state = await stateOf(name)
      expect(states).toContain(state)
      const { target } = open()
      const lease = await target.lock()
      const left = await target.listScratch()
      expect(left).toHaveLength(state === 'before' ? 1 : 0)
      for (const scratch of left) await target.drop(scratch.name)
      await lease.release()
      const names = await cluster.query(
        'postgres',
        `SELECT datname FROM pg_database WHERE datname LIKE '${name}\\_\\_strongroom%'`,
      )
      expect(names).toEqual([])
    },
  )

  it('listScratch finds what died before it was marked', async () => {
    const { target } = open()
    const scratch = target.scratchName('20261122T030012Z-k7q2', 'abcdef')
    await cluster.query('postgres', `CREATE DATABASE "${scratch}" ALLOW_CONNECTIONS false`)
    expect((await target.listScratch()).map((found) => found.name)).toEqual([scratch])
    await target.drop(scratch)
  })

  it('listScratch leaves alone what only looks like one', async () => {
    const { target } = open()
    const scratch = target.scratchName('20261122T030012Z-k7q2', 'abcdef')
    await cluster.createDatabase(scratch)
    expect(await target.listScratch()).toEqual([])
    await cluster.query('postgres', `COMMENT ON DATABASE "${scratch}" IS '{"strongroom": "no"}'`)
    expect(await target.listScratch()).toEqual([])
    await cluster.query('postgres', `DROP DATABASE "${scratch}"`)
  })

  it('listScratch leaves alone what has sessions, or whose restore holds the lock', async () => {
    const { target } = open()
    const scratch = target.scratchName('20261122T030012Z-k7q2', 'abcdef')
    await target.createScratch(scratch, { encoding: 'UTF8' })
    const session = await cluster.connect(scratch)
    expect(await target.listScratch()).toEqual([])
    await session.end()
    const other = open()
    const lease = await other.target.lock()
    expect(await target.listScratch()).toEqual([])
    await lease.release()
    expect(await target.listScratch()).toHaveLength(1)
    await target.drop(scratch)
  })
})

type Fault = readonly [fault: string, act: () => Promise<unknown>]
const killPsql: Fault = ['psql killed', async () => killChildren('psql')]
const killRestore: Fault = ['pg_restore killed', async () => killChildren('pg_restore')]
const endBackend: Fault = [
  'the backend ended',
  () =>
    cluster.query(
      'postgres',
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'strongroom%'`,
    ),
]
const crash: Fault = [
  'the server stopped at once',
  async () => {
    // As pg_ctl stop -m immediate: every backend ends without a word, nothing is flushed.
    process.kill(cluster.pid(), 'SIGQUIT')
    await cluster.restart()
  },
]

describe('something else dies while a load is in place', () => {
  it.each([
    ['plain', 'progress', ...killPsql],
    ['plain', 'Fed the last byte', ...killPsql],
    ['plain', 'Committing', ...killPsql],
    ['plain', 'progress', ...endBackend],
    ['plain', 'Committing', ...endBackend],
    ['plain', 'progress', ...crash],
    ['plain', 'Committing', ...crash],
    ['custom', 'progress', ...killRestore],
    ['custom', 'progress', ...killPsql],
  ] as const)('%s dump at "%s": %s', async (format, at, _fault, act) => {
    let acting: Promise<unknown> | undefined
    const { target } = open((line) => {
      if (line.startsWith(at)) acting ??= act()
    })
    const outcome = await target.load(wholeLoad(name, dumpOf(format), true)).then(
      () => 'restored',
      (error: unknown) => error,
    )
    await acting
    expect(await stateOf(name)).toBe(outcome === 'restored' ? 'backup' : 'before')
    if (outcome !== 'restored') expect(outcome).toMatchObject({ code: 'restore_failed' })
  })

  it('load ends with the reason of its signal and leaves the target as it was', async () => {
    const controller = new AbortController()
    const { target } = open((line) => {
      if (line === 'progress') controller.abort(new Error('stop'))
    })
    const load = target.load(wholeLoad(name, dumpOf('plain'), true), controller.signal)
    await expect(load).rejects.toThrow('stop')
    expect(await stateOf(name)).toBe('before')
  })
})

describe('something else dies while names are exchanged', () => {
  it.each([
    ['Keeping newcomers out', ...endBackend],
    ['Renamed the target', ...endBackend],
    ['Renamed the target', ...crash],
    ['Renamed the restored database', ...endBackend],
    ['Renamed the restored database', ...crash],
  ] as const)('at "%s": %s', async (at, _fault, act) => {
    let acting: Promise<unknown> | undefined
    const { target } = open((line) => {
      if (line.startsWith(at)) acting ??= act()
    })
    const scratch = target.scratchName('20261122T030012Z-k7q2', 'abcdef')
    await target.createScratch(scratch, { encoding: 'UTF8' })
    await target.load(wholeLoad(scratch, dumpOf('plain')))
    const swap = target
      .swap({ target: name, scratch, keepAs: `${name}__pre`, sessionGraceMs: 0 })
      .then(
        () => 'swapped',
        (error: unknown) => error,
      )
    const outcome = await swap
    await acting
    expect(await stateOf(name)).toBe(outcome === 'swapped' ? 'backup' : 'before')
    if (outcome !== 'swapped') expect(outcome).toMatchObject({ stage: expect.any(String) })
  })
})

describe('a dump that is not whole', () => {
  it.each([true, false])('load of half a plain dump fails (in place: %s)', async (inPlace) => {
    const text = await readFile(dumps.plain, 'utf8')
    const half = text.slice(0, text.length / 2)
    const { target } = open()
    const database = inPlace ? name : await emptyDatabase()
    const load = target.load(wholeLoad(database, { format: 'plain', text: half }, inPlace))
    await expect(load).rejects.toMatchObject({ code: 'restore_incomplete' })
    if (inPlace) expect(await stateOf(name)).toBe('before')
  })

  it('load ends where the dump swallows what follows it', async () => {
    const swallowing =
      'CREATE TABLE public.t (a text);\nCOPY public.t (a) FROM stdin;\nrow\n--\n-- PostgreSQL database dump complete\n--\n\n'
    const { target } = open()
    const load = target.load(wholeLoad(name, { format: 'plain', text: swallowing }, true))
    await expect(load).rejects.toMatchObject({ code: 'restore_failed' })
    expect(await stateOf(name)).toBe('before')
  })

  it.each([true, false])('load of half an archive fails (in place: %s)', async (inPlace) => {
    const path = join(folder, 'half.dump')
    await copyFile(dumps.custom, path)
    await truncate(path, 3_000_000)
    const { target } = open()
    const database = inPlace ? name : await emptyDatabase()
    const load = target.load(wholeLoad(database, { format: 'custom', path }, inPlace))
    await expect(load).rejects.toMatchObject({ code: expect.stringMatching(/^restore_/) })
    if (inPlace) expect(await stateOf(name)).toBe('before')
  })
})
