import { isBelowFloor, securityFloor } from '../domain/client-version.ts'
import { Failure } from '../domain/failure.ts'
import type { Log } from '../job/ports.ts'
import { installClient } from './install-client.ts'
import { type ClientPrograms, findInstalledClients } from './installed-clients.ts'

/** The programs that will be used, and what the user should know of them. */
export interface ChosenClient extends ClientPrograms {
  readonly notes: readonly string[]
}

export interface ClientRequest {
  /** 15. */
  readonly serverMajor: number
  readonly purpose: 'dump' | 'restore'
  /** Whether a missing or unsafe client may be installed by apt. */
  readonly installClient: boolean
  readonly log: Pick<Log, 'info' | 'warn'>
  /** As in the `PATH` variable, for programs outside the usual folders, `apt-get` and `sudo`. */
  readonly searchPath?: string | undefined
  /** In the place of the usual folders of installations. */
  readonly roots?: readonly string[] | undefined
  /** @default whether this process is root's */
  readonly isRoot?: boolean
  /** @default where Debian and Ubuntu have it */
  readonly repositoryScript?: string
  /** @default where apt has its sources */
  readonly sourcesFolder?: string
  readonly signal?: AbortSignal | undefined
}

export const DEFAULT_SEARCH_PATH =
  '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/homebrew/bin'

/**
 * Chooses the client programs for a server: those of its own major, installed or brought up to
 * date by apt where that is allowed and possible; else the nearest newer ones, with a note.
 * @throws Failure `client_missing` or `client_too_old`, whose hint holds the line that installs it
 */
export async function findClient(request: ClientRequest): Promise<ChosenClient> {
  const search = {
    searchPath: request.searchPath ?? DEFAULT_SEARCH_PATH,
    roots: request.roots,
    signal: request.signal,
  }
  const before = pick(await findInstalledClients(search), request.serverMajor)
  if (before.own && !isBelowFloor(before.own.version)) return withNotes(before.own, request, [])
  const installed = request.installClient
    ? await installClient({
        ...request,
        searchPath: search.searchPath,
        installed: before.own?.version,
      })
    : undefined
  const after =
    installed?.kind === 'installed'
      ? pick(await findInstalledClients(search), request.serverMajor)
      : before
  const notes = installed === undefined ? [] : [installed.note].filter((note) => note !== undefined)
  const chosen = after.own ?? after.newer
  if (chosen) return withNotes(chosen, request, notes)
  throw noFittingClient(request.serverMajor, after.older, notes)
}

interface Picked {
  readonly own: ClientPrograms | undefined
  readonly newer: ClientPrograms | undefined
  readonly older: ClientPrograms | undefined
}

/** `clients` come sorted, newest first. */
function pick(clients: readonly ClientPrograms[], serverMajor: number): Picked {
  return {
    own: clients.find((client) => client.major === serverMajor),
    newer: nearestNewer(clients, serverMajor),
    older: clients.find((client) => client.major < serverMajor),
  }
}

function nearestNewer(clients: readonly ClientPrograms[], serverMajor: number) {
  const nearest = clients.findLast((client) => client.major > serverMajor)
  return clients.find((client) => client.major === nearest?.major)
}

function withNotes(
  client: ClientPrograms,
  request: ClientRequest,
  notes: readonly string[],
): ChosenClient {
  return { ...client, notes: [...notes, ...versionNotes(client, request)] }
}

function versionNotes(client: ClientPrograms, request: ClientRequest): string[] {
  const notes: string[] = []
  if (client.major !== request.serverMajor) {
    notes.push(
      `Client programs ${client.version} serve a server of major ${request.serverMajor}, since none of its own major is installed`,
    )
    if (client.major >= 17 && request.serverMajor < 17) {
      notes.push(
        request.purpose === 'dump'
          ? 'A dump by pg_dump 17 or newer holds SET transaction_timeout, which servers before 17 refuse when it is restored there'
          : 'pg_restore 17 or newer sends SET transaction_timeout, which servers before 17 refuse',
      )
    }
  }
  if (isBelowFloor(client.version)) {
    const floor = securityFloor(client.major)
    notes.push(
      floor === undefined
        ? `Client programs ${client.version} are out of support and lack security fixes`
        : `Client programs ${client.version} lack security fixes of ${floor}: upgrade postgresql-client-${client.major}`,
    )
  }
  return notes
}

function noFittingClient(
  serverMajor: number,
  older: ClientPrograms | undefined,
  notes: readonly string[],
): Failure {
  const hint = [
    ...notes,
    `Install it in a step before this one: sudo apt-get install -y postgresql-client-${serverMajor} (from apt.postgresql.org where the distribution lacks it)`,
  ].join('. ')
  if (older) {
    return new Failure({
      code: 'client_too_old',
      stage: 'client',
      message: `Cannot use the client programs: they are of version ${older.version}, expected ${serverMajor} or newer, as the server is`,
      hint,
    })
  }
  return new Failure({
    code: 'client_missing',
    stage: 'client',
    message: `Cannot find pg_dump, psql and pg_restore: none is installed, expected those of major ${serverMajor}`,
    hint,
  })
}
