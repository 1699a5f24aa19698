import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { type Cluster, startCluster } from '../../test/support/postgres/start-cluster.ts'

/** What every measurement runs against: a real server and a bucket in a process of its own. */
export interface World {
  readonly cluster: Cluster
  readonly directory: string
  readonly endpoint: string
  readonly bucket: string
  /** The environment of every measured command. */
  readonly env: Readonly<Record<string, string>>
  close(): Promise<void>
}

/** A server that is being killed may still write. */
const removalsMax = 5

const root = resolve(import.meta.dirname, '..', '..')
const answerSchema = z.object({
  endpoint: z.string(),
  bucket: z.string(),
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
})

/**
 * PostgreSQL's own defaults again where the tests' servers differ, but for fsync: a server that leaves out its log
 * loads dumps faster than any in use.
 */
const serverSettings = {
  synchronous_commit: 'on',
  full_page_writes: 'on',
  wal_level: 'replica',
  max_wal_senders: '10',
  max_wal_size: '1GB',
  shared_buffers: '128MB',
  max_connections: '100',
}

/** Starts both servers on free ports. `close` removes everything, as does the end of this process. */
export async function openWorld(): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), 'strongroom-bench-'))
  const cluster = await startCluster({ settings: serverSettings })
  const objects = join(directory, 'objects')
  const door = join(root, 'test', 'support', 's3-server', 'main.ts')
  const words = [door, '--directory', objects, '--bucket', 'bench', '--etags', 'quick']
  const server = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
  const removeAll = () => {
    server.kill('SIGKILL')
    rmSync(directory, { recursive: true, force: true, maxRetries: removalsMax })
  }
  process.once('exit', removeAll)
  const [line] = await Array.fromAsync(firstLine(server.stdout))
  const { endpoint, bucket, accessKeyId, secretAccessKey } = answerSchema.parse(
    JSON.parse(line ?? '{}'),
  )
  return {
    cluster,
    directory,
    endpoint,
    bucket,
    env: {
      PATH: `${join(root, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}`,
      HOME: directory,
      LANG: 'C.UTF-8',
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_S3_ENDPOINT: endpoint,
      AWS_BACKUP_BUCKET: bucket,
    },
    async close() {
      await cluster.stop()
      removeAll()
      process.off('exit', removeAll)
    },
  }
}

async function* firstLine(stream: NodeJS.ReadableStream): AsyncGenerator<string> {
  for await (const line of createInterface({ input: stream })) {
    yield line
    return
  }
}
