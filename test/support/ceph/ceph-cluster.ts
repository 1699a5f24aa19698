import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cephConfiguration } from './ceph-configuration.ts'
import { runProgram } from './run-program.ts'

const STEP_TIMEOUT_MS = 30_000
const READY_TIMEOUT_MS = 30_000
const READY_PAUSE_MS = 50

/** Ties a program's life to ours: the kernel ends it when this process is gone. */
const KEEPER = 'setpriv'

/** Where one run of Ceph lives. */
export interface ClusterPlan {
  /** The tree that is entered. */
  readonly tree: string
  /** Folder of this run, as seen inside the tree. */
  readonly folder: string
  readonly monitorPort: number
  readonly gatewayPort: number
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Told each daemon as it is started. */
  readonly onDaemon: (daemon: ChildProcess) => void
}

/** What runs inside the tree. */
function createRunner(plan: ClusterPlan) {
  const configuration = ['-c', `${plan.folder}/ceph.conf`]
  const options = { timeoutMs: STEP_TIMEOUT_MS }
  return {
    tool: (program: string, ...args: string[]) =>
      runProgram('chroot', [plan.tree, program, ...args], options),
    command: (program: string, ...args: string[]) =>
      runProgram('chroot', [plan.tree, program, ...configuration, ...args], options),
    /** In the foreground, and ended by the kernel should this process die without a word. */
    daemon(program: string, ...args: string[]): ChildProcess {
      const own = ['--pdeathsig', 'KILL', 'chroot', plan.tree, program, ...configuration, '-f']
      const child = spawn(KEEPER, [...own, ...args], { stdio: 'ignore' })
      plan.onDaemon(child)
      return child
    },
  }
}

const CAPABILITIES: Readonly<Record<string, readonly string[]>> = {
  'mon.': ['mon', 'allow *'],
  'client.admin': ['mon', 'allow *', 'osd', 'allow *', 'mgr', 'allow *'],
  'osd.0': ['mon', 'allow profile osd', 'osd', 'allow *', 'mgr', 'allow *'],
  'client.rgw': ['mon', 'allow *', 'osd', 'allow *', 'mgr', 'allow *'],
}

async function makeKeyring(runner: ReturnType<typeof createRunner>, path: string) {
  let isNew = true
  for (const [name, pairs] of Object.entries(CAPABILITIES)) {
    const caps = pairs.flatMap((word, at) => (at % 2 === 0 ? ['--cap', word] : [word]))
    const create = isNew ? ['--create-keyring'] : []
    await runner.tool('ceph-authtool', ...create, path, '--gen-key', '-n', name, ...caps)
    isNew = false
  }
}

async function waitForGateway(gateway: ChildProcess, port: number): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS
  while (Date.now() < deadline) {
    if (gateway.exitCode !== null || gateway.signalCode !== null) {
      throw new Error('Cannot start Ceph: its gateway has ended, expected it to serve')
    }
    try {
      await fetch(`http://127.0.0.1:${port}/`)
      return
    } catch (error) {
      // Refused until the gateway listens.
      if (!(error instanceof TypeError)) throw error
      await sleep(READY_PAUSE_MS)
    }
  }
  throw new Error(`Cannot start Ceph: no answer within ${READY_TIMEOUT_MS} ms, expected one`)
}

/**
 * Starts a monitor, a storage daemon that keeps everything in memory, and a gateway.
 *
 * @throws Error where a step fails; the caller ends the daemons that were started
 */
export async function startCluster(plan: ClusterPlan): Promise<void> {
  const { folder, monitorPort, gatewayPort } = plan
  const runner = createRunner(plan)
  const [clusterId, storageId] = [randomUUID(), randomUUID()]
  const outside = join(plan.tree, folder)
  for (const name of ['mon', 'osd', 'rgw']) await mkdir(join(outside, name), { recursive: true })
  const facts = { folder, clusterId, monitorPort, gatewayPort }
  await writeFile(join(outside, 'ceph.conf'), cephConfiguration(facts))
  const [keyring, map] = [`${folder}/keyring`, `${folder}/monmap`]
  await makeKeyring(runner, keyring)
  const address = `[v2:127.0.0.1:${monitorPort}]`
  await runner.tool('monmaptool', '--create', '--fsid', clusterId, '--addv', 'a', address, map)
  const first = ['-i', 'a', '--monmap', map, '--keyring', keyring]
  await runner.command('ceph-mon', '--mkfs', ...first)
  runner.daemon('ceph-mon', '-i', 'a')
  await runner.command('ceph', 'osd', 'new', storageId)
  await runner.command('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', storageId)
  runner.daemon('ceph-osd', '-i', '0')
  const keys = ['--access-key', plan.accessKeyId, '--secret-key', plan.secretAccessKey]
  const user = ['--uid', 'judge', '--display-name', 'judge', ...keys]
  await runner.command('radosgw-admin', '-n', 'client.rgw', 'user', 'create', ...user)
  const gateway = runner.daemon('radosgw', '-n', 'client.rgw')
  await waitForGateway(gateway, gatewayPort)
}

/** Ends a daemon at once: what it holds is in memory and not wanted any more. */
export async function endDaemon(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return
  const ended = once(daemon, 'exit')
  if (daemon.kill('SIGKILL')) await ended
}
