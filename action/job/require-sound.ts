import type { BackupRecord } from '../domain/backup-record.ts'
import { Failure } from '../domain/failure.ts'
import type { Inspection } from './ports.ts'

/**
 * Holds what a full read of the stored bytes found against the record. Nothing goes on to a database before
 * this has passed.
 *
 * @throws Failure `backup_corrupt` or `hostile_dump`
 */
export function requireSound(record: BackupRecord, inspection: Inspection): void {
  const { storedSize, checksum, rawSize, isWhole, metaCommands } = inspection
  if (storedSize !== record.fileSize) {
    throw corrupt(record, `${storedSize} bytes are stored`, `${record.fileSize}`)
  }
  if (checksum !== record.checksum) {
    throw corrupt(record, `the SHA-256 is ${checksum}`, record.checksum)
  }
  if (record.rawSize !== undefined && rawSize !== record.rawSize) {
    throw corrupt(record, `it expands to ${rawSize} bytes`, `${record.rawSize}`)
  }
  if (!isWhole) throw corrupt(record, 'the dump has no end', 'the trailer that pg_dump writes last')
  if (metaCommands.length > 0) {
    throw new Failure({
      code: 'hostile_dump',
      stage: 'check',
      message: `Cannot use backup "${record.id}": the dump holds commands for psql outside its data (${metaCommands.length} found), expected none`,
      hint: 'Somebody made this dump to run programs where it is restored. Do not restore it; look at it as text first.',
    })
  }
}

function corrupt(record: BackupRecord, found: string, expected: string): Failure {
  return new Failure({
    code: 'backup_corrupt',
    stage: 'check',
    message: `Cannot use backup "${record.id}": ${found}, expected ${expected}`,
    hint: 'The bytes in the bucket are not those that were backed up. Use another backup and run repair.',
  })
}
