import type pg from 'pg'
import type { Log, Random } from '../../job/ports.ts'
import { createChildEnvironment } from '../child-environment.ts'
import type { ChosenClient } from '../client-programs.ts'
import type { ConnectionSettings } from '../connection-settings.ts'
import { sqlState } from './query-failure.ts'
import { type TargetServer, withConnection, withMaintenance } from './target-server.ts'

/** What the loaders work with: one load's own names and environment. */
export interface LoadSession {
  readonly client: ChosenClient
  readonly serverMajor: number
  /** From this size on, rows of a plain dump's table are loaded on a connection of ours. */
  readonly largeTableBytes: number
  readonly database: string
  /** Random and unknown to any dump: prefix of answers, keys and of the sessions' name. */
  readonly nonce: string
  readonly redact: (text: string) => string
  readonly log: Log
  /** @param settings server settings besides the URL's own options */
  environment(settings?: SessionSettings): Record<string, string>
}

/** Settings of a session of the server's, by name. */
export type SessionSettings = Readonly<Record<string, string>>

/** A role's or a database's own limits are for an application's statements. */
const unlimited: SessionSettings = {
  statement_timeout: '0',
  lock_timeout: '0',
  idle_in_transaction_session_timeout: '0',
}

const NONCE_LENGTH = 16
const END_WAIT_TRIES_MAX = 50
const END_WAIT_MS = 100
const MAINTENANCE_MEMORY_KB = 128 * 1024

/** Everything about a load but the load. */
export function createLoadSession(
  server: Pick<TargetServer, 'settings' | 'redact' | 'log'> & { readonly random: Random },
  programs: Pick<LoadSession, 'client' | 'serverMajor' | 'largeTableBytes'>,
  database: string,
  passwordFilePath: string,
): LoadSession {
  const nonce = server.random.base32(NONCE_LENGTH)
  const { settings, redact, log } = server
  return {
    ...programs,
    database,
    nonce,
    redact,
    log,
    environment: (sessionSettings = {}) => ({
      ...createChildEnvironment(settings, { database, passwordFilePath }),
      PGAPPNAME: sessionName(nonce),
      ...withOptions(settings.options, sessionSettings),
    }),
  }
}

function withOptions(own: string | undefined, settings: SessionSettings): Record<string, string> {
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`)
  if (options.length === 0) return {}
  return { PGOPTIONS: [...(own === undefined ? [] : [own]), ...options].join(' ') }
}

/**
 * Settings as statements, for psql: session poolers refuse the start-up parameter that `PGOPTIONS`
 * becomes, so that is left to pg_restore, which has no other way.
 */
export function settingsSql(settings: SessionSettings): string {
  return Object.entries(settings)
    .map(([name, value]) => `SET ${name} = '${value}';\n`)
    .join('')
}

/** Settings of the session of an in-place restore. */
export const inPlaceSettings: SessionSettings = {
  ...unlimited,
  // But for the one transaction that says otherwise: what a dump sends after a ROLLBACK or COMMIT
  // of its own is refused.
  default_transaction_read_only: 'on',
}

/**
 * Settings that speed up filling a database which is dropped if anything goes wrong. Commits
 * need not wait for the disk: the exchange of names, whose commit does, comes after them in the log.
 */
export async function readScratchSettings(
  settings: ConnectionSettings,
  database: string,
  signal: AbortSignal | undefined,
): Promise<SessionSettings> {
  return withConnection(settings, database, signal, async (client) => {
    const { rows } = await client.query<{ kb: number }>(
      `SELECT setting::int AS kb FROM pg_settings WHERE name = 'maintenance_work_mem'`,
    )
    const kb = Math.max(rows[0]?.kb ?? 0, MAINTENANCE_MEMORY_KB)
    return {
      ...unlimited,
      // The role's or the server's default would make a dump look hostile that only fills its tables.
      default_transaction_read_only: 'off',
      synchronous_commit: 'off',
      maintenance_work_mem: `${kb}kB`,
    }
  })
}

/**
 * Sees to it that the server has done with a load that failed: a backend whose client is gone may
 * go on with its statement, and holds its locks until it looks up.
 */
export async function endLoadSessions(
  server: TargetServer,
  nonce: string,
  signal: AbortSignal,
): Promise<void> {
  await withMaintenance(server, signal, async (client) => {
    for (let tries = 0; tries < END_WAIT_TRIES_MAX; tries += 1) {
      const pids = await sessionsOf(client, nonce)
      if (pids.length === 0) return
      await terminate(client, pids)
      await server.clock.sleep(END_WAIT_MS, signal)
    }
    server.log.warn('The server has not ended the failed session yet; it will roll back by itself')
  })
}

async function sessionsOf(client: pg.Client, nonce: string): Promise<number[]> {
  const { rows } = await client.query<{ pid: number }>(
    'SELECT pid FROM pg_stat_activity WHERE application_name = $1',
    [sessionName(nonce)],
  )
  return rows.map((row) => row.pid)
}

async function terminate(client: pg.Client, pids: readonly number[]): Promise<void> {
  try {
    await client.query('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) pid', [pids])
  } catch (error) {
    // They are of our own role, so this is a server that forbids it to all: waiting is what is left.
    if (sqlState(error) !== '42501') throw error
  }
}

/** 63 bytes at most, or the server cuts it. */
export function sessionName(nonce: string): string {
  return `strongroom load ${nonce}`
}
