import { parse } from 'yaml'
import { parsePolicy } from '../../../action/domain/parse-policy.ts'
import { readYaml } from '../../../bot/policy/read-yaml.ts'
import { lintWorkflow } from '../lint-workflow.ts'
import { placeholder } from '../read-workflows.ts'

/** Around a list of steps, what makes it a workflow. */
const around = `on: workflow_dispatch
permissions: {}
jobs:
  shown:
    runs-on: ubuntu-24.04
    steps:
`

/** Commands that need no database. */
const withoutDatabase = ['check', 'list', 'cleanup', 'delete', 'repair', 'pin', 'unpin', 'accept']

/**
 * What is wrong with a YAML block: it must be a list of steps, a workflow to save as it is, or a policy file. Steps of this
 * Action must name what no step can do without.
 */
export async function judgeYaml(code: string): Promise<readonly string[]> {
  const value: unknown = parse(code)
  if (Array.isArray(value))
    return [
      ...(await lintWorkflow(around + code.replaceAll(/^(?=.)/gm, '      '), 'steps.yml')),
      ...lackingInputs(value),
    ]
  if (typeof value !== 'object' || value === null) return ['it holds neither a list nor keys']
  if ('jobs' in value)
    return [...(await lintWorkflow(code, 'workflow.yml')), ...lackingInputs(stepsOf(value.jobs))]
  const policy = parsePolicy(code, readYaml)
  if (policy.kind === 'valid') return []
  return [`it is neither a list of steps nor a workflow, and no policy: ${policy.message}`]
}

function stepsOf(jobs: unknown): readonly unknown[] {
  return Object.values(jobs ?? {}).flatMap((job) => job?.steps ?? [])
}

function lackingInputs(steps: readonly unknown[]): readonly string[] {
  return steps.flatMap((step) => {
    if (typeof step !== 'object' || step === null) return []
    const { uses, with: given = {} } = step as { uses?: unknown; with?: Record<string, unknown> }
    if (uses !== placeholder) return []
    const { command = 'backup' } = given
    const needed = withoutDatabase.includes(String(command)) ? [] : ['database-url']
    return [...needed, 'bucket']
      .filter((key) => !(key in given))
      .map((key) => `the step has no ${key}`)
  })
}
