import { z } from 'zod'
import type { GateFacts } from '../domain/gate-facts.ts'
import { parsePolicy } from '../domain/parse-policy.ts'
import { policyPath } from '../domain/policy.ts'
import type { GitHub } from './github.ts'
import { readYaml } from './read-yaml.ts'

const fileSchema = z.object({
  type: z.literal('file'),
  encoding: z.literal('base64'),
  content: z.string().max(400_000),
})

/**
 * Whether the policy file of the default branch allows an environment that makes nobody wait. Never throws for what
 * cannot be read: nothing is allowed then, and the problem says why.
 *
 * @param defaultBranch absent: the one that GitHub takes by itself
 */
export async function readUnprotected(
  github: GitHub,
  defaultBranch?: string,
): Promise<Pick<GateFacts, 'allowsUnprotected' | 'policyProblem'>> {
  const answer = await github.read('GET /repos/{owner}/{repo}/contents/{path}', {
    path: policyPath,
    ...(defaultBranch !== undefined && { ref: defaultBranch }),
  })
  if (answer.kind === 'missing') return { allowsUnprotected: false }
  if (answer.kind === 'failed') return unreadable(`${answer.problem}. ${answer.hint}`)
  const file = fileSchema.safeParse(answer.data).data
  if (file === undefined) return unreadable('it is no file of text, expected one')
  const policy = parsePolicy(Buffer.from(file.content, 'base64').toString('utf8'), readYaml)
  return policy.kind === 'valid'
    ? { allowsUnprotected: policy.policy['allow-unprotected'] }
    : { allowsUnprotected: false, policyProblem: policy.message }
}

function unreadable(problem: string): Pick<GateFacts, 'allowsUnprotected' | 'policyProblem'> {
  return {
    allowsUnprotected: false,
    policyProblem: `Cannot read the policy file ${policyPath}: ${problem}`,
  }
}
