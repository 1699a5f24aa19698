import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Manifest } from '../../../action/domain/manifest.ts'
import { type Cluster, type ClusterOptions, startCluster } from '../postgres/start-cluster.ts'
import { type S3Server, type S3ServerOptions, startS3Server } from '../s3-server/start-s3-server.ts'
import { type BucketView, createBucketView } from './bucket-view.ts'

/** A PostgreSQL server, an S3 server with a bucket, and a folder, for one test file. */
export interface World {
  readonly cluster: Cluster
  readonly server: S3Server
  /** A folder that everyone may enter. */
  readonly folder: string
  /** A new bucket with a name of its own, so that tests do not see each other's backups. */
  newBucket(name?: string): Bucket
  /** A new database in which `sql` was run. */
  newDatabase(sql?: string, name?: string): Promise<string>
  close(): Promise<void>
}

/** A bucket, and how a step is told of it. */
export interface Bucket extends BucketView {
  readonly name: string
  /** Inputs of the Action that lead to it. */
  readonly inputs: Readonly<Record<string, string>>
  /** The same as variables of the terminal. */
  readonly variables: Readonly<Record<string, string>>
  manifest(): Promise<Manifest>
}

interface WorldOptions {
  readonly cluster?: ClusterOptions
  readonly server?: S3ServerOptions
}

/** Rows enough to be seen and few enough to be quick. */
export const smallSql = `
  CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL);
  INSERT INTO customers SELECT n, 'customer ' || n FROM generate_series(1, 500) n;
  CREATE TABLE orders (id serial PRIMARY KEY, customer int REFERENCES customers, total numeric(10, 2));
  INSERT INTO orders (customer, total) SELECT 1 + n % 500, n / 7.0 FROM generate_series(1, 2000) n;`

/** Starts all of it; what was started is stopped where a later part fails. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const closers: (() => Promise<unknown>)[] = []
  const close = async () => {
    for (const closer of closers.splice(0)) await closer()
  }
  try {
    const folder = await mkdtemp(join(tmpdir(), 'strongroom-acceptance-'))
    closers.unshift(() => rm(folder, { recursive: true, force: true }))
    await chmod(folder, 0o755)
    const cluster = await startCluster(options.cluster)
    closers.unshift(() => cluster.stop())
    const server = await startS3Server(options.server)
    closers.unshift(() => server.close())
    let count = 0
    return {
      cluster,
      server,
      folder,
      close,
      newBucket(name?: string) {
        count += 1
        return createBucket(server, name ?? `bucket-${count}`, options.server?.sessionToken)
      },
      async newDatabase(sql = smallSql, name?: string) {
        count += 1
        const database = name ?? `shop_${count}`
        await cluster.createDatabase(database)
        if (sql !== '') await cluster.query(database, sql)
        return database
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

function createBucket(server: S3Server, name: string, sessionToken: string | undefined): Bucket {
  server.createBucket(name)
  const { endpoint, region, accessKeyId, secretAccessKey } = server
  const view = createBucketView(server.peek(name))
  return {
    ...view,
    name,
    inputs: {
      bucket: name,
      endpoint,
      region,
      'access-key-id': accessKeyId,
      'secret-access-key': secretAccessKey,
      ...(sessionToken !== undefined && { 'session-token': sessionToken }),
    },
    variables: {
      AWS_BACKUP_BUCKET: name,
      AWS_S3_ENDPOINT: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    },
    manifest: async () => JSON.parse(await view.peek.readText('strongroom/manifest.json')),
  }
}
