import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { comparePostgresVersions } from '../domain/client-version.ts'
import type { Log } from '../job/ports.ts'
import {
  type AptRequest,
  candidateVersion,
  findRoot,
  lastLine,
  type Root,
  runApt,
  runAsRoot,
} from './run-apt.ts'

/** How an attempt to install ended. It never throws: an installed client may do as well. */
export type Installation =
  | { readonly kind: 'installed'; readonly note: string }
  | { readonly kind: 'impossible'; readonly note?: string }

export interface InstallRequest extends AptRequest {
  readonly serverMajor: number
  /** Version of the client of that major that is there already, if one is. */
  readonly installed?: string | undefined
  /** @default where Debian and Ubuntu have it */
  readonly repositoryScript?: string
  /** @default where apt has its sources */
  readonly sourcesFolder?: string
  readonly log: Pick<Log, 'info' | 'warn'>
}

const SOURCES_FOLDER = '/etc/apt/sources.list.d'
/** Comes with the package postgresql-common and sets up PostgreSQL's own repository. */
const REPOSITORY_SCRIPT = '/usr/share/postgresql-common/pgdg/apt.postgresql.org.sh'

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
