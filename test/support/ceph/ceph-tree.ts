import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, symlink } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { parseEnv } from 'node:util'
import { type AptSource, distributionSource, parseAptSources, sourceLine } from './apt-sources.ts'
import { runProgram } from './run-program.ts'

/** Raised whenever the way a tree is made changes, so that older trees are not used. */
const RECIPE = 1

const EXTRACT_TIMEOUT_MS = 10 * 60 * 1000
const INSTALL_TIMEOUT_MS = 5 * 60 * 1000
const PROBE_TIMEOUT_MS = 20_000

const PACKAGES = ['radosgw', 'ceph-mon', 'ceph-osd'] as const

/** A folder that holds Ceph's programs, to be entered by chroot; or why there is none. */
export type CephTree =
  | { readonly folder: string; readonly release: string }
  | { readonly unavailable: string }

interface Distribution {
  readonly codename: string
  /** Releases whose Ceph is tried, best first. */
  readonly releases: readonly string[]
  readonly components: readonly string[]
}

function isOnPath(program: string): boolean {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return folders.some((folder) => existsSync(join(folder, program)))
}

/** Conditional writes are atomic from Ceph 20 on, which forky has; trixie has 18. */
async function describeDistribution(): Promise<Distribution | undefined> {
  if (!existsSync('/etc/os-release')) return undefined
  const facts = parseEnv(await readFile('/etc/os-release', 'utf8'))
  const codename = facts['VERSION_CODENAME']
  if (codename === undefined) return undefined
  if (facts['ID'] === 'debian') {
    return { codename, releases: ['forky', 'trixie'], components: ['main'] }
  }
  if (facts['ID'] === 'ubuntu') {
    return { codename, releases: [codename], components: ['main', 'universe'] }
  }
  return undefined
}

async function readSources(): Promise<AptSource[]> {
  const folder = '/etc/apt/sources.list.d'
  const names = existsSync(folder) ? await readdir(folder) : []
  const paths = ['/etc/apt/sources.list', ...names.map((name) => join(folder, name))]
  const sources: AptSource[] = []
  for (const path of paths) {
    if (!/\.(list|sources)$/.test(path) || !existsSync(path)) continue
    const form = path.endsWith('.list') ? 'lines' : 'stanzas'
    sources.push(...parseAptSources(await readFile(path, 'utf8'), form))
  }
  return sources
}

async function installExtractor(): Promise<void> {
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const options = { timeoutMs: INSTALL_TIMEOUT_MS, env }
  const install = () =>
    runProgram('apt-get', ['install', '-y', '--no-install-recommends', 'mmdebstrap'], options)
  try {
    await install()
  } catch {
    // Most images come without package lists.
    await runProgram('apt-get', ['update'], options)
    await install()
  }
}

/** Removes a folder of ours; never follows into anything that somebody mounted there. */
export async function removeTree(folder: string): Promise<void> {
  await runProgram('rm', ['-rf', '--one-file-system', folder], { timeoutMs: EXTRACT_TIMEOUT_MS })
}

async function removeAbandoned(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const pid = /\.partial-(\d+)$/.exec(name)?.[1]
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) await removeTree(join(cache, name))
  }
}

async function extract(release: string, line: string, folder: string): Promise<void> {
  const options = [
    '--quiet',
    '--variant=extract',
    `--include=${PACKAGES.join(',')}`,
    '--aptopt=Acquire::Check-Valid-Until "false"',
    '--aptopt=APT::Install-Recommends "false"',
  ]
  await runProgram('mmdebstrap', [...options, release, folder, line], {
    timeoutMs: EXTRACT_TIMEOUT_MS,
  })
  // An extracted tree was never configured: what the base system's scripts would do is done here.
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    const isThere = existsSync(join(folder, name)) || !existsSync(join(folder, 'usr', name))
    if (!isThere) await symlink(`usr/${name}`, join(folder, name))
  }
  for (const name of ['proc', 'sys', 'run', 'tmp', 'dev', 'root']) {
    await mkdir(join(folder, name), { recursive: true })
  }
  await runProgram('chroot', [folder, 'radosgw', '--version'], { timeoutMs: PROBE_TIMEOUT_MS })
}

/** Makes a tree beside its place and moves it there, so that no half of one is ever used. */
async function ensureRelease(cache: string, release: string, line: string): Promise<string> {
  const folder = join(cache, `ceph-${release}-${process.arch}-${RECIPE}`)
  if (existsSync(folder)) return folder
  const partial = `${folder}.partial-${process.pid}`
  try {
    await extract(release, line, partial)
    // Another process may have been faster; its tree is as good.
    if (existsSync(folder)) await removeTree(partial)
    else await rename(partial, folder)
    return folder
  } catch (error) {
    await removeTree(partial)
    throw error
  }
}

/**
 * Finds, or makes once and keeps, a folder with Ceph's programs from the distribution's own
 * archive. Nothing is installed into the system but mmdebstrap, and nothing is mounted.
 */
export async function ensureCephTree(): Promise<CephTree> {
  if (process.getuid?.() !== 0) return { unavailable: 'Ceph needs root to be entered by chroot' }
  const distribution = await describeDistribution()
  if (distribution === undefined || !isOnPath('apt-get')) {
    return {
      unavailable: 'Ceph is taken from the archive of Debian or Ubuntu, and this is neither',
    }
  }
  const source = distributionSource(await readSources(), distribution.codename)
  if (source === undefined) {
    return { unavailable: `apt's configuration names no archive for ${distribution.codename}` }
  }
  const cache = join(process.env['XDG_CACHE_HOME'] ?? '/var/cache', 'strongroom-test')
  const problems: string[] = []
  try {
    await mkdir(cache, { recursive: true })
    await removeAbandoned(cache)
    if (!isOnPath('mmdebstrap')) await installExtractor()
  } catch (error) {
    return { unavailable: `Ceph cannot be fetched here: ${String(error)}` }
  }
  for (const release of distribution.releases) {
    try {
      const line = sourceLine(source, release, distribution.components)
      return { folder: await ensureRelease(cache, release, line), release }
    } catch (error) {
      problems.push(`${release}: ${String(error)}`)
    }
  }
  return { unavailable: `Ceph cannot be fetched from the archive: ${problems.join('; ')}` }
}
