import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { type Bucket, startWorld, type World } from '../acceptance/start-world.ts'
import type { OwnValues } from './fill-in.ts'
import { keepBucket } from './keep-bucket.ts'
import { makeCheckout } from './make-checkout.ts'
import { makePrograms } from './make-programs.ts'
import { openShell, type Shell } from './open-shell.ts'
import { fillShop, keepShop, original, renewShop, shop } from './shop.ts'

/** Where pages are played: the shop of the demo on a server, and a bucket with two backups of it. */
export interface Stage {
  readonly world: World
  readonly bucket: Bucket
  /** What a reader has of one's own. */
  readonly own: OwnValues
  /** Name of a database that stays as the shop was when it was backed up. */
  readonly original: string
  /** Id of the newer backup. */
  readonly backupId: string
  /**
   * Clears away what was done before, and opens a shell in a checkout.
   *
   * @param exported variables that it has; what leads to shop and bucket unless told otherwise
   */
  openShell(exported?: Readonly<Record<string, string>>): Promise<Shell>
  close(): Promise<void>
}

/** Starts it, and takes the two backups as a reader would. */
export async function startStage(): Promise<Stage> {
  const world = await startWorld()
  try {
    const bucket = world.newBucket('my-backups')
    const own = ownValues(world, bucket)
    const all = { ...bucket.variables, DATABASE_URL: own.databaseUrl(shop) }
    const path = await makePrograms(world)
    const checkout = join(world.folder, 'strongroom')
    await makeCheckout(checkout)
    const open = async (exported: Readonly<Record<string, string>>): Promise<Shell> => {
      const folder = await mkdtemp(join(world.folder, 'reader-'))
      // Programs that were compiled once start in half the time.
      const common = { PATH: path, NODE_COMPILE_CACHE: join(world.folder, 'compiled') }
      return openShell({ folder, cwd: checkout, environment: { ...common, ...exported } })
    }
    await fillShop(world.cluster)
    const { code, output } = await (await open(all)).run(
      'npm run backup:database\nnpm run backup:database',
    )
    if (code !== 0) throw new Error(`Cannot back up the shop:\n${output}`)
    const ids = (await bucket.manifest()).backups.map(({ id }) => id)
    const putBack = await keepBucket(bucket.peek)
    await keepShop(world.cluster)
    return {
      world,
      bucket,
      own,
      original,
      backupId: ids.toSorted().at(-1) ?? '',
      async openShell(exported = all) {
        await renewShop(world.cluster)
        await putBack()
        return await open(exported)
      },
      close: () => world.close(),
    }
  } catch (error) {
    await world.close()
    throw error
  }
}

function ownValues({ cluster }: World, { variables }: Bucket): OwnValues {
  const { host, port, user, password } = cluster
  return {
    databaseUrl: (name) => cluster.url(name),
    password: 'made-up-for-a-role',
    variables: {
      ...variables,
      BACKUP_PREFIX: 'strongroom',
      PGHOST: host,
      PGPORT: String(port),
      PGUSER: user,
      PGPASSWORD: password,
    },
  }
}
