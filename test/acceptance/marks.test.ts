import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runTerminal } from '../support/acceptance/run-terminal.ts'
import { type Bucket, startWorld, type World } from '../support/acceptance/start-world.ts'

let world: World
let bucket: Bucket
let environment: Record<string, string> = {}

beforeAll(async () => {
  world = await startWorld()
})
afterAll(async () => {
  await world?.close()
})

async function start(): Promise<string> {
  bucket = world.newBucket()
  const database = await world.newDatabase()
  environment = { ...bucket.variables, DATABASE_URL: world.cluster.url(database) }
  return database
}

/** The result of a command, whatever its exit code. */
async function run(...words: readonly string[]) {
  const end = await runTerminal(world.folder, { words: [...words, '--json'], environment })
  return { code: end.code, ...JSON.parse(end.stdout) }
}

/** A DAILY backup that was made so many days ago. */
async function backUp(daysAgo: number): Promise<string> {
  const { backup } = await run('backup', '--type=DAILY', '--rotate=false')
  await bucket.age(backup.id, daysAgo)
  return backup.id
}

describe('pin, unpin', () => {
  it('keep a backup from rotation and deletion, also through a lost index', async () => {
    await start()
    const old = await backUp(40)
    await backUp(0)
    expect(await run('pin', old)).toMatchObject({ code: 0, changedIds: [old] })
    expect(await run('delete', old)).toMatchObject({ code: 1, reasonCode: 'refused_pinned' })
    await bucket.peek.write('strongroom/manifest.json', 'lost')
    const cleanup = await run('cleanup')
    expect(cleanup).toMatchObject({ code: 0, reasonCode: 'nothing_to_do' })
    const entry = (await bucket.manifest()).backups.find(({ id }) => id === old)
    expect(entry?.pinned).toMatchObject({ by: expect.any(String) })
    expect(await run('unpin', old)).toMatchObject({ code: 0, changedIds: [old] })
    expect(await run('cleanup')).toMatchObject({ code: 0, rotation: { deleted: [old] } })
  })
})

describe('accept', () => {
  it('lets rotation go on after a backup that lost its rows', async () => {
    const database = await start()
    const ids: string[] = []
    for (const daysAgo of [40, 39, 38, 37, 36]) ids.push(await backUp(daysAgo))
    await world.cluster.query(database, 'TRUNCATE orders, customers')
    const made = await run('backup', '--type=DAILY')
    expect(made).toMatchObject({
      code: 0,
      reasonCode: 'completed_flagged',
      rotation: { deleted: [] },
    })
    expect(made.backup.anomaly.reasons).toEqual([
      'has 0 rows where the 5 before it have 2,500 rows at the median',
    ])
    expect(made.warnings[0]).toContain('is suspiciously small')
    expect(await run('check')).toMatchObject({
      code: 0,
      databases: [{ flaggedId: made.backup.id }],
    })
    expect(await run('accept', 'latest')).toMatchObject({ code: 0, changedIds: [made.backup.id] })
    const { rotation } = await run('cleanup')
    expect(rotation.deleted.toSorted()).toEqual(ids.toSorted())
    expect(await run('backup', '--type=DAILY')).toMatchObject({ reasonCode: 'completed' })
  })
})
