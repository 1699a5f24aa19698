import {
  composeNotice,
  composeStart,
  type NoticeContext,
} from '../../../action/domain/compose-notice.ts'
import type { Notice } from '../../../action/domain/notice.ts'
import type { BackupResult, RestorePlan } from '../../../action/domain/result.ts'
import { sampleBackup, sampleNow } from '../sample-results.ts'

/** What is known around a failing night. */
export const sampleContext: NoticeContext = {
  now: sampleNow,
  redact: (text) => text.replaceAll('hush-hush', '***'),
  prefix: 'strongroom',
  database: 'shop',
  repository: 'acme/shop',
  actor: 'octocat',
  runUrl: 'https://github.example/acme/shop/actions/runs/77',
  docsUrl: 'https://github.example/acme/strongroom/blob/v1.0.0/docs',
  lastGood: {
    kind: 'found',
    id: '20261121T030012Z-aaaa',
    ageMs: 107_988_000,
    isVerified: true,
  },
  lastLines: ['Dumping "shop" (12 GiB) from PostgreSQL 15.18', 'Warning: the server is hush-hush'],
}

export const sampleFailure: BackupResult = {
  version: 1,
  command: 'backup',
  ok: false,
  reasonCode: 'database_unreachable',
  stage: 'connect',
  message: 'Cannot connect to the database: the server does not answer, expected a connection',
  hint: 'Is the server up, and does its firewall let the runner in?',
  warnings: ['The failure could not be recorded in the manifest in time'],
  backup: { ...sampleBackup, status: 'FAILED', fileSize: 0 },
}

/** The notice of a result that must be told. */
export function noticeOf(
  result: Parameters<typeof composeNotice>[0],
  context: Partial<NoticeContext> = {},
): Notice {
  const notice = composeNotice(result, { ...sampleContext, ...context })
  if (notice === undefined) throw new Error('Nothing is told of this result')
  return notice
}

export const failedNotice = noticeOf(sampleFailure)

export const succeededNotice = noticeOf({
  version: 1,
  command: 'backup',
  ok: true,
  reasonCode: 'completed',
  message: 'Backup 20261122T030012Z-k7q2 is stored and verified (41 MiB)',
  warnings: [],
  backup: sampleBackup,
})

export const flaggedNotice = noticeOf({
  version: 1,
  command: 'backup',
  ok: true,
  reasonCode: 'completed_flagged',
  message:
    'Backup 20261122T030012Z-k7q2 is stored, and flagged: it has 1 row where 9 before it have 900',
  warnings: [],
  backup: { ...sampleBackup, anomaly: { reasons: ['has 1 row'] } },
})

export const samplePlan: RestorePlan = {
  backup: sampleBackup,
  mode: 'swap',
  target: {
    database: 'shop',
    host: 'db.example',
    serverVersion: '15.18',
    sizeBytes: 1,
    sessions: 2,
    exists: true,
  },
  restoreInto: 'shop',
  dataLossWindowMs: 21_516_000,
  safetyBackup: true,
  delaySeconds: 10,
}

export const startedNotice = composeStart(samplePlan, sampleContext)
