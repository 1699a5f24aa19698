import type { Client } from 'pg'
import type { Clock, DumpOptions, DumpSession, Log, SourceDatabase } from '../job/ports.ts'
import { createChildEnvironment } from './child-environment.ts'
import { type ChosenClient, findClient } from './client-programs.ts'
import { type ConnectionSettings, parseConnectionUrl } from './connection-settings.ts'
import { describeDatabase } from './describe-database.ts'
import { dumpDatabase } from './dump-database.ts'
import { findObstacles } from './find-obstacles.ts'
import { openConnection } from './open-connection.ts'
import { createPasswordFile, type PasswordFile } from './password-file.ts'
import { queryFailure } from './query-failure.ts'
import type { Program } from './run-program.ts'

export interface SourceDatabaseOptions {
  readonly url: string
  /** For the password file; the runner's own, which only this user can read. */
  readonly temporaryDirectory: string
  /** Whether apt may install the client programs that fit the server. */
  readonly installClient: boolean
  readonly redact: (text: string) => string
  readonly log: Pick<Log, 'info' | 'warn'>
  readonly clock: Clock
  /** As in the `PATH` variable: where client programs, apt-get and sudo are looked for as well. */
  readonly searchPath?: string
}

/**
 * The database that is backed up. Nothing is opened before it is asked for.
 * @throws Failure `database_url_invalid` or `transaction_pooler`
 */
export function openSourceDatabase(options: SourceDatabaseOptions): SourceDatabase {
  const settings = parseConnectionUrl(options.url)
  /** What `close` must undo; each is idempotent. */
  const closers = new Set<() => Promise<unknown>>()
  let client: ChosenClient | undefined
  return {
    name: settings.database,
    describe: (signal) => ask(settings, 'describe the database', describeDatabase, signal),
    findObstacles: (signal) =>
      ask(settings, 'examine the privileges of the user', findObstacles, signal),
    async prepareClient(server, signal) {
      client = await findClient({
        ...options,
        serverMajor: server.major,
        purpose: 'dump',
        signal,
      })
      return { version: client.version, notes: client.notes }
    },
    dump(dumpOptions, signal) {
      if (!client) throw new Error('prepareClient comes before dump')
      return startSession({ options, settings, client, dumpOptions, signal, closers })
    },
    async close() {
      // All are called before the first is waited for: a signal's handler has little time.
      await Promise.all([...closers].map((closer) => closer()))
      closers.clear()
    },
  }
}

/** Opens a connection, asks, closes it. */
async function ask<T>(
  settings: ConnectionSettings,
  action: string,
  question: (connection: Client) => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  const connection = await openConnection(settings, { signal })
  try {
    return await question(connection)
  } catch (error) {
    signal?.throwIfAborted()
    throw queryFailure(error, action, 'connect')
  } finally {
    await connection.end()
  }
}

interface SessionParts {
  readonly options: SourceDatabaseOptions
  readonly settings: ConnectionSettings
  readonly client: ChosenClient
  readonly dumpOptions: DumpOptions
  readonly signal: AbortSignal | undefined
  readonly closers: Set<() => Promise<unknown>>
}

/** pg_dump starts with the first read; the password file exists from then to its first byte. */
function startSession(parts: SessionParts): DumpSession {
  const { options, settings, closers } = parts
  let program: Program | undefined
  let passwordFile: PasswordFile | undefined
  const undo = () => {
    passwordFile?.remove()
    return program?.stop() ?? Promise.resolve()
  }
  const chunks = dumpDatabase({
    client: parts.client,
    options: parts.dumpOptions,
    clock: options.clock,
    redact: options.redact,
    signal: parts.signal,
    prepare: () => {
      closers.add(undo)
      passwordFile = createPasswordFile(settings, options.temporaryDirectory)
      return createChildEnvironment(settings, { passwordFilePath: passwordFile.path })
    },
    onStarted: (started) => {
      program = started
    },
    release: () => passwordFile?.remove(),
  })
  return {
    chunks,
    warnings: () => (program?.stderr() ?? '').split('\n').filter((line) => line.trim() !== ''),
  }
}
