import { constants } from 'node:fs'
import { access, readdir, realpath } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { comparePostgresVersions, parsePostgresVersion } from '../domain/client-version.ts'
import { runForOutput } from './run-for-output.ts'

/** One installation of the client programs, by absolute path. */
export interface ClientPrograms {
  readonly pgDump: string
  readonly psql: string
  readonly pgRestore: string
  /** "15.20". */
  readonly version: string
  readonly major: number
}

/** Folders that hold one folder per major, and where in it the programs are. */
const versionedFolders = [
  { root: '/usr/lib/postgresql', bin: 'bin' }, // Debian, Ubuntu
  { root: '/usr', bin: 'bin', prefix: 'pgsql-' }, // PostgreSQL's own packages for RHEL
  { root: '/opt/homebrew/opt', bin: 'bin', prefix: 'postgresql@' },
  { root: '/usr/local/opt', bin: 'bin', prefix: 'postgresql@' },
  { root: '/Applications/Postgres.app/Contents/Versions', bin: 'bin' },
]

const singleFolders = [
  '/opt/homebrew/opt/libpq/bin',
  '/usr/local/opt/libpq/bin',
  '/usr/local/pgsql/bin',
]

const VERSION_TIMEOUT_MS = 10_000

export interface ClientSearch {
  /** As in the `PATH` variable. */
  readonly searchPath: string
  /** In the place of the usual folders; each holds one folder per major. */
  readonly roots?: readonly string[] | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Every complete installation (pg_dump, psql and pg_restore side by side), the newest minor first
 * within a major. Debian's `pg_wrapper` on the path is passed over: it picks a version by itself,
 * and what it picks from is found anyway.
 */
export async function findInstalledClients(search: ClientSearch): Promise<ClientPrograms[]> {
  const found = new Map<string, ClientPrograms>()
  for (const folder of await candidateFolders(search)) {
    const client = await inspectFolder(folder, search.signal)
    if (client && !found.has(client.pgDump)) found.set(client.pgDump, client)
  }
  return [...found.values()].sort((a, b) => comparePostgresVersions(b.version, a.version))
}

async function candidateFolders(search: ClientSearch): Promise<string[]> {
  const families: { root: string; bin: string; prefix?: string }[] =
    search.roots?.map((root) => ({ root, bin: 'bin' })) ?? versionedFolders
  const folders: string[] = []
  for (const { root, bin, prefix = '' } of families) {
    const names = await listFolder(root)
    const versions = names.filter(
      (name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)),
    )
    folders.push(...versions.map((name) => join(root, name, bin)))
  }
  const onPath = search.searchPath.split(delimiter).filter((folder) => folder.startsWith('/'))
  return [...folders, ...(search.roots ? [] : singleFolders), ...onPath]
}

async function listFolder(path: string): Promise<string[]> {
  try {
    return await readdir(path)
  } catch {
    // Most of these folders do not exist on any one machine.
    return []
  }
}

async function inspectFolder(
  folder: string,
  signal: AbortSignal | undefined,
): Promise<ClientPrograms | undefined> {
  const [pgDump, psql, pgRestore] = await Promise.all(
    ['pg_dump', 'psql', 'pg_restore'].map((name) => resolveProgram(join(folder, name))),
  )
  if (!pgDump || !psql || !pgRestore) return undefined
  const printed = await runForOutput({
    path: pgDump,
    args: ['--version'],
    environment: { LC_ALL: 'C' },
    timeoutMs: VERSION_TIMEOUT_MS,
    signal,
  })
  const version = printed.code === 0 ? parsePostgresVersion(printed.stdout) : undefined
  if (!version) return undefined
  return { pgDump, psql, pgRestore, version: version.text, major: version.major }
}

/** The real path of an executable that is not Debian's wrapper. */
async function resolveProgram(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.X_OK)
    const real = await realpath(path)
    return real.endsWith('/pg_wrapper') ? undefined : real
  } catch {
    // Not there, or not for us to run: no candidate either way.
    return undefined
  }
}
