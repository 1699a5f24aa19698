import { randomBytes } from 'node:crypto'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runTerminal } from '../support/acceptance/run-terminal.ts'
import { startWorld, type World } from '../support/acceptance/start-world.ts'
import { startCeph } from '../support/ceph/start-ceph.ts'
import { bucketInEnvironment } from '../support/s3-server/environment.ts'
import { type BucketAccess, createSdkClient } from '../support/s3-server/sdk-client.ts'
import { startS3Server } from '../support/s3-server/start-s3-server.ts'

/** A bucket of somebody's, and how it is left. */
interface Place extends BucketAccess {
  readonly bucket: string
  close(): Promise<void>
}

const bucket = 'strongroom-life'
const named = bucketInEnvironment()
const ceph = named === undefined ? await startCeph() : { unavailable: 'another endpoint is named' }
if ('unavailable' in ceph && named === undefined) {
  process.stderr.write(`NOT RUN: the life of backups in Ceph, because ${ceph.unavailable}\n`)
}

async function openOurs(rules: 'aws' | 'r2'): Promise<Place> {
  const server = await startS3Server({ rules })
  server.createBucket(bucket)
  return { ...server, bucket, close: () => server.close() }
}

const places: readonly (readonly [string, () => Promise<Place>])[] = [
  ['our server by the rules of AWS', () => openOurs('aws')],
  ['our server by the rules of R2', () => openOurs('r2')],
  ...('unavailable' in ceph
    ? []
    : [
        [
          'Ceph, an implementation by others',
          async () => {
            await createSdkClient(ceph).send(new CreateBucketCommand({ Bucket: bucket }))
            return { ...ceph, bucket }
          },
        ] as const,
      ]),
  ...(named === undefined
    ? []
    : [
        [
          'the endpoint of the environment',
          async () => ({ ...named, close: async () => {} }),
        ] as const,
      ]),
]

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world?.close())

describe.each(places)('the life of backups in %s', (_, open) => {
  let place: Place
  let database = ''
  let environment: Record<string, string> = {}

  /** Runs a command through the terminal's door and reads its result. */
  async function command(...words: string[]) {
    const end = await runTerminal(world.folder, { words: [...words, '--json'], environment })
    expect(end.code, end.stderr + end.stdout).toBe(0)
    return JSON.parse(end.stdout)
  }
  const idsOf = ({ backups }: { backups: { id: string }[] }) => backups.map(({ id }) => id)

  beforeAll(async () => {
    place = await open()
    database = await world.newDatabase()
    environment = {
      DATABASE_URL: world.cluster.url(database),
      AWS_BACKUP_BUCKET: place.bucket,
      AWS_S3_ENDPOINT: place.endpoint,
      AWS_REGION: place.region,
      AWS_ACCESS_KEY_ID: place.accessKeyId,
      AWS_SECRET_ACCESS_KEY: place.secretAccessKey,
      BACKUP_PREFIX: `life-${randomBytes(6).toString('hex')}`,
    }
  })
  afterAll(() => place?.close())

  it('the doctor finds conditional writes honoured, by a race of eight', async () => {
    const { checks } = await command('doctor')
    const states = checks.map(({ name, state }: { name: string; state: string }) => [name, state])
    expect(states).toContainEqual(['bucket: conditional writes', 'ok'])
    expect(states).toContainEqual(['bucket: race', 'ok'])
    expect(states).toContainEqual(['bucket: multipart upload', 'ok'])
  })

  it('eight backups at once lose nothing', async () => {
    const made = await Promise.all(
      Array.from({ length: 8 }, () =>
        command('backup', '--overlap=allow', '--compression-level=1'),
      ),
    )
    const ids = made.map(({ backup }) => backup.id)
    expect(new Set(ids).size).toBe(8)
    const list = await command('list', '--status=COMPLETED')
    expect(idsOf(list).toSorted()).toEqual(ids.toSorted())
    expect(list.source).toBe('manifest')
    expect((await command('repair', '--dry-run')).findings).toEqual([])
  })

  it('a backup is verified, lost rows come back by restore, and undo takes them away again', async () => {
    const { backup } = await command('backup', '--format=custom')
    expect((await command('verify', 'latest')).outcome).toBe('verified')
    await world.cluster.query(database, 'DELETE FROM orders')
    const words = [`--confirm=${database}`, '--restore-delay-seconds=0']
    const restored = await command('restore', backup.id, ...words)
    expect(restored.safetyBackupId).toMatch(/^\d{8}T/)
    const count = async () =>
      (await world.cluster.query(database, 'SELECT count(*)::int AS n FROM orders'))[0]?.['n']
    expect(await count()).toBe(2000)
    await command('restore', `--undo=${backup.id}`, `--confirm=${database}`)
    expect(await count()).toBe(0)
  })

  it('delete and cleanup leave what they must, and repair finds nothing dangling', async () => {
    const [newest, oldest] = idsOf(await command('list')).filter(
      (_, n, all) => n % all.length === 0 || n === all.length - 1,
    )
    await command('delete', oldest ?? '')
    const left = idsOf(await command('list'))
    expect(left).toContain(newest)
    expect(left).not.toContain(oldest)
    expect((await command('cleanup')).rotation.deleted).toEqual([])
    expect((await command('repair')).findings).toEqual([])
  })
})
