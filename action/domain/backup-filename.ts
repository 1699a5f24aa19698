import type { Backup } from './backup.ts'

/** PostgreSQL's names have at most 63 bytes; servers built otherwise may have longer ones. */
const databaseLengthMax = 100

/**
 * `<database>-<type>-<id>.sql.gz`, or `.dump.gz` for custom format.
 *
 * Characters of the database's name outside `A-Za-z0-9_.-` become `-`, one for each, so a name can
 * hold neither a slash nor a line end; what follows it keeps `.` and `..` from being whole names.
 */
export function createBackupFilename(
  backup: Pick<Backup, 'database' | 'type' | 'id' | 'format'>,
): string {
  const replaced = backup.database.replace(/[^A-Za-z0-9_.-]/gu, '-').slice(0, databaseLengthMax)
  const database = replaced === '' ? 'database' : replaced
  const extension = backup.format === 'custom' ? 'dump.gz' : 'sql.gz'
  return `${database}-${backup.type.toLowerCase()}-${backup.id}.${extension}`
}
