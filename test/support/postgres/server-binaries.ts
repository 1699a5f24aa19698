import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parsePostgresVersion } from '../../../action/domain/client-version.ts'

const run = promisify(execFile)

/** An installed PostgreSQL server: initdb and postgres in one folder. */
export interface ServerBinaries {
  readonly binDirectory: string
  readonly major: number
  /** "15.20". */
  readonly version: string
}

/** Where the distributions keep their servers, one folder per major. */
const roots = ['/usr/lib/postgresql', '/usr/local/opt', '/opt/homebrew/opt']

/** The system's own servers, the newest first. */
export async function findServers(): Promise<ServerBinaries[]> {
  const found = await Promise.all(roots.map(serversBelow))
  return found.flat().sort((a, b) => b.major - a.major)
}

async function serversBelow(root: string): Promise<ServerBinaries[]> {
  // Absent on most machines.
  const names = await readdir(root).catch(() => [])
  const servers = await Promise.all(names.map((name) => inspectServer(join(root, name, 'bin'))))
  return servers.filter((server) => server !== undefined)
}

/** What `postgres --version` in that folder says; nothing where there is none. */
export async function inspectServer(binDirectory: string): Promise<ServerBinaries | undefined> {
  try {
    const { stdout } = await run(join(binDirectory, 'postgres'), ['--version'])
    const version = parsePostgresVersion(stdout)
    return version && { binDirectory, major: version.major, version: version.text }
  } catch {
    // A folder with client programs only, or of something else.
    return undefined
  }
}
