import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { fingerprint } from '../integration/postgres/target/fingerprint.ts'
import { clientsOf } from '../support/acceptance/child-processes.ts'
import { expectNothingGivenAway } from '../support/acceptance/expect-bad-end.ts'
import { limitFolder } from '../support/acceptance/namespace.ts'
import {
  newRunner,
  type RunningStep,
  runPost,
  runStep,
  type StepEnd,
  type StepRequest,
  startStep,
} from '../support/acceptance/run-step.ts'
import { type Bucket, startWorld, type World } from '../support/acceptance/start-world.ts'
import { seedAwkward } from '../support/postgres/seed-awkward.ts'

/** Takes a second to be filled in a scratch database, and nothing anywhere else: so a test can meet a restore half-way. */
const slowSql = `
  CREATE FUNCTION linger() RETURNS int LANGUAGE plpgsql AS $$
    BEGIN
      IF current_database() LIKE '%strongroom%' THEN PERFORM pg_sleep(30); END IF;
      RETURN 1;
    END $$;
  CREATE TABLE before_slow AS SELECT n FROM generate_series(1, 1000) n;
  CREATE MATERIALIZED VIEW slow AS SELECT public.linger() AS one;`

let world: World
let bucket: Bucket

beforeAll(async () => {
  world = await startWorld()
})
afterEach(() => world.server.faults.clear())
afterAll(async () => {
  await world?.close()
})

/** A database that was backed up, and has changed since. */
async function damagedDatabase(sql: string | undefined, format: 'plain' | 'custom') {
  bucket = world.newBucket()
  const database = await world.newDatabase(sql)
  const { cluster } = world
  if (sql === '') await seedAwkward((text) => cluster.query(database, text))
  const url = cluster.url(database)
  const made = await runStep(world.folder, {
    inputs: { ...bucket.inputs, 'database-url': url, format },
  })
  expect(made.code, made.stdout).toBe(0)
  const good = await fingerprint(cluster, database)
  await cluster.query(database, 'CREATE TABLE since AS SELECT 1 AS a')
  const damaged = await fingerprint(cluster, database)
  const inputs = {
    ...bucket.inputs,
    command: 'restore',
    'backup-id': 'latest',
    'database-url': url,
    'restore-delay-seconds': '0',
    'safety-backup': 'false',
  }
  return { database, good, damaged, inputs, id: made.outputs['backup-id'] ?? '' }
}

const databases = async () =>
  (await world.cluster.query('postgres', 'SELECT datname FROM pg_database')).map(({ datname }) =>
    String(datname),
  )

async function restoreOf(
  inputs: Readonly<Record<string, string>>,
  more: Partial<StepRequest> = {},
): Promise<StepEnd> {
  return await runStep(world.folder, { inputs, ...more })
}

describe.each(['plain', 'custom'] as const)('restore of a %s backup', (format) => {
  it('swap: whole, with a safety backup, a way back, and the way back again', async () => {
    const { database, good, damaged, inputs, id } = await damagedDatabase(undefined, format)
    const given = { ...inputs, confirm: database, 'safety-backup': 'true', jobs: '2' }
    const end = await restoreOf(given)
    expect(end, end.stdout).toMatchObject({
      code: 0,
      outputs: { 'reason-code': 'completed', 'backup-id': id },
    })
    expect(await fingerprint(world.cluster, database)).toEqual(good)
    const { result } = end
    expect(result.restoredTables).toEqual({ 'public.customers': 500, 'public.orders': 2000 })
    expect(result.steps?.map(({ name }) => name)).toEqual([
      'plan',
      'delay',
      'download',
      'safety backup',
      'tidy',
      'restore',
      'carry over',
      'analyze',
      'exchange',
    ])
    expect(result.undo).toContain(`--undo=${id}`)
    const kept = (await databases()).find((name) => name.includes('__pre_')) ?? ''
    expect(await fingerprint(world.cluster, kept)).toEqual(damaged)
    const { backups } = await bucket.manifest()
    expect(backups.find((entry) => entry.id === result.safetyBackupId)).toMatchObject({
      status: 'COMPLETED',
      purpose: 'safety',
      type: 'MANUAL',
    })
    expect(end.leftovers).toEqual([])
    await expectNothingGivenAway(end, {
      bucket,
      secrets: {
        password: world.cluster.password,
        'secret key': world.server.secretAccessKey,
        url: inputs['database-url'],
      },
    })

    const { 'backup-id': _, ...rest } = inputs
    const undone = await restoreOf({ ...rest, undo: id, confirm: database })
    expect(undone, undone.stdout).toMatchObject({ code: 0 })
    expect(await fingerprint(world.cluster, database)).toEqual(damaged)
  })

  it('new-database: beside the target, which stays as it is', async () => {
    const { database, good, damaged, inputs } = await damagedDatabase('', format)
    const name = `copy of "${database}"`
    const end = await restoreOf({
      ...inputs,
      'restore-mode': 'new-database',
      'restore-database': name,
    })
    expect(end, end.stdout).toMatchObject({ code: 0 })
    expect(await fingerprint(world.cluster, name)).toEqual(good)
    expect(await fingerprint(world.cluster, database)).toEqual(damaged)
    const again = await restoreOf({
      ...inputs,
      'restore-mode': 'new-database',
      'restore-database': name,
    })
    expect(again.code, again.stdout).toBe(1)
    expect(await fingerprint(world.cluster, name)).toEqual(good)
  })

  it('in-place: one transaction', async () => {
    const { database, good, inputs } = await damagedDatabase(undefined, format)
    const end = await restoreOf({ ...inputs, 'restore-mode': 'in-place', confirm: database })
    expect(end, end.stdout).toMatchObject({ code: 0 })
    expect(await fingerprint(world.cluster, database)).toEqual(good)
  })
})

describe('restore of a database in another encoding', () => {
  it.each([
    ['LATIN1', 'plain', 'Größe'],
    ['EUC_JP', 'plain', '表'],
    ['EUC_JP', 'custom', '表'],
    ['SQL_ASCII', 'plain', 'Größe'],
  ] as const)('%s, %s, with names of its own', async (encoding, format, word) => {
    const name = `${encoding.toLowerCase()}_${format}`
    await world.cluster.query(
      'postgres',
      `CREATE DATABASE ${name} TEMPLATE template0 ENCODING '${encoding}' LC_COLLATE 'C' LC_CTYPE 'C'`,
    )
    await world.cluster.query(
      name,
      `CREATE TABLE "${word}" ("${word}" text);
       INSERT INTO "${word}" SELECT repeat('${word}', 400) FROM generate_series(1, 3000)`,
    )
    const bucketOfIt = world.newBucket()
    const inputs = { ...bucketOfIt.inputs, 'database-url': world.cluster.url(name) }
    const made = await runStep(world.folder, { inputs: { ...inputs, format } })
    expect(made.code, made.stdout).toBe(0)
    const good = await fingerprint(world.cluster, name)
    await world.cluster.query(name, `DELETE FROM "${word}"`)
    for (const mode of ['swap', 'in-place']) {
      const end = await restoreOf({
        ...inputs,
        command: 'restore',
        'backup-id': 'latest',
        'restore-mode': mode,
        confirm: name,
        'restore-delay-seconds': '0',
        'safety-backup': 'false',
      })
      expect(end, end.stdout).toMatchObject({ code: 0, leftovers: [] })
      expect(await fingerprint(world.cluster, name)).toEqual(good)
    }
  })
})

describe('restore, refused', () => {
  it('shows the plan and does nothing, or does nothing', async () => {
    const { database, damaged, inputs, id } = await damagedDatabase(undefined, 'plain')
    const other = await world.newDatabase()
    const names = await databases()
    const dry = await restoreOf({ ...inputs, 'dry-run': 'true' })
    expect(dry, dry.stdout).toMatchObject({
      code: 0,
      outputs: { 'reason-code': 'dry_run', 'backup-id': id },
      result: { plan: { restoreInto: database } },
    })
    const cases: readonly [string, Record<string, string>][] = [
      ['confirmation_mismatch', {}],
      ['confirmation_mismatch', { confirm: database.toUpperCase() }],
      ['backup_unknown', { confirm: database, 'backup-id': '20200101T000000Z-aaaa' }],
      ['wrong_database', { confirm: other, 'target-database-url': world.cluster.url(other) }],
      ['backup_unknown', { confirm: database, prefix: 'another' }],
      ['invalid_input', { confirm: database, 'backup-id': '../../x' }],
      [
        'database_auth_failed',
        {
          confirm: database,
          'target-database-url': world.cluster.url(database, {
            user: 'nobody',
            password: 'wrong-password',
          }),
        },
      ],
    ]
    for (const [reasonCode, given] of cases) {
      const end = await restoreOf({ ...inputs, ...given })
      expect(end, end.stdout).toMatchObject({ code: 1, result: { ok: false, reasonCode } })
    }
    expect(await fingerprint(world.cluster, database)).toEqual(damaged)
    expect(await databases()).toEqual(names)
  })

  it('whatever is wrong with the bytes, before the target is touched', async () => {
    const { database, damaged, inputs } = await damagedDatabase(undefined, 'plain')
    const names = await databases()
    for (const kind of ['flip', 'denied'] as const) {
      world.server.faults.add({
        kind,
        operation: 'GetObject',
        key: /\.gz$/,
        times: Number.POSITIVE_INFINITY,
        atByte: 5000,
      })
      const end = await restoreOf({ ...inputs, confirm: database })
      expect(end, end.stdout).toMatchObject({ code: 1, leftovers: [] })
      expect(
        ['backup_corrupt', 'bucket_access_denied', 'download_failed', 'bucket_unreachable'],
        end.stdout,
      ).toContain(end.result.reasonCode)
      world.server.faults.clear()
    }
    expect(await fingerprint(world.cluster, database)).toEqual(damaged)
    expect(await databases()).toEqual(names)
  })

  it.each([
    ['too small a disk', 'size=64k'],
    ['no room for another file', 'size=64m,nr_inodes=3'],
  ])('%s', async (_name, options) => {
    const rows = `CREATE TABLE noise AS SELECT md5(n::text) FROM generate_series(1, 20000) n`
    const { database, damaged, inputs } = await damagedDatabase(rows, 'plain')
    const names = await databases()
    const runner = await newRunner(world.folder)
    const end = await restoreOf(
      { ...inputs, confirm: database },
      { runner, within: limitFolder(runner.temporary, options) },
    )
    expect(end, end.stdout).toMatchObject({ code: 1, result: { reasonCode: 'disk_full' } })
    expect(end.result.message).toMatch(/^Cannot .+, expected /)
    expect(await fingerprint(world.cluster, database)).toEqual(damaged)
    expect(await databases()).toEqual(names)
  })
})

describe('restore, killed', () => {
  interface Moment {
    readonly name: string
    readonly until: (step: RunningStep, database: string) => Promise<void>
  }
  const moments: readonly Moment[] = [
    {
      name: 'during the download',
      until: async () => {
        const fault = world.server.faults.add({
          kind: 'slow',
          operation: 'GetObject',
          key: /\.gz$/,
          times: Number.POSITIVE_INFINITY,
        })
        await expect.poll(() => fault.struck(), { timeout: 30_000 }).toBeGreaterThan(0)
      },
    },
    {
      name: 'during the load',
      until: async () => {
        await expect
          .poll(
            () =>
              world.cluster.query(
                'postgres',
                `SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'`,
              ),
            { timeout: 30_000 },
          )
          .toHaveLength(1)
      },
    },
  ]
  it.each(moments)(
    'SIGKILL $name leaves the target as it was, and a second run tidies up',
    async ({ until }) => {
      const { database, good, damaged, inputs } = await damagedDatabase(slowSql, 'plain')
      const request = { inputs: { ...inputs, confirm: database } }
      const step = await startStep(world.folder, request)
      await until(step, database)
      step.signal('SIGKILL')
      expect((await step.ended).leftovers).not.toEqual([])
      world.server.faults.clear()
      expect(await runPost(step, request)).toMatchObject({ code: 0, leftovers: [] })
      expect(await fingerprint(world.cluster, database)).toEqual(damaged)
      await world.cluster.query(
        database,
        "CREATE OR REPLACE FUNCTION linger() RETURNS int LANGUAGE sql AS 'SELECT 1'",
      )
      await endLoad()
      leaseIsOver()
      const second = await restoreOf({ ...inputs, confirm: database, 'restore-mode': 'in-place' })
      expect(second, second.stdout).toMatchObject({ code: 0 })
      expect(await fingerprint(world.cluster, database)).toEqual(good)
      expect((await databases()).filter((name) => name.includes('__strongroom_'))).toEqual([])
    },
  )

  it('SIGKILL while the names are exchanged leaves one whole database or the other', async () => {
    const { database, good, damaged, inputs } = await damagedDatabase(undefined, 'custom')
    const session = await world.cluster.connect(database)
    session.on('error', () => undefined)
    const step = await startStep(world.folder, { inputs: { ...inputs, confirm: database } })
    await step.said(/analyze: /)
    step.signal('SIGKILL')
    await step.ended
    await session.end()
    const found = await fingerprint(world.cluster, database)
    expect([good, damaged]).toContainEqual(found)
    leaseIsOver()
    const second = await restoreOf({ ...inputs, confirm: database })
    expect(second, second.stdout).toMatchObject({ code: 0 })
    expect(await fingerprint(world.cluster, database)).toEqual(good)
    expect((await databases()).filter((name) => name.includes('__strongroom_'))).toEqual([])
  })

  it.each([
    ['SIGINT during the delay', 'SIGINT', { 'restore-delay-seconds': '60' }],
    ['SIGTERM during the load', 'SIGTERM', {}],
  ] as const)('%s: exit code 130, nothing left', async (_name, signal, given) => {
    const { database, damaged, inputs } = await damagedDatabase(slowSql, 'plain')
    const names = await databases()
    const step = await startStep(world.folder, {
      inputs: { ...inputs, confirm: database, ...given },
    })
    if (signal === 'SIGINT') await step.said(/Starting in 60 seconds/)
    else await moments[1]?.until(step, database)
    step.signal(signal)
    const end = await step.ended
    expect(end, end.stdout).toMatchObject({
      code: 130,
      leftovers: [],
      result: { reasonCode: 'cancelled' },
    })
    expect(end.elapsedMs).toBeLessThan(10_000)
    expect(clientsOf(world.cluster.port, 'psql')).toEqual([])
    expect(await fingerprint(world.cluster, database)).toEqual(damaged)
    expect(await databases()).toEqual(names)
  })
})

/** Lets the lease of a killed run end, 30 s after its last sign of life by the clock of the bucket. */
function leaseIsOver(): void {
  world.server.faults.setClockOffset(60_000)
}

/** Ends what a killed restore left running on the server, as its own time limits would in the end. */
async function endLoad(): Promise<void> {
  await world.cluster.query(
    'postgres',
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE '%strongroom%'`,
  )
  for (const pid of clientsOf(world.cluster.port, 'psql')) process.kill(pid, 'SIGKILL')
}
