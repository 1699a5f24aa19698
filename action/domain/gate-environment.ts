import type { EnvironmentFacts, GateFacts } from './gate-facts.ts'
import type { GateReason } from './gate-reason.ts'

/** An environment as it was judged. Warnings never decide. */
export interface EnvironmentVerdict {
  readonly reasons: readonly GateReason[]
  readonly warnings: readonly string[]
  /** The environment makes nobody wait, or need not, and the repository has said that this is wanted. */
  readonly isUnprotected: boolean
}

/**
 * Whether an environment makes anybody wait for a person. Naming one that does not exist creates it
 * without rules, and making a repository private drops the rules in silence, so this is asked at every
 * restore. Only the policy file of the default branch may waive it, and every verdict then says so.
 *
 * @see https://docs.github.com/actions/reference/workflows-and-actions/deployments-and-environments
 */
export function judgeEnvironment(
  facts: Pick<GateFacts, 'environment' | 'allowsUnprotected' | 'policyProblem'>,
): EnvironmentVerdict {
  const { environment, allowsUnprotected, policyProblem } = facts
  if (environment === undefined) {
    return { reasons: [environmentMissing], warnings: [], isUnprotected: false }
  }
  const reasons = findGaps(environment)
  const warnings = warnOf(environment)
  if (reasons.length === 0) return { reasons, warnings, isUnprotected: false }
  if (allowsUnprotected !== true) {
    const told = policyProblem === undefined ? warnings : [policyProblem, ...warnings]
    return { reasons, warnings: told, isUnprotected: false }
  }
  const gaps = reasons.map(({ text }) => text.replace(/, expected .*$/, '')).join('; ')
  const waived = `UNPROTECTED: ${gaps}, and the policy file allows it (allow-unprotected)`
  return { reasons: [], warnings: [waived, ...warnings], isUnprotected: true }
}

/** Whether nobody has to approve: the environment asks for no reviewers, and the policy file allows that. */
export function isReviewWaived({ environment, allowsUnprotected }: GateFacts): boolean {
  return allowsUnprotected === true && environment?.reviewers.length === 0
}

/** What makes an environment less than protected; such a one is let through by the policy file only. */
export function findGaps({
  name,
  reviewers,
  canAdminsBypass,
}: EnvironmentFacts): readonly GateReason[] {
  const gaps: GateReason[] = []
  if (reviewers.length === 0) {
    gaps.push({
      code: 'reviewers_missing',
      text: `the environment "${name}" has no required reviewers, expected at least one`,
      hint: `Add required reviewers to the environment; a private repository has them on GitHub Enterprise only, and elsewhere ${orElse}`,
    })
  }
  if (canAdminsBypass === true) {
    gaps.push({
      code: 'admins_may_bypass',
      text: `administrators may bypass the rules of the environment "${name}", expected that nobody may`,
      hint: `Switch "Allow administrators to bypass configured protection rules" off in the environment, or ${orElse}`,
    })
  }
  return gaps
}

const orElse =
  'say "allow-unprotected: true" in .github/strongroom.yml on the default branch; see docs/permissions-and-threat-model.md.'

const environmentMissing: GateReason = {
  code: 'environment_missing',
  text: 'the environment does not exist or cannot be read, expected one with required reviewers',
  hint: 'Create the environment under Settings, Environments, with required reviewers, and give the job the permission "actions: read".',
}

function warnOf({ name, ...rules }: EnvironmentFacts): readonly string[] {
  const warnings: string[] = []
  if (!rules.preventsSelfReview) {
    warnings.push(`The environment "${name}" does not prevent self-review; only this gate does`)
  }
  if (rules.canAdminsBypass === undefined) {
    warnings.push(`GitHub does not say whether administrators may bypass the rules of "${name}"`)
  }
  if (!rules.hasBranchPolicy) {
    warnings.push(`Every branch may deploy to the environment "${name}", with its secrets`)
  }
  return warnings
}
