import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { assertBucketName } from './buckets.ts'
import { createDiskByteStore } from './disk-byte-store.ts'
import { createFaults, type Faults } from './faults.ts'
import { createMemoryByteStore } from './memory-byte-store.ts'
import { createPeek, type Peek } from './peek.ts'
import type { LoggedRequest } from './request-log.ts'
import { type Surroundings, serve } from './serve.ts'
import type { Etags, Rules, Settings } from './settings.ts'
import { createBucket } from './state.ts'

/** How a server is to be. */
export interface S3ServerOptions {
  /** @default 'aws' */
  readonly rules?: Rules
  /** Keeps bytes in files of a new folder in here, removed on close; in memory where absent. */
  readonly directory?: string
  readonly accessKeyId?: string
  readonly secretAccessKey?: string
  /** Makes the credentials temporary: requests must carry this token. */
  readonly sessionToken?: string
  /** @default 'us-east-1', or 'auto' under R2's rules */
  readonly region?: string
  /**
   * `quick` saves the time for MD5 in benchmarks.
   * @default 'md5'
   */
  readonly etags?: Etags
  /** @default a free one */
  readonly port?: number
}

/** A running server. */
export interface S3Server {
  /** `http://127.0.0.1:PORT`; buckets are addressed by path. */
  readonly endpoint: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly region: string
  /** Every request so far, in order of arrival. */
  readonly requests: readonly LoggedRequest[]
  readonly faults: Faults
  createBucket(name: string): void
  peek(bucket: string): Peek
  /** Releases everything that hangs, and removes what lies on disk. Idempotent. */
  close(): Promise<void>
}

/**
 * Starts an S3 server on loopback for tests and demonstrations: real signatures, conditional
 * writes, multipart uploads, AWS's or R2's own rules, and faults on demand.
 */
export async function startS3Server(options: S3ServerOptions = {}): Promise<S3Server> {
  const { rules = 'aws', directory } = options
  const { faults, take, clockOffsetMs } = createFaults()
  const settings: Settings = {
    rules,
    accessKeyId: options.accessKeyId ?? 'STRONGROOMTESTKEY',
    secretAccessKey: options.secretAccessKey ?? 'strongroom/test+secret',
    sessionToken: options.sessionToken,
    region: options.region ?? (rules === 'r2' ? 'auto' : 'us-east-1'),
    etags: options.etags ?? 'md5',
    now: () => new Date(Date.now() + clockOffsetMs()),
  }
  const bytes =
    directory === undefined ? createMemoryByteStore() : await createDiskByteStore(directory)
  const state = { buckets: new Map(), bytes }
  const log: LoggedRequest[] = []
  const closing = new AbortController()
  const around: Surroundings = { settings, state, log, take, signal: closing.signal }
  const serving = new Set<Promise<void>>()
  let count = 0
  const server = createServer((incoming, response) => {
    count += 1
    const task = serve(incoming, response, count, around)
    serving.add(task)
    void task.finally(() => serving.delete(task))
  })
  // A connection that rests is the client's to close: closing it here would race its next request.
  server.keepAliveTimeout = 0
  server.requestTimeout = 0
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  async function stop() {
    closing.abort()
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await closed
    await Promise.all(serving)
    await bytes.close()
  }
  let stopping: Promise<void> | undefined
  return {
    endpoint: `http://127.0.0.1:${port}`,
    accessKeyId: settings.accessKeyId,
    secretAccessKey: settings.secretAccessKey,
    region: settings.region,
    requests: log,
    faults,
    createBucket(name) {
      assertBucketName(name)
      if (!state.buckets.has(name)) state.buckets.set(name, createBucket(name, settings.now()))
    },
    peek: (bucket) => createPeek(state, bucket, settings.now),
    close() {
      stopping ??= stop()
      return stopping
    },
  }
}
