import type { Backup } from '../../action/domain/backup.ts'
import type { BackupResult, Statistics } from '../../action/domain/result.ts'

/** The instant from which the ages of the samples are counted. */
export const sampleNow = new Date('2026-11-22T09:00:00.000Z')

/** A COMPLETED backup of a shop, with everything that an entry may hold. */
export const sampleBackup: Backup = {
  id: '20261122T030012Z-k7q2',
  filename: 'shop-weekly-20261122T030012Z-k7q2.sql.gz',
  fileUrl:
    's3://vault/strongroom/backups/20261122T030012Z-k7q2/shop-weekly-20261122T030012Z-k7q2.sql.gz',
  fileSize: 43_201_331,
  type: 'WEEKLY',
  status: 'COMPLETED',
  startedAt: '2026-11-22T03:00:12.000Z',
  completedAt: '2026-11-22T03:01:24.000Z',
  checksum: '3b1f'.repeat(16),
  createdAt: '2026-11-22T03:00:12.000Z',
  database: 'shop',
  serverVersion: '15.18',
  format: 'plain',
  compression: 'gzip',
  compressionLevel: 9,
  rawSize: 220_201_331,
  tables: { 'public.orders': 1_200_000, 'public.customers': 34_567, 'public.tags': 0 },
  durationMs: 72_000,
  requestedBy: 'octocat',
  typeReason: 'scheduled for a Sunday',
}

export const sampleStatistics: Statistics = {
  total: 14,
  byStatus: { PENDING: 0, IN_PROGRESS: 1, COMPLETED: 11, FAILED: 1, DELETED: 1 },
  storedBytes: 512_000_000,
  successRate: 11 / 12,
  lastCompletedAt: '2026-11-22T03:01:24.000Z',
  lastCompletedId: '20261122T030012Z-k7q2',
  lastCompletedAgeMs: 21_516_000,
}

export const sampleBackupResult: BackupResult = {
  version: 1,
  command: 'backup',
  ok: true,
  reasonCode: 'completed',
  message: 'Backup 20261122T030012Z-k7q2 of "shop" is stored and checked',
  warnings: [],
  backup: sampleBackup,
  statistics: sampleStatistics,
  history: [
    { id: '20261120T030000Z-aaaa', at: '2026-11-20T03:00:00.000Z', fileSize: 41e6, type: 'DAILY' },
    { id: '20261121T030000Z-bbbb', at: '2026-11-21T03:00:00.000Z', fileSize: 42e6, type: 'DAILY' },
    {
      id: '20261122T030012Z-k7q2',
      at: '2026-11-22T03:00:12.000Z',
      fileSize: 43_201_331,
      type: 'WEEKLY',
    },
  ],
  rotation: {
    dryRun: false,
    items: [
      {
        id: '20261114T030000Z-cccc',
        type: 'DAILY',
        status: 'COMPLETED',
        createdAt: '2026-11-14T03:00:00.000Z',
        fileSize: 40e6,
        decision: 'delete',
        reason: 'older than 7 days',
      },
      {
        id: '20261122T030012Z-k7q2',
        type: 'WEEKLY',
        status: 'COMPLETED',
        createdAt: '2026-11-22T03:00:12.000Z',
        fileSize: 43_201_331,
        decision: 'keep',
        reason: 'newest COMPLETED backup of this database',
      },
    ],
    deleted: ['20261114T030000Z-cccc'],
    retained: [],
    freedBytes: 40e6,
    warnings: [],
  },
  notes: ['pg_dump 15.20 against server 15.18'],
}
