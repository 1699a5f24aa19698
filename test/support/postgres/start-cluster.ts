import { existsSync, rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import {
  CLUSTER_PASSWORD,
  type ClusterContents,
  type ClusterState,
  destroy,
  endProcess,
  initialize,
  newClient,
  readLog,
  serverOwner,
  start,
  startOnFreePort,
} from './cluster-process.ts'
import { findServers, type ServerBinaries } from './server-binaries.ts'
import { serverOfMajor } from './server-of-major.ts'

/** How long a process that ends waits for its server to end. */
const EXIT_WAIT_MS = 3_000

export type Row = Record<string, unknown>

/** A throw-away PostgreSQL server on loopback. */
export interface Cluster {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  /** Folder of its Unix socket. */
  readonly socketDirectory: string
  readonly binDirectory: string
  readonly version: string
  readonly major: number
  /** The postmaster's. */
  pid(): number
  /** `postgres://…` of a database, by its literal name. @default 'postgres' */
  url(database?: string, login?: { readonly user: string; readonly password: string }): string
  createDatabase(name: string): Promise<void>
  /** Runs SQL as superuser over a connection of its own; several statements without `values`. */
  query(database: string, sql: string, values?: readonly unknown[]): Promise<Row[]>
  /** A connection that the caller closes. */
  connect(database: string): Promise<pg.Client>
  /** Everything the server has logged. */
  log(): Promise<string>
  /** Stops it and removes its data. Idempotent. */
  stop(): Promise<void>
  /** SIGKILL to the postmaster, as a crash or an out-of-memory killer would; data stay. */
  kill(): Promise<void>
  /** Ends it (fast, as an administrator would) where it runs; data stay. */
  halt(): Promise<void>
  /** Starts it again on the same port, after `kill` or `halt` or by itself. */
  restart(): Promise<void>
}

export interface ClusterOptions extends ClusterContents {
  /** @default the system's newest */
  readonly server?: ServerBinaries
  /** The same by major: the system's own, else fetched; fails where that cannot be had. */
  readonly major?: number
}

/**
 * Creates and starts a server from installed programs: in about a second, with durability off,
 * SCRAM passwords on every connection. As root it runs as the user `postgres`, since the server
 * refuses root. It is stopped and removed with this process, however that ends short of SIGKILL;
 * on Linux as root the server ends even then.
 */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const server = options.server ?? (await chooseServer(options.major))
  const owner = await serverOwner()
  const folder = await mkdtemp(join(tmpdir(), 'strongroom-pg-'))
  const state: ClusterState = { server, owner, folder, port: 0, process: undefined }
  const forget = removeWithProcess(state)
  try {
    await initialize(state, options)
    await startOnFreePort(state)
  } catch (error) {
    await destroy(state)
    forget()
    throw error
  }
  return describeCluster(state, forget)
}

/** Ends and removes the cluster with this process. Returns how to call that off. */
function removeWithProcess(state: ClusterState): () => void {
  const onExit = () => {
    state.process?.kill('SIGQUIT')
    waitForLockFile(join(state.folder, 'data', 'postmaster.pid'))
    rmSync(state.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
  }
  const onSignal = (signal: NodeJS.Signals) => {
    forget()
    onExit()
    // Nobody else listens: end as the signal would have ended us.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
  }
  const forget = () => {
    process.off('exit', onExit)
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
  }
  process.once('exit', onExit)
  process.once('SIGINT', onSignal)
  process.once('SIGTERM', onSignal)
  return forget
}

/** Blocks until the ending server has taken its lock file away, since it writes until then. */
function waitForLockFile(path: string): void {
  const pause = new Int32Array(new SharedArrayBuffer(4))
  const giveUpAt = performance.now() + EXIT_WAIT_MS
  while (existsSync(path) && performance.now() < giveUpAt) Atomics.wait(pause, 0, 0, 10)
}

async function chooseServer(major: number | undefined): Promise<ServerBinaries> {
  if (major === undefined) {
    const [newest] = await findServers()
    if (newest) return newest
    throw new Error('Cannot start a cluster: no PostgreSQL server, expected one installed')
  }
  const server = await serverOfMajor(major)
  if ('unavailable' in server) throw new Error(`Cannot start a cluster: ${server.unavailable}`)
  return server
}

function describeCluster(state: ClusterState, forget: () => void): Cluster {
  const connect = async (database: string) => {
    const client = newClient(state, database)
    await client.connect()
    return client
  }
  const query = async (database: string, sql: string, values?: readonly unknown[]) => {
    const client = await connect(database)
    try {
      const result = await client.query<Row>(sql, values && [...values])
      return result.rows
    } finally {
      await client.end()
    }
  }
  return {
    host: '127.0.0.1',
    port: state.port,
    user: 'postgres',
    password: CLUSTER_PASSWORD,
    socketDirectory: join(state.folder, 'socket'),
    binDirectory: state.server.binDirectory,
    version: state.server.version,
    major: state.server.major,
    pid: () => state.process?.pid ?? 0,
    url: (database = 'postgres', login = { user: 'postgres', password: CLUSTER_PASSWORD }) =>
      `postgres://${encodeURIComponent(login.user)}:${encodeURIComponent(login.password)}@127.0.0.1:${state.port}/${encodeURIComponent(database)}`,
    createDatabase: async (name) => {
      await query('postgres', `CREATE DATABASE ${pg.escapeIdentifier(name)}`)
    },
    query,
    connect,
    log: () => readLog(state),
    stop: async () => {
      await destroy(state)
      forget()
    },
    kill: () => endProcess(state, 'SIGKILL'),
    halt: () => endProcess(state, 'SIGINT'),
    restart: async () => {
      await endProcess(state, 'SIGINT')
      await start(state)
    },
  }
}
