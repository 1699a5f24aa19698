import { constants } from 'node:fs'
import { access, readdir } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { comparePostgresVersions } from '../domain/client-version.ts'
import type { Log } from '../job/ports.ts'
import { type ProgramOutput, runForOutput } from './run-for-output.ts'

/** How an attempt to install ended. It never throws: an installed client may do as well. */
export type Installation =
  | { readonly kind: 'installed'; readonly note: string }
  | { readonly kind: 'impossible'; readonly note?: string }

export interface InstallRequest {
  readonly serverMajor: number
  /** Version of the client of that major that is there already, if one is. */
  readonly installed?: string | undefined
  readonly searchPath: string
  /** @default whether this process is root's */
  readonly isRoot?: boolean
  /** @default where Debian and Ubuntu have it */
  readonly repositoryScript?: string
  /** @default where apt has its sources */
  readonly sourcesFolder?: string
  readonly log: Pick<Log, 'info' | 'warn'>
  readonly signal?: AbortSignal | undefined
}

/** Another apt at work (unattended upgrades on a fresh runner) is waited for so long. */
const LOCK_WAIT_SECONDS = 60
const APT_TIMEOUT_MS = 300_000
const QUICK_TIMEOUT_MS = 15_000
const SAID_MAX_CHARACTERS = 300
const SOURCES_FOLDER = '/etc/apt/sources.list.d'
/** Comes with the package postgresql-common and sets up PostgreSQL's own repository. */
const REPOSITORY_SCRIPT = '/usr/share/postgresql-common/pgdg/apt.postgresql.org.sh'

/** How to run something as root here. */
interface Root {
  readonly prefix: readonly string[]
  readonly aptGet: string
  readonly aptCache: string
}

/**
 * Installs `postgresql-client-<major>` by apt, or brings it up to date: from the distribution where
 * that has it, else from PostgreSQL's own repository, which is then set up by the script that
 * Debian's and Ubuntu's postgresql-common ship for it. Needs root or a sudo that asks nothing.
 */
export async function installClient(request: InstallRequest): Promise<Installation> {
  const root = await findRoot(request)
  if (!root) return { kind: 'impossible' }
  const name = `postgresql-client-${request.serverMajor}`
  request.log.info(`Installing ${name}`)
  // A failure shows in what follows: old package lists may do.
  await runApt(root, request, ['update'])
  const candidate = await candidateVersion(root, request, name)
  if (request.installed !== undefined) {
    if (candidate === undefined || comparePostgresVersions(candidate, request.installed) <= 0) {
      return { kind: 'impossible' }
    }
    return installPackage(root, request, name)
  }
  if (candidate !== undefined) return installPackage(root, request, name)
  return installFromRepository(root, request, name)
}

async function installPackage(
  root: Root,
  request: InstallRequest,
  name: string,
): Promise<Installation> {
  const end = await runApt(root, request, ['install', '-y', '--no-install-recommends', name])
  return end.code === 0
    ? { kind: 'installed', note: `Installed ${name} by apt-get` }
    : { kind: 'impossible', note: `apt-get could not install ${name}: ${lastLine(end)}` }
}

async function installFromRepository(
  root: Root,
  request: InstallRequest,
  name: string,
): Promise<Installation> {
  const packages = ['postgresql-common', 'ca-certificates']
  const common = await runApt(root, request, [
    'install',
    '-y',
    '--no-install-recommends',
    ...packages,
  ])
  const folder = request.sourcesFolder ?? SOURCES_FOLDER
  const before = await repositoryFiles(folder)
  const script =
    common.code === 0
      ? await runAsRoot(root, request, request.repositoryScript ?? REPOSITORY_SCRIPT, ['-y'])
      : common
  if (script.code === 0 && (await candidateVersion(root, request, name)) !== undefined) {
    return installPackage(root, request, name)
  }
  // A repository that cannot be reached would trouble every later apt-get of this machine.
  const added = (await repositoryFiles(folder)).filter((path) => !before.includes(path))
  if (added.length > 0) await runAsRoot(root, request, '/bin/rm', ['-f', ...added])
  return {
    kind: 'impossible',
    note: `The distribution has no ${name}, and PostgreSQL's own apt repository could not be used: ${lastLine(script)}`,
  }
}

/** What that script writes, by its age. */
async function repositoryFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder)
  return names
    .filter((name) => /^pgdg\.(list|sources)$/.test(name))
    .map((name) => join(folder, name))
}

/** The version that apt would install, or undefined where it knows none. */
async function candidateVersion(
  root: Root,
  request: InstallRequest,
  name: string,
): Promise<string | undefined> {
  const end = await runForOutput({
    path: root.aptCache,
    args: ['policy', name],
    environment: aptEnvironment(request),
    timeoutMs: QUICK_TIMEOUT_MS,
    signal: request.signal,
  })
  const found = /^\s*Candidate:\s*(?:\d+:)?(\d\S*)/m.exec(end.stdout)
  return found?.[1]
}

function runApt(root: Root, request: InstallRequest, args: readonly string[]) {
  const options = [
    '-q',
    '-o',
    `DPkg::Lock::Timeout=${LOCK_WAIT_SECONDS}`,
    '-o',
    'Acquire::Retries=2',
    '-o',
    'Acquire::http::Timeout=20',
    '-o',
    'Acquire::https::Timeout=20',
  ]
  return runAsRoot(root, request, root.aptGet, [...options, ...args])
}

/** sudo drops the environment, so the variables go through env(1); none of them is a secret. */
function runAsRoot(
  root: Root,
  request: InstallRequest,
  path: string,
  args: readonly string[],
): Promise<ProgramOutput> {
  const environment = aptEnvironment(request)
  const assignments = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
  const command =
    root.prefix.length === 0
      ? [path, ...args]
      : [...root.prefix, 'env', ...assignments, path, ...args]
  const [program = path, ...rest] = command
  return runForOutput({
    path: program,
    args: rest,
    environment,
    timeoutMs: APT_TIMEOUT_MS,
    signal: request.signal,
  })
}

function aptEnvironment(request: InstallRequest): Record<string, string> {
  return { PATH: request.searchPath, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' }
}

async function findRoot(request: InstallRequest): Promise<Root | undefined> {
  const aptGet = await onPath(request.searchPath, 'apt-get')
  const aptCache = await onPath(request.searchPath, 'apt-cache')
  if (!aptGet || !aptCache) return undefined
  if (request.isRoot ?? process.getuid?.() === 0) return { prefix: [], aptGet, aptCache }
  const sudo = await onPath(request.searchPath, 'sudo')
  if (!sudo) return undefined
  const allowed = await runForOutput({
    path: sudo,
    args: ['-n', 'true'],
    environment: aptEnvironment(request),
    timeoutMs: QUICK_TIMEOUT_MS,
    signal: request.signal,
  })
  return allowed.code === 0 ? { prefix: [sudo, '-n'], aptGet, aptCache } : undefined
}

async function onPath(searchPath: string, name: string): Promise<string | undefined> {
  for (const folder of searchPath.split(delimiter)) {
    const path = join(folder, name)
    try {
      await access(path, constants.X_OK)
      return path
    } catch {
      // Not in this folder; the next may have it.
    }
  }
  return undefined
}

/** The last thing it said, where apt puts its reason; a failed download is a mere warning to it. */
function lastLine(end: ProgramOutput): string {
  const lines = `${end.stdout}\n${end.stderr}`.split('\n').filter((line) => line.trim() !== '')
  const reason =
    lines.findLast((line) => line.startsWith('E:')) ?? lines.find((line) => /^(W|Err):/.test(line))
  if (reason === undefined && end.code === 0) return 'it has no such package'
  const said = reason ?? lines.at(-1)
  return (
    said?.trim().replace(/\.+$/, '').slice(0, SAID_MAX_CHARACTERS) ??
    end.error?.message ??
    'it said nothing'
  )
}
