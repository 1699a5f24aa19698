import type { Backup } from '../../action/domain/backup.ts'
import type {
  BackupResult,
  CleanupResult,
  DeleteResult,
  DoctorResult,
  FailureResult,
  ListResult,
  MarkResult,
  RepairResult,
  RestoreResult,
  Statistics,
  VerifyResult,
} from '../../action/domain/result.ts'

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

const base = { version: 1, ok: true, reasonCode: 'completed', warnings: [] } as const

/** A FAILED backup, as it stands in a list. */
export const sampleFailedBackup: Backup = {
  id: '20261121T030012Z-a2b3',
  filename: 'shop-daily-20261121T030012Z-a2b3.sql.gz',
  fileUrl: '',
  fileSize: 0,
  type: 'DAILY',
  status: 'FAILED',
  startedAt: '2026-11-21T03:00:12.000Z',
  createdAt: '2026-11-21T03:00:12.000Z',
  error: 'Cannot dump "shop": the server closed the connection, expected it to stay open',
  database: 'shop',
  format: 'plain',
  compression: 'gzip',
  compressionLevel: 9,
  durationMs: 1200,
}

export const sampleList: ListResult = {
  ...base,
  command: 'list',
  message: '2 backups',
  backups: [sampleBackup, sampleFailedBackup],
  page: 1,
  perPage: 20,
  pages: 1,
  matching: 2,
  statistics: sampleStatistics,
  source: 'manifest',
}

export const sampleCleanup: CleanupResult = {
  ...base,
  command: 'cleanup',
  reasonCode: 'dry_run',
  message: '1 backup would be removed, 38.1 MiB freed',
  rotation: {
    dryRun: true,
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
    ],
    deleted: ['20261114T030000Z-cccc'],
    retained: [],
    freedBytes: 40e6,
    warnings: [],
  },
  statistics: sampleStatistics,
}

export const sampleRepair: RepairResult = {
  ...base,
  command: 'repair',
  message: '2 findings, 1 mended',
  dryRun: false,
  findings: [
    {
      kind: 'missing_entry',
      id: '20261120T030000Z-aaaa',
      text: 'the manifest did not know this record',
      action: 'mended',
    },
    {
      kind: 'orphan_bytes',
      key: 'strongroom/backups/20261101T030000Z-zzzz/x.sql.gz',
      sizeBytes: 1_048_576,
      text: 'no backup has these bytes',
      action: 'reported',
    },
  ],
  statistics: sampleStatistics,
}

export const sampleRestore: RestoreResult = {
  ...base,
  command: 'restore',
  message: '"shop" is the backup now; the old one is "shop_before_20261122"',
  dryRun: false,
  plan: {
    backup: sampleBackup,
    mode: 'swap',
    target: {
      database: 'shop',
      host: 'db.example.com',
      serverVersion: '15.18',
      sizeBytes: 300e6,
      sessions: 3,
      exists: true,
    },
    restoreInto: 'shop_restore_k7q2',
    keepAs: 'shop_before_20261122',
    dataLossWindowMs: 21_588_000,
    safetyBackup: true,
    delaySeconds: 10,
  },
  steps: [
    { name: 'check', text: 'size and SHA-256 agree', durationMs: 2100 },
    { name: 'swap', text: 'names exchanged', durationMs: 40 },
  ],
  safetyBackupId: '20261122T085900Z-safe',
  restoredTables: { 'public.orders': 1_200_000, 'public.customers': 34_567 },
  undo: 'npm run backup:restore -- --undo=20261122T030012Z-k7q2',
  dropOld: 'DROP DATABASE "shop_before_20261122";',
}

export const sampleVerify: VerifyResult = {
  ...base,
  ok: false,
  command: 'verify',
  reasonCode: 'verification_impossible',
  message: 'Cannot verify the backup: no server to restore into, expected one',
  stage: 'connect',
  hint: 'Set target-database-url',
  backup: sampleBackup,
  level: 'restore',
  outcome: 'could_not_verify',
}

export const sampleDelete: DeleteResult = {
  ...base,
  command: 'delete',
  message: 'The backup is gone',
  dryRun: false,
  backup: sampleFailedBackup,
  removal: 'deleted',
}

export const sampleDoctor: DoctorResult = {
  ...base,
  ok: false,
  command: 'doctor',
  reasonCode: 'doctor_failed',
  message: '1 of 3 checks failed',
  checks: [
    { name: 'bucket', state: 'ok', text: 'reachable, can list, write, read and delete' },
    {
      name: 'pg_dump',
      state: 'failed',
      text: 'version 14.2 is older than the server 15.18',
      advice: 'apt-get install postgresql-client-15',
    },
    { name: 'workflow', state: 'unknown', text: 'no token', advice: 'Pass github-token' },
  ],
}

export const sampleMark: MarkResult = {
  ...base,
  command: 'accept',
  message: `Backup ${sampleBackup.id} of "shop" is accepted: rotation goes on, and what comes next is measured by it`,
  backup: {
    ...sampleBackup,
    anomaly: { reasons: ['has 1 row where the 9 before it have 900 rows at the median'] },
    accepted: { at: '2026-11-22T09:00:00.000Z', by: 'ada' },
    pinned: { at: '2026-11-22T09:00:00.000Z', by: 'grace' },
  },
  changedIds: [sampleBackup.id],
}

export const sampleFailure: FailureResult = {
  ...base,
  ok: false,
  command: 'restore',
  reasonCode: 'backup_corrupt',
  message: 'Cannot restore the backup: its bytes have another checksum, expected the record’s',
  stage: 'check',
  hint: 'Run command "repair", which says why',
}

/** One result of every command, and a failure that came before there was one. */
export const sampleResults = {
  backup: sampleBackupResult,
  list: sampleList,
  cleanup: sampleCleanup,
  repair: sampleRepair,
  restore: sampleRestore,
  verify: sampleVerify,
  delete: sampleDelete,
  doctor: sampleDoctor,
  mark: sampleMark,
  failure: sampleFailure,
} as const
