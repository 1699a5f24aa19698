import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { runStep, type StepEnd } from '../support/acceptance/run-step.ts'
import { type Bucket, startWorld, type World } from '../support/acceptance/start-world.ts'

let world: World
let database = ''
let bucket: Bucket

beforeAll(async () => {
  world = await startWorld()
  database = await world.newDatabase()
})
afterEach(() => world.server.faults.clear())
afterAll(async () => {
  await world?.close()
})

/** A command about the bucket at hand. */
async function command(
  name: string,
  given: Readonly<Record<string, string>> = {},
): Promise<StepEnd> {
  return await runStep(world.folder, { inputs: { ...bucket.inputs, command: name, ...given } })
}

/** A backup into the bucket at hand. */
async function backUp(type: string): Promise<string> {
  const end = await command('backup', {
    'database-url': world.cluster.url(database),
    type,
    rotate: 'false',
  })
  expect(end.code, end.stdout).toBe(0)
  return end.outputs['backup-id'] ?? ''
}

/** Three backups: an old DAILY, an old MANUAL, a new DAILY. */
async function fillBucket(): Promise<Record<'expired' | 'manual' | 'newest', string>> {
  bucket = world.newBucket()
  const expired = await backUp('DAILY')
  const manual = await backUp('MANUAL')
  await bucket.age(expired, 40)
  await bucket.age(manual, 20)
  return { expired, manual, newest: await backUp('DAILY') }
}

describe('the life of three backups', () => {
  let ids: Awaited<ReturnType<typeof fillBucket>>
  beforeAll(async () => {
    ids = await fillBucket()
  })

  it('list shows them, newest first, filters and counts', async () => {
    const all = await command('list')
    expect(all, all.stdout).toMatchObject({
      code: 0,
      result: {
        matching: 3,
        pages: 1,
        source: 'manifest',
        statistics: { total: 3, byStatus: { COMPLETED: 3 }, successRate: 1 },
      },
    })
    expect(all.result.backups?.map(({ id }) => id)).toEqual([ids.newest, ids.manual, ids.expired])
    for (const id of Object.values(ids)) expect(all.summary).toContain(id)
    const some = await command('list', { 'filter-type': 'daily', 'per-page': '1', page: '2' })
    expect(some.result).toMatchObject({ matching: 2, pages: 2, backups: [{ id: ids.expired }] })
  })

  it('verify proves the bytes, and a restore of them', async () => {
    const bytes = await command('verify', { 'backup-id': ids.manual })
    expect(bytes, bytes.stdout).toMatchObject({
      code: 0,
      result: { outcome: 'verified', tables: 2, rows: 2500 },
    })
    const drill = await command('verify', {
      'backup-id': 'latest',
      level: 'restore',
      'target-database-url': world.cluster.url(database),
      'verify-sql': 'SELECT count(*) = 500 FROM customers',
    })
    expect(drill, drill.stdout).toMatchObject({
      code: 0,
      result: { outcome: 'verified', backup: { id: ids.newest } },
    })
    const { backups } = await bucket.manifest()
    expect(backups.filter(({ verifiedAt }) => verifiedAt !== undefined)).toHaveLength(2)
    const names = await world.cluster.query(
      'postgres',
      `SELECT datname FROM pg_database WHERE datname LIKE '%strongroom%'`,
    )
    expect(names).toEqual([])
  })

  it('cleanup carries out what its dry run has shown', async () => {
    const before = bucket.contents()
    const dry = await command('cleanup', { 'dry-run': 'true' })
    expect(dry, dry.stdout).toMatchObject({
      code: 0,
      outputs: { 'deleted-count': '1', 'reason-code': 'dry_run' },
      result: { rotation: { deleted: [ids.expired], dryRun: true } },
    })
    expect(bucket.contents()).toEqual(before)
    const wet = await command('cleanup')
    expect(wet, wet.stdout).toMatchObject({
      code: 0,
      outputs: { 'deleted-count': '1', 'reason-code': 'completed' },
    })
    expect(wet.result.rotation?.items).toEqual(dry.result.rotation?.items)
    expect(bucket.peek.keys(`strongroom/backups/${ids.expired}/`)).toEqual([])
    expect(bucket.peek.keys(`strongroom/backups/${ids.manual}/`)).toHaveLength(2)
  })

  it('delete refuses the newest without force, and nothing without an id', async () => {
    const before = bucket.contents()
    const newest = await command('delete', { 'backup-id': ids.newest })
    expect(newest).toMatchObject({ code: 1, result: { reasonCode: 'refused_newest' } })
    const unnamed = await command('delete')
    expect(unnamed).toMatchObject({ code: 1, result: { reasonCode: 'invalid_input' } })
    const unknown = await command('delete', { 'backup-id': '20200101T000000Z-aaaa' })
    expect(unknown).toMatchObject({ code: 1, result: { reasonCode: 'backup_unknown' } })
    const dry = await command('delete', { 'backup-id': ids.manual, 'dry-run': 'true' })
    expect(dry).toMatchObject({
      code: 0,
      outputs: { 'deleted-count': '1', 'reason-code': 'dry_run' },
    })
    expect(bucket.contents()).toEqual(before)
    const wet = await command('delete', { 'backup-id': ids.manual })
    expect(wet, wet.stdout).toMatchObject({
      code: 0,
      outputs: { 'deleted-count': '1', 'backup-id': ids.manual },
    })
    expect(bucket.peek.keys(`strongroom/backups/${ids.manual}/`)).toEqual([])
    const forced = await command('delete', { 'backup-id': ids.newest, force: 'true' })
    expect(forced, forced.stdout).toMatchObject({ code: 0, result: { removal: 'deleted' } })
    expect(bucket.peek.keys('strongroom/backups/')).toEqual([])
  })
})

describe('repair', () => {
  it('rebuilds a manifest that was overwritten with rubbish, and keeps a copy of that', async () => {
    const ids = await fillBucket()
    await bucket.peek.write('strongroom/manifest.json', '{"version": 1, "backups": [')
    const listed = await command('list')
    expect(listed, listed.stdout).toMatchObject({
      code: 0,
      result: { source: 'records', matching: 3 },
    })
    expect(await bucket.peek.readText('strongroom/manifest.json')).toBe(
      '{"version": 1, "backups": [',
    )
    const repaired = await command('repair')
    expect(repaired.code, repaired.stdout).toBe(0)
    const { backups } = await bucket.manifest()
    expect(backups.map(({ id }) => id).sort()).toEqual(Object.values(ids).sort())
    expect(bucket.peek.keys('strongroom/quarantine/')).toHaveLength(1)
    expect(await command('repair')).toMatchObject({ code: 0, result: { findings: [] } })
  })

  it('tells what belongs to no backup, and deletes it only when told to and when it is old', async () => {
    const ids = await fillBucket()
    const orphan =
      'strongroom/backups/20200101T000000Z-aaaa/shop-daily-20200101T000000Z-aaaa.sql.gz'
    await bucket.peek.write(orphan, 'left behind')
    await bucket.peek.write('strongroom/notes.txt', 'not ours')
    const told = await command('repair')
    expect(told, told.stdout).toMatchObject({ code: 0 })
    expect(told.result.findings?.map(({ kind, action }) => [kind, action])).toContainEqual([
      'orphan_bytes',
      'reported',
    ])
    const young = await command('repair', { orphans: 'delete' })
    expect(young.code, young.stdout).toBe(0)
    expect(bucket.peek.keys()).toContain(orphan)
    bucket.peek.setModifiedAt(orphan, new Date(Date.now() - 7 * 86_400_000))
    const dry = await command('repair', { orphans: 'delete', 'dry-run': 'true' })
    expect(dry.code, dry.stdout).toBe(0)
    expect(bucket.peek.keys()).toContain(orphan)
    const wet = await command('repair', { orphans: 'delete' })
    expect(wet.code, wet.stdout).toBe(0)
    expect(bucket.peek.keys()).not.toContain(orphan)
    expect(bucket.peek.keys()).toContain('strongroom/notes.txt')
    expect((await bucket.manifest()).backups.map(({ id }) => id).sort()).toEqual(
      Object.values(ids).sort(),
    )
  })
})

describe('verify', () => {
  it('fails a backup whose bytes were changed, and marks it', async () => {
    const { newest } = await fillBucket()
    const key =
      bucket.peek.keys(`strongroom/backups/${newest}/`).find((each) => each.endsWith('.gz')) ?? ''
    const bytes = await bucket.peek.read(key)
    bytes.writeUInt8(bytes.readUInt8(2000) ^ 1, 2000)
    await bucket.peek.write(key, bytes)
    const end = await command('verify', { 'backup-id': newest })
    expect(end, end.stdout).toMatchObject({
      code: 1,
      result: { outcome: 'failed', reasonCode: 'verification_failed' },
    })
    const entry = (await bucket.manifest()).backups.find(({ id }) => id === newest)
    expect(entry).toMatchObject({ status: 'COMPLETED', verification: { outcome: 'failed' } })
  })
  it('fails a backup whose bytes are gone, and marks it, so that nobody relies on it', async () => {
    const { newest } = await fillBucket()
    const key = bucket.peek.keys(`strongroom/backups/${newest}/`).find((each) => /gz$/.test(each))
    await bucket.peek.remove(key ?? '')
    const end = await command('verify', { 'backup-id': newest })
    expect(end, end.stdout).toMatchObject({
      code: 1,
      result: { outcome: 'failed', reasonCode: 'verification_failed' },
    })
    const entry = (await bucket.manifest()).backups.find(({ id }) => id === newest)
    expect(entry).toMatchObject({ verification: { outcome: 'failed' } })
  })
  it('says nothing of a backup that it could not read, and is not green', async () => {
    const { newest } = await fillBucket()
    world.server.faults.add({
      kind: 'denied',
      operation: 'GetObject',
      key: /\.gz$/,
      times: Number.POSITIVE_INFINITY,
    })
    const end = await command('verify', { 'backup-id': newest })
    expect(end, end.stdout).toMatchObject({ code: 1, result: { outcome: 'could_not_verify' } })
    const entry = (await bucket.manifest()).backups.find(({ id }) => id === newest)
    expect(entry?.verification).toBeUndefined()
  })
})

describe('doctor', () => {
  it('finds nothing wrong where nothing is, with a full run', async () => {
    bucket = world.newBucket()
    const end = await command('doctor', {
      'database-url': world.cluster.url(database),
      full: 'true',
    })
    const states = Object.fromEntries(
      end.result.checks?.map(({ name, state }) => [name, state]) ?? [],
    )
    expect(
      Object.entries(states).filter(([, state]) => state === 'failed'),
      end.stdout,
    ).toEqual([])
    expect(end.code, end.stdout).toBe(0)
    expect(states).toMatchObject({ 'full run': 'ok', configuration: 'ok', connection: 'ok' })
    expect((await bucket.manifest()).backups).toMatchObject([
      { status: 'COMPLETED', type: 'MANUAL' },
    ])
    expect(bucket.peek.keys('strongroom/probe/')).toEqual([])
  })
  it('says all that is wrong at once', async () => {
    bucket = world.newBucket()
    const end = await command('doctor', {
      bucket: 'no-such-bucket',
      'database-url': world.cluster.url(database, { user: 'nobody', password: 'wrong' }),
    })
    expect(end).toMatchObject({ code: 1, result: { reasonCode: 'doctor_failed' } })
    const failed = end.result.checks?.filter(({ state }) => state === 'failed') ?? []
    expect(failed.length).toBeGreaterThanOrEqual(2)
    for (const { name, advice } of failed) {
      expect(advice).toBeTruthy()
      expect(end.stdout).toMatch(new RegExp(`^::error .*${name}: `, 'm'))
    }
    world.server.faults.setClockOffset(20 * 60_000)
    bucket = world.newBucket()
    const late = await command('doctor', { 'database-url': world.cluster.url(database) })
    expect(late.code, late.stdout).toBe(1)
    expect(late.result.checks?.filter(({ state }) => state === 'failed')).toMatchObject([
      { name: expect.stringMatching(/clock/), advice: expect.any(String) },
    ])
    const nothing = await runStep(world.folder, { inputs: { command: 'doctor' } })
    expect(nothing).toMatchObject({ code: 1, result: { reasonCode: 'doctor_failed' } })
  })
})

describe('plan', () => {
  it('is made for a run of GitHub, and read from the output result', async () => {
    const { newest } = await fillBucket()
    const end = await command('plan', { 'backup-id': 'latest', confirm: database })
    expect(end, end.stdout).toMatchObject({ code: 0, outputs: { 'backup-id': newest } })
    expect(JSON.parse(String(end.result.plan))).toMatchObject({
      command: 'restore',
      backupId: newest,
      mode: 'swap',
      target: database,
      repository: 'acme/shop',
    })
  })
})
