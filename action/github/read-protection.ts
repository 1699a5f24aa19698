import { z } from 'zod'
import { findGaps, judgeEnvironment } from '../domain/gate-environment.ts'
import type { DoctorCheck } from '../domain/result.ts'
import { environmentSchema, readRules } from './answers.ts'
import type { GitHub, GitHubAnswer } from './github.ts'
import { readUnprotected } from './read-unprotected.ts'

/** What the doctor wants to know. */
export interface ProtectionQuestion {
  /** Environments that must have required reviewers. */
  readonly environments: readonly string[]
  /** File names of workflows that must be on the default branch, "database-backup.yml". */
  readonly workflows: readonly string[]
}

const workflowSchema = z.object({ state: z.string().min(1).max(100) })

/**
 * Whether the workflows are there and running, and whether the environments make anybody wait for a
 * person. What cannot be read is `unknown`, never `ok`. The token needs `actions: read`, and
 * `contents: read` where an environment makes nobody wait and the policy file might allow that.
 */
export async function readProtection(
  github: GitHub,
  question: ProtectionQuestion,
): Promise<readonly DoctorCheck[]> {
  const checks: DoctorCheck[] = []
  for (const name of question.workflows) checks.push(await checkWorkflow(github, name))
  for (const name of question.environments) checks.push(await checkEnvironment(github, name))
  return checks
}

async function checkWorkflow(github: GitHub, file: string): Promise<DoctorCheck> {
  const name = `workflow ${file}`
  const route = 'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}'
  const answer = await github.read(route, { workflow_id: file })
  if (answer.kind === 'missing') {
    const advice = `Add .github/workflows/${file} to the default branch.`
    return { name, state: 'failed', text: 'GitHub knows no such workflow', advice }
  }
  const state = answer.kind === 'found' ? workflowSchema.safeParse(answer.data).data?.state : ''
  if (!state) return unknown(name, answer)
  if (state === 'active') return { name, state: 'ok', text: 'present and active' }
  return {
    name,
    state: 'failed',
    text: `not running: its state is ${state}`,
    advice:
      'Enable the workflow under Actions; GitHub stops schedules of a repository without activity.',
  }
}

async function checkEnvironment(github: GitHub, environment: string): Promise<DoctorCheck> {
  const name = `environment ${environment}`
  const route = 'GET /repos/{owner}/{repo}/environments/{environment_name}'
  const answer = await github.read(route, { environment_name: environment })
  const parsed = answer.kind === 'found' ? environmentSchema.safeParse(answer.data).data : undefined
  if (answer.kind !== 'missing' && parsed === undefined) return unknown(name, answer)
  const facts = parsed && readRules(parsed)
  const isOpen = facts !== undefined && findGaps(facts).length > 0
  const policy = isOpen ? await readUnprotected(github) : {}
  const { reasons, warnings, isUnprotected } = judgeEnvironment({ environment: facts, ...policy })
  const [reason] = reasons
  if (reason) return { name, state: 'failed', text: reason.text, advice: reason.hint }
  const text = isUnprotected
    ? 'makes nobody wait, as the policy file allows'
    : 'has required reviewers'
  const ok = { name, state: 'ok', text } as const
  return warnings.length === 0 ? ok : { ...ok, advice: `${warnings.join('. ')}.` }
}

function unknown(name: string, answer: GitHubAnswer): DoctorCheck {
  if (answer.kind === 'failed') {
    return { name, state: 'unknown', text: answer.problem, advice: answer.hint }
  }
  const text = 'GitHub answered in another form, expected the one that it describes'
  return { name, state: 'unknown', text, advice: 'Look at githubstatus.com, then ask again.' }
}
