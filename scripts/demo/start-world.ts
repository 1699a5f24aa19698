import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seedShop } from '../../test/support/postgres/seed-shop.ts'
import { type Cluster, startCluster } from '../../test/support/postgres/start-cluster.ts'
import { type S3Server, startS3Server } from '../../test/support/s3-server/start-s3-server.ts'

/** A PostgreSQL server with a shop in it, and an empty bucket, both for this demo only. */
export interface World {
  readonly cluster: Cluster
  readonly database: string
  readonly server: S3Server
  readonly bucket: string
  /** A folder of the demo's own; the bucket's bytes lie in `bucket/` below it. */
  readonly directory: string
  /** What a shell must export to work with both. */
  readonly settings: Readonly<Record<string, string>>
  /** Stops both and removes every file. */
  close(): Promise<void>
}

const database = 'shop'
const bucket = 'demo-backups'

/** Starts both. What is started is stopped again where a later part fails. */
export async function startWorld(orders: number): Promise<World> {
  const closers: (() => Promise<unknown>)[] = []
  const close = async () => {
    for (const closer of closers.splice(0)) await closer()
  }
  try {
    const directory = await mkdtemp(join(tmpdir(), 'strongroom-demo-'))
    const removeAtOnce = () => rmSync(directory, { recursive: true, force: true })
    process.once('exit', removeAtOnce)
    closers.unshift(async () => {
      await rm(directory, { recursive: true, force: true })
      process.off('exit', removeAtOnce)
    })
    const cluster = await startCluster()
    closers.unshift(() => cluster.stop())
    await cluster.createDatabase(database)
    await fillShop(cluster, orders)
    const server = await startS3Server({ directory: join(directory, 'bucket') })
    closers.unshift(() => server.close())
    server.createBucket(bucket)
    const settings = {
      DATABASE_URL: cluster.url(database),
      AWS_BACKUP_BUCKET: bucket,
      AWS_S3_ENDPOINT: server.endpoint,
      AWS_ACCESS_KEY_ID: server.accessKeyId,
      AWS_SECRET_ACCESS_KEY: server.secretAccessKey,
    }
    return { cluster, database, server, bucket, directory, settings, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** One connection for all statements. */
async function fillShop(cluster: Cluster, orders: number): Promise<void> {
  const client = await cluster.connect(database)
  try {
    await seedShop((sql) => client.query(sql), { orders })
  } finally {
    await client.end()
  }
}
