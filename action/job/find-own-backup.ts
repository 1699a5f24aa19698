import type { Backup } from '../domain/backup.ts'
import { entryOf } from '../domain/entry-of-record.ts'
import { recordBackup } from './change-backup.ts'
import type { RunIdentity } from './plan-backup.ts'
import type { Catalog } from './ports.ts'

/**
 * The finished backup that an earlier attempt of this very run and step left. A re-run returns it instead of
 * making a second one.
 *
 * An attempt that committed its record but lost the index is found among the records, and its entry
 * is written now.
 */
export async function findOwnBackup(
  catalog: Catalog,
  run: RunIdentity | undefined,
  database: string,
  signal?: AbortSignal,
): Promise<Backup | undefined> {
  if (run === undefined || run.attempt < 2) return undefined
  const { backups } = await catalog.read(signal)
  const indexed = backups.find((backup) => isOwn(backup, run, database))
  if (indexed !== undefined) return indexed
  const completed = new Set(
    backups.filter(({ status }) => status === 'COMPLETED').map(({ id }) => id),
  )
  for await (const id of catalog.listRecordIds(signal)) {
    if (completed.has(id)) continue
    const reading = await catalog.readRecord(id, signal)
    if (reading.kind === 'found' && isOwn(reading.record, run, database)) {
      const backup = entryOf(reading.record)
      await recordBackup(catalog, backup, signal)
      return backup
    }
  }
  return undefined
}

function isOwn(backup: Backup, run: RunIdentity, database: string): boolean {
  return (
    backup.status === 'COMPLETED' &&
    backup.database === database &&
    backup.purpose === undefined &&
    backup.run?.id === run.id &&
    backup.run['step'] === run.step &&
    backup.run.attempt < run.attempt
  )
}
