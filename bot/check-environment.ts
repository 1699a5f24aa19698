import type { Policy } from '../action/domain/policy.ts'
import type { Repository } from './ports.ts'

/** Whether somebody will have to approve, as far as can be told before the run asks again. */
export type EnvironmentCheck =
  | { readonly kind: 'protected' }
  /** Nobody has to, and the policy file says that this is wanted. */
  | { readonly kind: 'unprotected' }
  | {
      readonly kind: 'refused'
      readonly message: string
      readonly hint: string
      readonly reasonCode: string
    }

/**
 * Looks at the environment of restores before anything is started. The gate in the run decides; asking
 * here tells at once what would otherwise be told after a plan and an approval.
 */
export async function checkEnvironment(
  repository: Pick<Repository, 'readEnvironment'>,
  policy: Policy,
): Promise<EnvironmentCheck> {
  const name = policy.environments.restore
  const reading = await repository.readEnvironment(name)
  if (reading.kind === 'denied' || reading.kind === 'failed') {
    const message = `Cannot check the environment "${name}": ${reading.problem}`
    return { kind: 'refused', message, hint: reading.hint, reasonCode: 'environment_unknown' }
  }
  const fault =
    reading.kind === 'missing'
      ? 'it does not exist'
      : !reading.value.hasReviewers
        ? 'it has no required reviewers'
        : reading.value.canAdminsBypass === true
          ? 'administrators may bypass its rules'
          : undefined
  if (fault === undefined) return { kind: 'protected' }
  if (policy['allow-unprotected']) return { kind: 'unprotected' }
  return {
    kind: 'refused',
    message: `Cannot ask for an approval in the environment "${name}": ${fault}, expected required reviewers whom nobody bypasses`,
    hint: waysOut,
    reasonCode: 'environment_unprotected',
  }
}

/** GitHub's plans: reviewers are offered to public repositories, and to private ones on Enterprise. */
const waysOut = [
  'Set them under Settings, Environments: required reviewers on, "Allow administrators to bypass" off.',
  'GitHub offers required reviewers to public repositories on every plan, and to private ones on GitHub Enterprise only;',
  'a private repository on Free, Pro or Team can be moved there, be made public, or say "allow-unprotected: true" in .github/strongroom.yml, which lets everybody who may ask restore without an approval.',
].join(' ')
