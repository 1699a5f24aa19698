import { createHash } from 'node:crypto'
import type pg from 'pg'
import { Failure } from '../../domain/failure.ts'
import type { Lease } from '../../job/ports.ts'
import { openConnection } from '../open-connection.ts'
import { closeConnection, type TargetServer } from './target-server.ts'

/** A NAT or a proxy forgets a silent connection, and the lock with it. */
const HEARTBEAT_MS = 60_000

/**
 * Takes the advisory lock of a target, held by a connection to the maintenance database until
 * released. `lost` fires where that connection ends, since the lock is then anybody's.
 * @throws Failure `lease_held` where another session has it
 */
export async function lockTarget(server: TargetServer, signal?: AbortSignal): Promise<Lease> {
  const database = await server.maintenance(signal)
  const client = await openConnection(server.settings, { database, signal })
  const lost = new AbortController()
  const stopped = new AbortController()
  client.once('end', () => {
    if (!stopped.signal.aborted) lost.abort(lockLost())
  })
  try {
    await takeLock(client, lockKey(server.settings.database))
  } catch (error) {
    stopped.abort()
    await closeConnection(client)
    throw error
  }
  const pid = await ownPid(client)
  server.lockPids.add(pid)
  void keepAlive(client, server, stopped.signal)
  return {
    lost: lost.signal,
    release: async () => {
      if (stopped.signal.aborted) return
      stopped.abort()
      server.lockPids.delete(pid)
      await closeConnection(client)
    },
  }
}

/** 64 bits of a hash: advisory locks have numbers for names. */
export function lockKey(target: string): bigint {
  return createHash('sha256').update(`strongroom target ${target}`).digest().readBigInt64BE()
}

/** The conditions under which a row of `pg_locks` is that lock; `$1` is {@link lockKey}. */
export const isTargetLock = `l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
  AND (l.classid::bigint << 32) | l.objid::bigint = $1::bigint`

async function takeLock(client: pg.Client, key: bigint): Promise<void> {
  const { rows } = await client.query<{ taken: boolean }>(
    'SELECT pg_try_advisory_lock($1::bigint) AS taken',
    [String(key)],
  )
  if (rows[0]?.taken) return
  const holder = await client.query<{ who: string }>(
    `SELECT format('session %s of user %s, connected since %s', a.pid, coalesce(a.usename, 'unknown'),
                   to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) AS who
       FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE ${isTargetLock}`,
    [String(key)],
  )
  throw new Failure({
    code: 'lease_held',
    stage: 'lease',
    message: `Cannot lock the target: another restore is under way (${holder.rows[0]?.who ?? 'it has just ended'}), expected none`,
    hint: 'Wait until it has ended. If its process is dead for certain, end that session on the server.',
  })
}

async function ownPid(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  return rows[0]?.pid ?? 0
}

async function keepAlive(
  client: pg.Client,
  server: TargetServer,
  signal: AbortSignal,
): Promise<void> {
  try {
    while (!signal.aborted) {
      await server.clock.sleep(HEARTBEAT_MS, signal)
      await client.query('SELECT 1')
    }
  } catch (error) {
    // Released, or the connection is gone, which `lost` has told already.
    if (!signal.aborted) server.log.warn(`The lock on the target was lost: ${describe(error)}`)
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown error'
}

function lockLost(): Failure {
  return new Failure({
    code: 'database_unreachable',
    stage: 'lease',
    message:
      'Cannot keep the lock on the target: the connection that holds it ended, expected it to last',
    hint: 'The target is as it was before. Start the restore again.',
  })
}
