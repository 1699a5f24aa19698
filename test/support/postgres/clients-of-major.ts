import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseEnv, promisify } from 'node:util'
import { findInstalledClients } from '../../../action/postgres/installed-clients.ts'
import { distributionSource, parseAptSources, sourceLine } from '../ceph/apt-sources.ts'
import { cached } from './cache-folder.ts'
import type { Unavailable } from './server-of-major.ts'

const run = promisify(execFile)
const EXTRACT_TIMEOUT_MS = 300_000

/** Debian's releases by the major of their PostgreSQL. */
const releases: Readonly<Record<number, string>> = { 17: 'trixie', 18: 'forky' }

/**
 * A folder with pg_dump, psql and pg_restore of the given major: the system's own, else Debian's
 * packages of a newer release, extracted into the cache and started through that release's own
 * loader. Needs root and Debian; the archive is the one that apt is configured for.
 */
export async function clientsOfMajor(major: number): Promise<string | Unavailable> {
  const installed = await findInstalledClients({ searchPath: '' })
  const own = installed.find((client) => client.major === major)
  if (own) return join(own.pgDump, '..')
  const release = releases[major]
  if (release === undefined) return { unavailable: `no Debian release has PostgreSQL ${major}` }
  if (process.getuid?.() !== 0) return { unavailable: 'extracting packages needs root' }
  try {
    const line = await archiveLine(release)
    if (line === undefined) return { unavailable: 'this is no Debian with its archive in apt' }
    const folder = await cached(`postgres-clients-${major}-1`, (partial) =>
      extract(major, release, line, partial),
    )
    return join(folder, 'bin')
  } catch (error) {
    return {
      unavailable: `client programs ${major} cannot be fetched: ${String(error).slice(0, 500)}`,
    }
  }
}

async function archiveLine(release: string): Promise<string | undefined> {
  const facts = parseEnv(await readFile('/etc/os-release', 'utf8'))
  if (facts['ID'] !== 'debian') return undefined
  const folder = '/etc/apt/sources.list.d'
  const names = await readdir(folder)
  const paths = ['/etc/apt/sources.list', ...names.map((name) => join(folder, name))]
  const texts = await Promise.all(
    paths.map(async (path) => ({ path, text: await readFile(path, 'utf8').catch(() => '') })),
  )
  const sources = texts.flatMap(({ path, text }) =>
    parseAptSources(text, path.endsWith('.sources') ? 'stanzas' : 'lines'),
  )
  const source = distributionSource(sources, facts['VERSION_CODENAME'] ?? '')
  return source && sourceLine(source, release, ['main'])
}

async function extract(
  major: number,
  release: string,
  line: string,
  folder: string,
): Promise<void> {
  const options = { timeout: EXTRACT_TIMEOUT_MS, maxBuffer: 16 * 1024 * 1024 }
  await run('mmdebstrap', ['--version']).catch(() =>
    run('apt-get', ['install', '-y', '--no-install-recommends', 'mmdebstrap'], options),
  )
  const tree = join(folder, 'tree')
  const flags = [
    '--quiet',
    '--variant=extract',
    `--include=postgresql-client-${major}`,
    '--aptopt=Acquire::Check-Valid-Until "false"',
    '--aptopt=APT::Install-Recommends "false"',
  ]
  await run('mmdebstrap', [...flags, release, tree, line], options)
  await mkdir(join(folder, 'bin'))
  for (const name of ['pg_dump', 'psql', 'pg_restore']) {
    await writeFile(join(folder, 'bin', name), launcher(major, name), { mode: 0o755 })
  }
}

/** Finds the tree beside itself, since the folder is moved after it was made. */
function launcher(major: number, name: string): string {
  const multiarch = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu'
  const loader = process.arch === 'arm64' ? 'ld-linux-aarch64.so.1' : 'ld-linux-x86-64.so.2'
  return `#!/bin/sh
tree=\${0%/bin/*}/tree
exec "$tree/usr/lib/${multiarch}/${loader}" --library-path "$tree/usr/lib/${multiarch}" \\
  "$tree/usr/lib/postgresql/${major}/bin/${name}" "$@"
`
}
