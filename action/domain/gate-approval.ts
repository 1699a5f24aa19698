import { isReviewWaived } from './gate-environment.ts'
import {
  type Account,
  type ApprovalFacts,
  type Claim,
  type EnvironmentFacts,
  type GateFacts,
  identifyRequester,
} from './gate-facts.ts'
import type { GateReason, GateReasonCode } from './gate-reason.ts'

/** The approval as it was judged: who asked, who agreed, and what stands against it. */
export interface ApprovalVerdict {
  readonly reasons: readonly GateReason[]
  readonly requester?: { readonly id: number; readonly login?: string | undefined } | undefined
  readonly approvers: readonly Account[]
}

const askAgain =
  'Ask again, and let a required reviewer approve who neither asked nor started the run.'

/**
 * Whether somebody else agreed. GitHub's own prevent-self-review compares the reviewer with the account
 * that started the run, which is the bot's where a comment asked; so the person who asked is compared
 * here. A run without a record was let through by a bypass, and is refused.
 *
 * Where the policy waives reviewers there is nobody to leave a record; one that is there counts all the same.
 * Every record for this environment must be clean, because the records do not say which one opened it.
 */
export function judgeApproval(facts: GateFacts, claim: Claim): ApprovalVerdict {
  const { actor, triggeringActor } = facts.run
  const requester = identifyRequester(facts, claim)
  const records = recordsOf(facts)
  const approvers = records.flatMap((record) => (record.user === undefined ? [] : [record.user]))
  const reasons = [
    ...(actor === undefined || triggeringActor === undefined ? [starterUnknown] : []),
    ...(requester === undefined ? [requesterUnknown] : []),
    ...(records.length === 0 && !isReviewWaived(facts) ? [approvalMissing] : []),
    ...records.flatMap(judgeRecord),
    ...approvers.flatMap((approver) =>
      judgeApprover(approver, requester?.id, [actor?.id, triggeringActor?.id]),
    ),
    ...judgeStanding(approvers, facts.environment),
  ]
  return { reasons, requester, approvers }
}

function recordsOf({ environment, approvals }: GateFacts): readonly ApprovalFacts[] {
  if (environment === undefined) return []
  return (approvals ?? []).filter((record) => record.environmentIds.includes(environment.id))
}

function judgeRecord(record: ApprovalFacts): readonly GateReason[] {
  if (record.state !== 'approved') {
    return [refuse('approval_not_granted', 'a reviewer did not approve, expected only approvals')]
  }
  return record.user === undefined
    ? [refuse('approver_unknown', 'an approval names nobody, expected the account that gave it')]
    : []
}

function judgeApprover(
  approver: Account,
  requesterId: number | undefined,
  starterIds: readonly (number | undefined)[],
): readonly GateReason[] {
  if (approver.id === requesterId) {
    const text = `"${approver.login}" approved a request of their own, expected somebody else`
    return [refuse('approver_is_requester', text)]
  }
  if (starterIds.includes(approver.id)) {
    const text = `"${approver.login}" started the run and approved it, expected somebody else`
    return [refuse('approver_started_run', text)]
  }
  return []
}

/** An App cannot answer the reviewers' rule, and a list of persons says who could. */
function judgeStanding(
  approvers: readonly Account[],
  environment: EnvironmentFacts | undefined,
): readonly GateReason[] {
  if (approvers.length === 0 || environment === undefined) return []
  const people = approvers.filter((approver) => approver.type === 'User')
  if (people.length === 0) {
    return [refuse('approver_not_person', 'no person is among the approvers, expected one')]
  }
  const { reviewers } = environment
  // Without a list there is nobody to be on it; that it is missing is judged with the environment.
  const isUsersOnly =
    reviewers.length > 0 && reviewers.every((reviewer) => reviewer.kind === 'user')
  const ids = new Set(reviewers.map((reviewer) => reviewer.id))
  return isUsersOnly && !people.some((person) => ids.has(person.id))
    ? [
        refuse(
          'approver_not_reviewer',
          'the approver is no required reviewer, expected one of them',
        ),
      ]
    : []
}

function refuse(code: GateReasonCode, text: string): GateReason {
  return { code, text, hint: askAgain }
}

const starterUnknown = refuse(
  'starter_unknown',
  'it is not known who started the run, expected an account',
)

const requesterUnknown: GateReason = {
  code: 'requester_unknown',
  text: 'it is not known who asked, expected a person who started the run, or a bot whose own status card names one',
  hint: 'Let the bot pass "comment-id", "request-id" and "requested-by-id", give the job the permission "issues: read", or start the workflow yourself.',
}

const approvalMissing = refuse(
  'approval_missing',
  'the run has no record of an approval for this environment, expected one (a bypass counts as none)',
)
