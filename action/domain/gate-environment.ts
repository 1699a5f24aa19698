import type { EnvironmentFacts } from './gate-facts.ts'
import type { GateReason } from './gate-reason.ts'

/**
 * Whether an environment makes anybody wait for a person. Naming one that does not exist creates it
 * without rules, and making a repository private drops the rules in silence, so this is asked at every
 * restore. Weaknesses that the other checks make up for are warned about.
 *
 * @see https://docs.github.com/actions/reference/workflows-and-actions/deployments-and-environments
 */
export function judgeEnvironment(environment: EnvironmentFacts | undefined): {
  readonly reasons: readonly GateReason[]
  readonly warnings: readonly string[]
} {
  if (environment === undefined) {
    return {
      reasons: [
        {
          code: 'environment_missing',
          text: 'the environment does not exist or cannot be read, expected one with required reviewers',
          hint: 'Create the environment under Settings, Environments, with required reviewers, and give the job the permission "actions: read".',
        },
      ],
      warnings: [],
    }
  }
  return {
    reasons: environment.reviewers.length > 0 ? [] : [withoutReviewers(environment.name)],
    warnings: warnOf(environment),
  }
}

function withoutReviewers(name: string): GateReason {
  return {
    code: 'reviewers_missing',
    text: `the environment "${name}" has no required reviewers, expected at least one`,
    hint: 'Add required reviewers to the environment; a private repository has them on GitHub Enterprise only.',
  }
}

function warnOf({ name, ...rules }: EnvironmentFacts): readonly string[] {
  const warnings: string[] = []
  if (!rules.preventsSelfReview) {
    warnings.push(`The environment "${name}" does not prevent self-review; only this gate does`)
  }
  if (rules.canAdminsBypass !== false) {
    warnings.push(`Administrators may bypass the rules of the environment "${name}"`)
  }
  if (!rules.hasBranchPolicy) {
    warnings.push(`Every branch may deploy to the environment "${name}", with its secrets`)
  }
  return warnings
}
