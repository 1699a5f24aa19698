import { isBelowFloor } from '../../action/domain/client-version.ts'
import { findInstalledClients } from '../../action/postgres/installed-clients.ts'
import { aptGet, rootPrefix } from './apt-get.ts'
import { findServers } from './postgres/server-binaries.ts'

/**
 * Vitest's global set-up: PostgreSQL's server and client programs must be there and above the
 * security floor that Strongroom itself asks for. By apt as root, or with a sudo that asks
 * nothing; quick where nothing is to do.
 */
export async function setup(): Promise<void> {
  const before = await findServers()
  if (hasSafe(before) && hasSafe(await findInstalledClients({ searchPath: '' }))) return
  const root = await rootPrefix()
  if (!root) {
    // An old client restores our own dumps well enough; no client at all is another matter.
    if (before.length > 0) return warnOld(before[0]?.version)
    throw new Error(
      'Cannot start PostgreSQL: it is not installed, expected its server and client programs (Debian, Ubuntu: sudo apt-get install postgresql)',
    )
  }
  await aptGet(root, 'PostgreSQL', ['update'])
  const majors = before.map((server) => [
    `postgresql-${server.major}`,
    `postgresql-client-${server.major}`,
  ])
  await aptGet(root, 'PostgreSQL', [
    'install',
    '-y',
    '--no-install-recommends',
    'postgresql',
    'postgresql-client',
    ...majors.flat(),
  ])
  const after = await findServers()
  if (after.length === 0)
    throw new Error('Cannot start PostgreSQL: apt-get installed none, expected one')
  if (!hasSafe(after)) warnOld(after[0]?.version)
}

function hasSafe(programs: readonly { readonly version: string }[]): boolean {
  return programs.some((program) => !isBelowFloor(program.version))
}

function warnOld(version: string | undefined): void {
  console.warn(`PostgreSQL ${version} lacks security fixes; the tests run on it all the same`)
}
