import { parsePolicy } from '../../action/domain/parse-policy.ts'
import { defaultPolicy, type Policy, policyPath } from '../../action/domain/policy.ts'
import type { Repository } from '../ports.ts'
import { readYaml } from './read-yaml.ts'

/** The policy in force, or why no command can be taken. */
export type PolicyAnswer =
  | { readonly kind: 'policy'; readonly policy: Policy; readonly isFromFile: boolean }
  | {
      readonly kind: 'problem'
      readonly message: string
      readonly hint: string
      /** `false`: the file itself is at fault; else GitHub did not give it. */
      readonly isReadingFailure: boolean
    }

/**
 * Reads the policy file of the default branch, anew for each comment: who has just taken a right away
 * must not find it still given. No file means the defaults; a file that cannot be read means nothing.
 */
export async function readPolicy(repository: Pick<Repository, 'readFile'>): Promise<PolicyAnswer> {
  const file = await repository.readFile(policyPath)
  switch (file.kind) {
    case 'missing':
      return { kind: 'policy', policy: defaultPolicy, isFromFile: false }
    case 'denied':
    case 'failed':
      return {
        kind: 'problem',
        message: `Cannot read the policy file ${policyPath}: ${file.problem}`,
        hint: file.hint,
        isReadingFailure: true,
      }
    case 'found': {
      const reading = parsePolicy(file.value, readYaml)
      return reading.kind === 'valid'
        ? { kind: 'policy', policy: reading.policy, isFromFile: true }
        : {
            kind: 'problem',
            message: reading.message,
            hint: reading.hint,
            isReadingFailure: false,
          }
    }
  }
}
