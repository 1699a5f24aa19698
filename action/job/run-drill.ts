import type { BackupRecord } from '../domain/backup-record.ts'
import { Failure } from '../domain/failure.ts'
import type { ObjectKeys } from '../domain/object-keys.ts'
import { dropScratch } from './drop-scratch.ts'
import { fillScratch } from './fill-scratch.ts'
import type { Log, Random, RestoreTarget, SpooledBackup, Streams, Vault } from './ports.ts'
import { readStored } from './read-stored.ts'
import { removeDeadScratch } from './remove-dead-scratch.ts'
import { requireSound } from './require-sound.ts'

/** What a proof counted; nothing where a restore could not be held against the record's own count. */
export interface DrillReport {
  readonly tables?: number
  readonly rows?: number
}

interface DrillDependencies {
  readonly random: Random
  readonly log: Log
  readonly vault: Vault
  readonly keys: ObjectKeys
  readonly streams: Streams
  readonly target: RestoreTarget
}

/**
 * Restores a backup into a scratch database, counts, asks the user's own question and drops it again, whatever
 * happened. Nothing else on that server is touched.
 */
export async function runDrill(
  dependencies: DrillDependencies,
  record: BackupRecord,
  sql: string | undefined,
  signal?: AbortSignal,
): Promise<DrillReport> {
  const { log, streams, target } = dependencies
  const facts = await target.describe(signal)
  for (const note of (await target.prepareClient(facts, signal)).notes) log.info(note)
  const stored = readStored(dependencies, record, signal)
  const spooled = await streams.spool(stored, record.format, signal)
  requireSound(record, spooled.inspection)
  const lock = await target.lock(signal)
  try {
    const held = AbortSignal.any([lock.lost, ...(signal === undefined ? [] : [signal])])
    await removeDeadScratch({ log, target }, held)
    return await fillAndAsk(dependencies, record, spooled, sql, held)
  } finally {
    await lock.release()
  }
}

async function fillAndAsk(
  dependencies: DrillDependencies,
  record: BackupRecord,
  spooled: SpooledBackup,
  sql: string | undefined,
  signal?: AbortSignal,
): Promise<DrillReport> {
  const { log, target } = dependencies
  const scratch = await fillScratch(
    dependencies,
    { record, spooled, jobs: 1, schemas: [], tables: [], noOwner: true, noPrivileges: true },
    signal,
  )
  try {
    if (sql !== undefined && !(await target.isTrue(scratch.name, sql, signal))) {
      throw new Failure({
        code: 'verification_failed',
        stage: 'check',
        message: `Cannot verify backup "${record.id}": the SQL check returned something else, expected a single true`,
        hint: 'Run the query of "verify-sql" on the database itself: if it is true there, this backup lacks what it asks for.',
      })
    }
    // There was nothing to compare them with.
    if (record.tables === undefined) return {}
    const counts = Object.values(scratch.rows)
    return { tables: counts.length, rows: counts.reduce((sum, rows) => sum + rows, 0) }
  } finally {
    await dropScratch({ target, log }, scratch.name)
  }
}
