import type { Backup } from '../../action/domain/backup.ts'
import type { BackupRecord } from '../../action/domain/backup-record.ts'
import type { Manifest } from '../../action/domain/manifest.ts'

/** A COMPLETED DAILY backup of "shop", with `changes`. `createdAt` sets the other instants too. */
export function makeBackup(changes: Partial<Backup> = {}): Backup {
  const createdAt = changes.createdAt ?? '2026-11-22T03:00:12.000Z'
  const id = changes.id ?? '20261122T030012Z-k7q2'
  const filename = `shop-daily-${id}.sql.gz`
  return {
    id,
    filename,
    fileUrl: `s3://bucket/strongroom/backups/${id}/${filename}`,
    fileSize: 1_000_000,
    type: 'DAILY',
    status: 'COMPLETED',
    startedAt: createdAt,
    completedAt: createdAt,
    checksum: 'a'.repeat(64),
    createdAt,
    database: 'shop',
    serverVersion: '15.18',
    format: 'plain',
    compression: 'gzip',
    compressionLevel: 9,
    ...changes,
  }
}

/** The record of {@link makeBackup}, with `changes`. */
export function makeRecord(changes: Partial<BackupRecord> = {}): BackupRecord {
  const { createdAt = '2026-11-22T03:00:12.000Z' } = changes
  return {
    ...makeBackup(changes),
    version: 1,
    status: 'COMPLETED',
    completedAt: createdAt,
    checksum: 'a'.repeat(64),
    serverVersion: '15.18',
    nonce: 'nonce-of-one-run',
    pgDumpVersion: '15.20',
    encoding: 'UTF8',
    extensions: [{ name: 'plpgsql', version: '1.0' }],
    largeObjects: false,
    warnings: [],
    ...changes,
  }
}

/** A manifest that holds just these entries. */
export function makeManifest(backups: readonly Backup[]): Manifest {
  return { version: 1, revision: 7, updatedAt: '2026-11-22T03:01:00.000Z', backups: [...backups] }
}
