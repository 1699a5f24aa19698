import type { FrozenPlan } from './frozen-plan.ts'
import { judgeApproval } from './gate-approval.ts'
import { type AskedDeed, judgeAsking } from './gate-asking.ts'
import { judgeEnvironment } from './gate-environment.ts'
import type { Account, ClaimedRequester, GateFacts } from './gate-facts.ts'
import type { GateReason } from './gate-reason.ts'
import { judgeFrozenPlan, type PlanRequest } from './judge-frozen-plan.ts'
import { parseRequestId } from './request.ts'
import { latestWord } from './resolve-backup.ts'

/** What the gated job was asked to do, and when. The run and the repository are the facts' own. */
export interface GateRequest extends Omit<PlanRequest, 'runId' | 'repository'> {
  readonly requestedBy: ClaimedRequester
}

/** Open, or every reason against it in the order of the checks. Warnings never decide. */
export type GateVerdict =
  | {
      readonly decision: 'open'
      readonly requester: { readonly id: number; readonly login?: string | undefined }
      readonly approvers: readonly Account[]
      /** Let through by the policy file, against the rules of this gate: to be told wherever the verdict is. */
      readonly isUnprotected: boolean
      readonly warnings: readonly string[]
    }
  | {
      readonly decision: 'refused'
      readonly reasons: readonly GateReason[]
      readonly warnings: readonly string[]
    }

/**
 * Whether this run may go on to use its secrets: first attempt, an environment with reviewers, an
 * approval by somebody who neither asked nor started the run, for a bot's run the comment that asked, a
 * fresh plan of this very run, the default branch. Whatever is not known refuses. That the plan's bytes
 * are still the bucket's is judged afterwards, by `judgePlannedBackup`, since it takes a look into the
 * bucket.
 */
export function judgeGate(facts: GateFacts, plan: FrozenPlan, request: GateRequest): GateVerdict {
  const environment = judgeEnvironment(facts)
  const approval = judgeApproval(facts, request)
  const { id: runId, repository } = facts.run
  const reasons = [
    ...judgeAttempt(facts),
    ...environment.reasons,
    ...approval.reasons,
    ...judgeRequest(facts, plan, request, approval.requester?.id),
    ...judgeFrozenPlan(plan, { ...request, runId, repository }),
    ...judgeBranch(facts),
  ]
  const { warnings, isUnprotected } = environment
  const { requester, approvers } = approval
  return reasons.length === 0 && requester !== undefined
    ? { decision: 'open', requester, approvers, isUnprotected, warnings }
    : { decision: 'refused', reasons, warnings }
}

/** Of a person who started the run no comment has to ask; who is not known has asked for nothing. */
function judgeRequest(
  facts: GateFacts,
  plan: FrozenPlan,
  request: GateRequest,
  requesterId: number | undefined,
): readonly GateReason[] {
  if (facts.run.triggeringActor?.type === 'User' || requesterId === undefined) return []
  const { command, backupId = latestWord, mode, requestId = '' } = request
  const deed: AskedDeed = {
    command,
    requesterId,
    issueNumber: parseRequestId(requestId)?.issueNumber ?? 0,
    backupWords: backupId === latestWord ? [plan.backupId, latestWord] : [plan.backupId],
    mode: command === 'restore' ? mode : undefined,
  }
  return judgeAsking(facts, deed)
}

/** Approvals belong to the run, not to the attempt: a re-run would ride on an old one. */
function judgeAttempt({ run }: GateFacts): readonly GateReason[] {
  if (run.attempts.length > 0 && run.attempts.every((attempt) => attempt === 1)) return []
  return [
    {
      code: 'attempt_not_first',
      text: 'the run was started again, expected its first attempt',
      hint: 'Ask again instead of re-running: a re-run would use the approval of the first attempt.',
    },
  ]
}

/** Anyone who may push can put other steps into a branch of their own. */
function judgeBranch({ run, defaultBranch }: GateFacts): readonly GateReason[] {
  const isDefault =
    defaultBranch !== undefined &&
    defaultBranch !== '' &&
    run.ref === `refs/heads/${defaultBranch}` &&
    run.branch === defaultBranch
  if (isDefault) return []
  return [
    {
      code: 'not_default_branch',
      text: 'the run does not work on the default branch, expected the default branch',
      hint: 'Start the workflow on the default branch, and allow only that branch in the environment.',
    },
  ]
}
