import { Failure } from './failure.ts'

/**
 * Why the gate stays shut, for programs. Append-only. In the order in which they are looked for:
 * the attempt, the environment's rules, the approval, the plan, the branch, and last the bytes.
 */
export type GateReasonCode =
  | 'attempt_not_first'
  | 'environment_missing'
  | 'reviewers_missing'
  | 'admins_may_bypass'
  | 'starter_unknown'
  | 'requester_unknown'
  | 'request_unproven'
  | 'approval_missing'
  | 'approval_not_granted'
  | 'approver_unknown'
  | 'approver_is_requester'
  | 'approver_started_run'
  | 'approver_not_person'
  | 'approver_not_reviewer'
  | 'plan_expired'
  | 'plan_of_another_run'
  | 'plan_differs'
  | 'not_default_branch'
  | 'backup_gone'
  | 'backup_differs'

/** One reason to refuse. `text` reads after "Cannot open the gate: ". */
export interface GateReason {
  readonly code: GateReasonCode
  /** "<what is>, expected <what should be>", no full stop. */
  readonly text: string
  /** One sentence: what the reader does about it. */
  readonly hint: string
}

/**
 * The failure that a refused gate ends the command with. Every reason is told, because whoever mends
 * one and asks again needs another approval; the hint is that of the first.
 */
export function gateFailure(reasons: readonly GateReason[]): Failure {
  const texts = reasons.map((reason) => reason.text).join('; ')
  const hint = reasons[0]?.hint
  return new Failure({
    code: 'gate_refused',
    stage: 'gate',
    message: `Cannot open the gate: ${texts === '' ? 'nothing is known, expected an approved plan' : texts}`,
    ...(hint === undefined ? {} : { hint }),
  })
}
