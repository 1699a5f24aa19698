import { isBelowFloor, securityFloor } from '../../domain/client-version.ts'
import type { Stage } from '../../domain/failure.ts'
import { Failure } from '../../domain/failure.ts'
import type { Clock, Lease, LoadRequest, Log, Random, RestoreTarget } from '../../job/ports.ts'
import { type ChosenClient, findClient } from '../client-programs.ts'
import { parseConnectionUrl } from '../connection-settings.ts'
import { createPasswordFile } from '../password-file.ts'
import { analyzeDatabase } from './analyze-database.ts'
import { carryOver } from './carry-over.ts'
import { checkSequences } from './check-sequences.ts'
import { countRows } from './count-rows.ts'
import { describeTarget } from './describe-target.ts'
import { dropDatabase } from './drop-database.ts'
import { hasDatabase } from './has-database.ts'
import { isTrue } from './is-true.ts'
import { loadDatabase } from './load-database.ts'
import { createLoadSession, endLoadSessions } from './load-session.ts'
import { findMaintenanceDatabase } from './maintenance-database.ts'
import { queryFailure } from './query-failure.ts'
import { renameDatabase } from './rename-database.ts'
import { createScratch, listScratch } from './scratch-databases.ts'
import { createScratchName } from './scratch-name.ts'
import { swapDatabases } from './swap-databases.ts'
import { lockTarget } from './target-lock.ts'
import type { TargetServer } from './target-server.ts'

export interface RestoreTargetOptions {
  /** Of the target database, which need not exist. */
  readonly url: string
  /** For the password file and lists of archives, removed again. */
  readonly temporaryDirectory: string
  /** Whether missing or unsafe client programs may be installed. */
  readonly installClient: boolean
  readonly redact: (text: string) => string
  readonly log: Log
  readonly clock: Clock
  readonly random: Random
  /** As in the `PATH` variable: where client programs, apt-get and sudo are looked for as well. */
  readonly searchPath?: string
  /** From this size on, rows of a plain dump's table are loaded on a connection of ours. @default 1 MiB */
  readonly largeTableBytes?: number
}

/** Smaller tables are done before a second connection would be. */
const LARGE_TABLE_BYTES = 1024 * 1024

/**
 * The server that a restore goes to. Nothing is connected before the first call.
 *
 * Whatever dies at whatever moment, the target is as before or whole: everything that touches it
 * is one transaction of the server's (`load` in place, `swap`), and everything else happens in
 * databases that nobody uses and that a later run recognises (`listScratch`).
 * @throws Failure `database_url_invalid`, `transaction_pooler`
 */
export function openRestoreTarget(options: RestoreTargetOptions): RestoreTarget {
  const settings = parseConnectionUrl(options.url)
  const { log, redact } = options
  const closing = new AbortController()
  const leases = new Set<Lease>()
  const passwordFiles = new Set<() => void>()
  const backupIds = new Map<string, string>()
  let maintenance: Promise<string> | undefined
  let programs: { client: ChosenClient; serverMajor: number } | undefined
  const server: TargetServer = {
    settings,
    redact,
    log,
    clock: options.clock,
    random: options.random,
    lockPids: new Set(),
    maintenance: async (signal) => {
      maintenance ??= findMaintenanceDatabase(settings, signal)
      try {
        return await maintenance
      } catch (error) {
        maintenance = undefined
        throw error
      }
    },
  }

  /** Bounds `work` by the caller's signal and by `close`, and explains what the server says. */
  const run = async <T>(
    action: string,
    stage: Stage,
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> => {
    const either = signal ? AbortSignal.any([signal, closing.signal]) : closing.signal
    try {
      either.throwIfAborted()
      return await work(either)
    } catch (error) {
      either.throwIfAborted()
      throw queryFailure(error, action, stage, redact)
    }
  }
  const chooseClient = async (serverMajor: number, signal: AbortSignal) => {
    const { installClient, searchPath } = options
    const purpose = 'restore'
    const client = await findClient({
      serverMajor,
      purpose,
      installClient,
      searchPath,
      log,
      signal,
    })
    refuseUnsafe(client)
    programs = { client, serverMajor }
    return programs
  }
  const load = async (request: LoadRequest, signal: AbortSignal) => {
    programs ??= await chooseClient((await describeTarget(server, signal)).major, signal)
    const file = createPasswordFile(settings, options.temporaryDirectory)
    passwordFiles.add(file.remove)
    const { temporaryDirectory, largeTableBytes = LARGE_TABLE_BYTES } = options
    const facts = { ...programs, largeTableBytes }
    const session = createLoadSession(server, facts, request.database, file.path)
    try {
      await loadDatabase({ server, session, temporaryDirectory }, request, signal)
    } catch (error) {
      await settleFailedLoad(server, session.nonce, closing.signal)
      throw error
    } finally {
      file.remove()
      passwordFiles.delete(file.remove)
    }
  }

  return {
    name: settings.database,
    describe: (signal) =>
      run('read the facts of the target', 'plan', signal, (s) => describeTarget(server, s)),
    prepareClient: (facts, signal) =>
      run('prepare the client programs', 'client', signal, async (s) => {
        const { client } = await chooseClient(facts.major, s)
        return { version: client.version, notes: client.notes }
      }),
    has: (database, signal) =>
      run('look for a database', 'plan', signal, (s) => hasDatabase(server, database, s)),
    lock: (signal) =>
      run('lock the target', 'lease', signal, async (s) => {
        const lease = await lockTarget(server, s)
        leases.add(lease)
        return lease
      }),
    scratchName: (backupId, nonce) => {
      const name = createScratchName(settings.database, options.clock.now(), nonce)
      backupIds.set(name, backupId)
      return name
    },
    listScratch: (signal) =>
      run('look for databases of dead restores', 'restore', signal, (s) => listScratch(server, s)),
    createScratch: (name, like, signal) =>
      run('create a database beside the target', 'restore', signal, (s) =>
        createScratch(server, { name, backupId: backupIds.get(name) ?? '' }, like, s),
      ),
    load: (request, signal) => run('restore the dump', 'restore', signal, (s) => load(request, s)),
    countRows: (database, signal) =>
      run('count the restored rows', 'check', signal, (s) => countRows(settings, database, s)),
    checkSequences: (database, signal) =>
      run('check the sequences', 'check', signal, (s) => checkSequences(settings, database, s)),
    carryOver: (from, to, signal) =>
      run('carry over settings and grants', 'restore', signal, (s) =>
        carryOver(server, from, to, s),
      ),
    analyze: (database, signal) =>
      run('gather statistics', 'restore', signal, (s) => analyzeDatabase(settings, database, s)),
    isTrue: (database, sql, signal) =>
      run('run the check', 'check', signal, (s) => isTrue(settings, database, sql, s)),
    swap: (request, signal) =>
      run('exchange the names of the databases', 'swap', signal, (s) =>
        swapDatabases(server, request, s),
      ),
    rename: (from, to, signal) =>
      run('rename the database', 'swap', signal, (s) => renameDatabase(server, from, to, s)),
    drop: (database, signal) =>
      run('drop the database', 'restore', signal, (s) => dropDatabase(server, database, s)),
    close: async () => {
      closing.abort(new Error('the restore target was closed'))
      for (const remove of passwordFiles) remove()
      for (const lease of leases) await lease.release()
    },
  }
}

/** The error that is on its way says more than one of tidying up. */
async function settleFailedLoad(
  server: TargetServer,
  nonce: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    await endLoadSessions(server, nonce, signal)
  } catch (error) {
    const reason = error instanceof Error ? server.redact(error.message) : 'unknown'
    server.log.warn(`The failed session is left to the server, which rolls it back: ${reason}`)
  }
}

function refuseUnsafe(client: ChosenClient): void {
  if (!isBelowFloor(client.version)) return
  const floor = securityFloor(client.major)
  throw new Failure({
    code: 'client_unsafe',
    stage: 'client',
    message: `Cannot restore with psql ${client.version}: a dump could run programs through it (CVE-2026-18408), expected ${floor ?? 'a supported version'} or newer`,
    hint: `Upgrade it in a step before this one: sudo apt-get update && sudo apt-get install -y postgresql-client-${client.major}`,
  })
}
