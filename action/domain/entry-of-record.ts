import type { Backup } from './backup.ts'
import type { BackupRecord } from './backup-record.ts'

/** The part of a record that the index carries. */
export function entryOf(record: BackupRecord): Backup {
  const {
    version: _version,
    nonce: _nonce,
    pgDumpVersion: _pgDumpVersion,
    encoding: _encoding,
    collate: _collate,
    ctype: _ctype,
    extensions: _extensions,
    largeObjects: _largeObjects,
    warnings: _warnings,
    ...entry
  } = record
  return entry
}
