import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, rmSync } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { endDaemon, startCluster } from './ceph-cluster.ts'
import { ensureCephTree, removeTree } from './ceph-tree.ts'

/** A running Ceph gateway. */
export interface Ceph {
  readonly endpoint: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** It signs for any region but makes buckets only in this one. */
  readonly region: string
  /** The distribution's release that its programs are from. */
  readonly release: string
  /** Ends it and removes what it wrote. Idempotent. */
  close(): Promise<void>
}

const RUN_NAME = /^strongroom-(\d+)-[0-9a-f]+$/

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject).listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

/** Folders of runs whose process was killed before it could remove them. */
async function removeAbandonedRuns(tree: string): Promise<void> {
  for (const name of await readdir(join(tree, 'run'))) {
    const pid = RUN_NAME.exec(name)?.[1]
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) await removeTree(join(tree, 'run', name))
  }
}

/**
 * Starts Ceph's S3 gateway, an implementation of the protocol by others, as an independent judge
 * of our own test server. Its programs come from the distribution's archive the first time, which
 * takes about 20 s, and are kept; a later start takes 2 to 3 s. Nothing outlives this process.
 */
export async function startCeph(): Promise<Ceph | { readonly unavailable: string }> {
  const tree = await ensureCephTree()
  if ('unavailable' in tree) return tree
  await removeAbandonedRuns(tree.folder)
  const folder = `/run/strongroom-${process.pid}-${randomBytes(4).toString('hex')}`
  const outside = join(tree.folder, folder)
  const daemons: ChildProcess[] = []
  const accessKeyId = randomBytes(10).toString('hex').toUpperCase()
  const secretAccessKey = randomBytes(20).toString('hex')
  // The last moment of a process allows nothing asynchronous.
  const onExit = () => {
    for (const daemon of daemons) daemon.kill('SIGKILL')
    rmSync(outside, { recursive: true, force: true })
  }
  async function stop() {
    process.off('exit', onExit)
    await Promise.all(daemons.map(endDaemon))
    await removeTree(outside)
  }
  process.on('exit', onExit)
  try {
    await mkdir(outside, { mode: 0o700 })
    const [monitorPort, gatewayPort] = [await freePort(), await freePort()]
    await startCluster({
      tree: tree.folder,
      folder,
      monitorPort,
      gatewayPort,
      accessKeyId,
      secretAccessKey,
      onDaemon: (daemon) => void daemons.push(daemon),
    })
    let stopping: Promise<void> | undefined
    return {
      endpoint: `http://127.0.0.1:${gatewayPort}`,
      accessKeyId,
      secretAccessKey,
      region: 'us-east-1',
      release: tree.release,
      close() {
        stopping ??= stop()
        return stopping
      },
    }
  } catch (error) {
    await stop()
    throw error
  }
}
