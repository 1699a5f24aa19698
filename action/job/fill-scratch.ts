import type { BackupRecord } from '../domain/backup-record.ts'
import { compareRows } from '../domain/compare-rows.ts'
import { Failure } from '../domain/failure.ts'
import { dropScratch } from './drop-scratch.ts'
import { loadBackup } from './load-backup.ts'
import type { Log, Random, RestoreTarget, SpooledBackup, Streams } from './ports.ts'

interface FillDependencies {
  readonly random: Random
  readonly log: Log
  readonly streams: Streams
  readonly target: RestoreTarget
}

export interface FillRequest {
  readonly record: BackupRecord
  /** The stored bytes, already checked against the record. */
  readonly spooled: SpooledBackup
  readonly jobs: number
  readonly schemas: readonly string[]
  readonly tables: readonly string[]
  readonly noOwner: boolean
  readonly noPrivileges: boolean
}

/** So many differing tables are named. */
const differencesMax = 5

/**
 * A new scratch database with the backup in it, its rows compared with the record. On any failure the database
 * is dropped again.
 *
 * @throws Failure `restore_failed`, `restore_incomplete`
 */
export async function fillScratch(
  { random, log, streams, target }: FillDependencies,
  request: FillRequest,
  signal?: AbortSignal,
): Promise<{ readonly name: string; readonly rows: Readonly<Record<string, number>> }> {
  const { record } = request
  const name = target.scratchName(record.id, random.base32(6))
  try {
    await target.createScratch(name, record, signal)
    await loadBackup({ streams, target }, { ...request, database: name, inPlace: false }, signal)
    const rows = await target.countRows(name, signal)
    requireSameRows(
      record,
      request,
      rows,
      'The scratch database was dropped; nothing else was touched.',
    )
    for (const complaint of await target.checkSequences(name, signal)) log.warn(complaint)
    return { name, rows }
  } catch (error) {
    await dropScratch({ target, log }, name)
    throw error
  }
}

/**
 * Holds the rows that came back against the record. A selective restore has no count to be compared with.
 *
 * @param hint what became of the database that was counted
 * @throws Failure `restore_incomplete`
 */
export function requireSameRows(
  record: BackupRecord,
  { schemas, tables }: Pick<FillRequest, 'schemas' | 'tables'>,
  rows: Readonly<Record<string, number>>,
  hint: string,
): void {
  if (record.tables === undefined || schemas.length > 0 || tables.length > 0) return
  const differences = compareRows(record.tables, rows)
  if (differences.length === 0) return
  throw new Failure({
    code: 'restore_incomplete',
    stage: 'check',
    message: `Cannot trust the restored database: ${differences.slice(0, differencesMax).join('; ')}, expected the rows of the record`,
    hint,
  })
}
