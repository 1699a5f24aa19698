import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, mkdir, open, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { findFreePort } from './free-port.ts'
import type { ServerBinaries } from './server-binaries.ts'

const run = promisify(execFile)

/** The superuser's: with characters that must be escaped wherever it goes. */
export const CLUSTER_PASSWORD = 'made-up:for\\tests'
const START_TIMEOUT_MS = 30_000
const STOP_TIMEOUT_MS = 20_000
const PORT_TRIES_MAX = 5
/** How often a starting server is asked whether it is there; it has no way to tell. */
const POLL_MS = 20

interface Owner {
  readonly uid: number
  readonly gid: number
}

/** A cluster as its parts know it. */
export interface ClusterState {
  readonly server: ServerBinaries
  /** Set where we are root and the server must not be. */
  readonly owner: Owner | undefined
  readonly folder: string
  port: number
  process: ChildProcess | undefined
}

/** The user that a server of ours must run as where we are root. */
export async function serverOwner(): Promise<Owner | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const { stdout } = await run('getent', ['passwd', 'postgres'])
  const [, , uid, gid] = stdout.split(':')
  return { uid: Number(uid), gid: Number(gid) }
}

/** The command as the server's user. It must end when we do, even by SIGKILL. */
function asOwner(owner: Owner | undefined, program: string, args: readonly string[]): string[] {
  if (!owner) return [program, ...args]
  const ids = [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups']
  return ['setpriv', ...ids, '--pdeathsig=QUIT', program, ...args]
}

/** What a new cluster holds besides its defaults. */
export interface ClusterContents {
  /** Lines of postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>
  /** Files for the data folder (certificates), owned by the server's user, mode 0600. */
  readonly files?: Readonly<Record<string, string>>
}

/** Makes the data folder: SCRAM for every connection, durability off. */
export async function initialize(state: ClusterState, options: ClusterContents): Promise<void> {
  const { folder, owner, server } = state
  const passwordFile = join(folder, 'password')
  await writeFile(passwordFile, CLUSTER_PASSWORD)
  for (const path of [folder, passwordFile]) if (owner) await chown(path, owner.uid, owner.gid)
  await chmod(folder, 0o755)
  const [program = '', ...args] = asOwner(owner, join(server.binDirectory, 'initdb'), [
    `--pgdata=${join(folder, 'data')}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--username=postgres',
    '--encoding=UTF8',
    '--locale=C.UTF-8',
    '--no-sync',
  ])
  await run(program, args, { env: { ...process.env, LC_ALL: 'C' } })
  const socketFolder = join(folder, 'socket')
  await mkdir(socketFolder)
  if (owner) await chown(socketFolder, owner.uid, owner.gid)
  for (const [name, text] of Object.entries(options.files ?? {})) {
    const path = join(folder, 'data', name)
    await writeFile(path, text, { mode: 0o600 })
    if (owner) await chown(path, owner.uid, owner.gid)
  }
  await writeSettings(state, options.settings ?? {})
}

async function writeSettings(state: ClusterState, settings: Record<string, string>): Promise<void> {
  const all: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: join(state.folder, 'socket'),
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    wal_level: 'minimal',
    max_wal_senders: '0',
    max_wal_size: '4GB',
    shared_buffers: '64MB',
    max_connections: '60',
    ...settings,
  }
  const lines = Object.entries(all).map(
    ([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`,
  )
  const file = await open(join(state.folder, 'data', 'postgresql.conf'), 'a')
  await file.write(lines.join(''))
  await file.close()
}

/** Starts it on a port that nobody has, trying again where somebody was quicker. */
export async function startOnFreePort(state: ClusterState): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    state.port = await findFreePort()
    try {
      return await start(state)
    } catch (error) {
      const log = await readLog(state)
      if (tries === PORT_TRIES_MAX || !/could not bind/.test(log)) throw error
    }
  }
}

/** Starts the postmaster as our own child and waits until it answers. */
export async function start(state: ClusterState): Promise<void> {
  const log = await open(join(state.folder, 'log'), 'a')
  const [program = '', ...args] = asOwner(
    state.owner,
    join(state.server.binDirectory, 'postgres'),
    ['-D', join(state.folder, 'data'), '-p', String(state.port)],
  )
  const child = spawn(program, args, {
    cwd: state.folder,
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  })
  state.process = child
  await log.close()
  const giveUpAt = performance.now() + START_TIMEOUT_MS
  while (!(await answers(state))) {
    if (child.exitCode !== null || child.signalCode !== null || performance.now() > giveUpAt) {
      throw new Error(`Cannot start a cluster: ${(await readLog(state)).slice(-2000)}`)
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

async function answers(state: ClusterState): Promise<boolean> {
  const client = newClient(state, 'postgres')
  try {
    await client.connect()
    await client.end()
    return true
  } catch {
    // Not yet; the caller knows when to give up.
    return false
  }
}

/** A superuser's connection, not yet connected. */
export function newClient(state: ClusterState, database: string): pg.Client {
  const client = new pg.Client({
    host: '127.0.0.1',
    port: state.port,
    user: 'postgres',
    password: CLUSTER_PASSWORD,
    database,
    ssl: false,
  })
  // The tests end servers and sessions on purpose; the query under way tells.
  client.on('error', () => undefined)
  return client
}

/** Everything the server has logged. */
export function readLog(state: ClusterState): Promise<string> {
  return readFile(join(state.folder, 'log'), 'utf8')
}

/** Ends the postmaster where it runs; at once where the signal does not do it in time. */
export async function endProcess(state: ClusterState, signal: NodeJS.Signals): Promise<void> {
  const child = state.process
  if (!child || child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill(signal)
  const timer = setTimeout(() => child.kill('SIGQUIT'), STOP_TIMEOUT_MS)
  await ended.finally(() => clearTimeout(timer))
}

/** Ends it and removes its folder. */
export async function destroy(state: ClusterState): Promise<void> {
  await endProcess(state, 'SIGINT')
  await rm(state.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
}
