import type { Backup } from './backup.ts'
import { type FrozenPlan, keyOf } from './frozen-plan.ts'
import type { ClaimedRequester } from './gate-facts.ts'
import type { GateReason, GateReasonCode } from './gate-reason.ts'

/**
 * How old a plan may be when its approval is used, where nothing else is said: a day, as long as a backup
 * stays "last night's". Records of approvals carry no time, so the age at the start of the gated job is
 * bounded, which is no later than the approval and the queue after it.
 */
export const planAgeMaxMs = 24 * 60 * 60 * 1000

/** How far two runners' clocks may lie apart. */
export const planClockSkewMaxMs = 5 * 60 * 1000

/** What the gated job was asked to do, to be compared with what was approved. */
export interface PlanRequest {
  readonly now: Date
  readonly maxAgeMs?: number
  readonly runId: string
  /** "owner/name". */
  readonly repository: string
  readonly command: 'restore' | 'delete'
  /** Absent or "latest": what the plan resolved counts. */
  readonly backupId?: string | undefined
  /** Restore only. */
  readonly mode?: string | undefined
  /** Restore only: name of the database that the data will end up in; absent: what the plan says counts. */
  readonly target?: string | undefined
  readonly requestId?: string | undefined
  readonly requestedBy: ClaimedRequester
}

const askAgain = 'Ask again: a new request makes a new plan and a new approval.'

/** What stands between the plan and the request; nothing where the request is what was approved. */
export function judgeFrozenPlan(plan: FrozenPlan, request: PlanRequest): readonly GateReason[] {
  return [
    ...judgeAge(plan, request),
    ...(plan.runId === request.runId && plan.repository === request.repository
      ? []
      : [refuse('plan_of_another_run', 'the plan is of another run, expected one of this run')]),
    ...differencesOf(plan, request).map((name) =>
      refuse('plan_differs', `the ${name} is not the approved one, expected what the plan says`),
    ),
  ]
}

/**
 * Whether the bucket still holds what was approved: key, size, and the digest of the bytes. Called with
 * the manifest's entry, and with the record too where one is read; the bytes themselves are measured
 * against the record by the download.
 */
export function judgePlannedBackup(
  plan: FrozenPlan,
  backup:
    | Pick<Backup, 'id' | 'fileUrl' | 'fileSize' | 'checksum' | 'database' | 'status'>
    | undefined,
): readonly GateReason[] {
  if (backup === undefined || backup.id !== plan.backupId || backup.status === 'DELETED') {
    const text = `the backup ${plan.backupId} is not there any more, expected the approved one`
    return [refuse('backup_gone', text)]
  }
  const differences = [
    ...(plan.command === 'delete' || backup.status === 'COMPLETED' ? [] : ['status']),
    ...(keyOf(backup.fileUrl) === plan.key ? [] : ['key']),
    ...(backup.fileSize === plan.size ? [] : ['size']),
    ...(backup.checksum === plan.checksum ? [] : ['checksum']),
    ...(backup.database === plan.database ? [] : ['database']),
  ]
  return differences.map((name) =>
    refuse('backup_differs', `the backup's ${name} has changed, expected what was approved`),
  )
}

/** Written so that an age that is no number counts as too old. */
function judgeAge(plan: FrozenPlan, request: PlanRequest): readonly GateReason[] {
  const ageMs = request.now.getTime() - Date.parse(plan.createdAt)
  const isFresh = ageMs >= -planClockSkewMaxMs && ageMs <= (request.maxAgeMs ?? planAgeMaxMs)
  return isFresh
    ? []
    : [refuse('plan_expired', 'the plan is too old or from the future, expected a fresh one')]
}

function differencesOf(plan: FrozenPlan, request: PlanRequest): readonly string[] {
  const isAsked = request.backupId !== undefined && request.backupId !== 'latest'
  const names = [
    ...(plan.command === request.command ? [] : ['command']),
    ...(isAsked && request.backupId !== plan.backupId ? ['backup'] : []),
    ...(plan.requestId === request.requestId ? [] : ['request id']),
    ...(plan.requestedBy.id === request.requestedBy.id ? [] : ['requester']),
  ]
  if (plan.command !== 'restore') return names
  return [
    ...names,
    ...(plan.mode === request.mode ? [] : ['mode']),
    ...(request.target === undefined || plan.target === request.target ? [] : ['target']),
  ]
}

function refuse(code: GateReasonCode, text: string): GateReason {
  return { code, text, hint: askAgain }
}
