import { asObject, type JsonObject } from '../github-description.ts'
import { type Call, noContent, notFound, ok, type Reply, type Route, refuse } from '../route.ts'
import { readInputs, startRun } from '../start-run.ts'
import { runPage } from './runs.ts'
import { findWorkflow, readWorkflow } from './workflows.ts'

/** Of all inputs together. */
const charactersMax = 65_535

/** What GitHub says of inputs that the file does not take; nothing where it takes them. */
function refuseInputs(
  described: Readonly<Record<string, JsonObject>>,
  given: JsonObject,
): string | undefined {
  const unexpected = Object.keys(given).filter((name) => !Object.hasOwn(described, name))
  if (unexpected.length > 0) return `Unexpected inputs provided: ${JSON.stringify(unexpected)}`
  for (const [name, { required, type, options, default: preset }] of Object.entries(described)) {
    const value = given[name]
    if (value === undefined || value === '') {
      if (required === true && preset === undefined) return `Required input '${name}' not provided`
      continue
    }
    if (typeof value !== 'string') return `For 'properties/inputs', "${name}" is not a string`
    if (type === 'choice' && !(Array.isArray(options) && options.map(String).includes(value))) {
      return `Provided value '${value}' for input '${name}' not in the list of allowed values`
    }
    if (type === 'boolean' && value !== 'true' && value !== 'false') {
      return `Provided value '${value}' for input '${name}' is not a boolean`
    }
    if (type === 'number' && !Number.isFinite(Number(value))) {
      return `Provided value '${value}' for input '${name}' is not a number`
    }
  }
  if (Object.values(given).join('').length > charactersMax) return 'inputs are too large.'
  return undefined
}

function dispatch(call: Call): Reply {
  const { world, repository, token, edition, apiUrl } = call
  const { ref, inputs = {}, ...others } = asObject(call.body)
  const { return_run_details: isDetailed, ...unknown } = others
  const refused = Object.keys(edition === 'api.github.com' ? unknown : others)
  if (refused.length > 0) {
    return refuse(400, `Invalid request.\n\n"${refused.join('", "')}" is not a permitted key.`)
  }
  const workflow = findWorkflow(call)
  if (workflow === undefined) return notFound()
  const branches = [repository.defaultBranch, `refs/heads/${repository.defaultBranch}`]
  if (!branches.includes(String(ref))) return refuse(422, `No ref found for: ${String(ref)}`)
  if (workflow.state !== 'active') {
    return refuse(422, "Cannot trigger a 'workflow_dispatch' on a disabled workflow")
  }
  const described = readInputs(readWorkflow(repository, workflow))
  if (described === undefined) {
    return refuse(422, "Workflow does not have 'workflow_dispatch' trigger")
  }
  const refusal = refuseInputs(described, asObject(inputs))
  if (refusal !== undefined) return refuse(422, refusal)
  const run = startRun({
    world,
    repository,
    workflow,
    event: 'workflow_dispatch',
    actor: token.user,
    // All of them texts: anything else was refused.
    inputs: asObject(inputs) as Readonly<Record<string, string>>,
  })
  if (isDetailed !== true) return noContent
  return ok({
    workflow_run_id: run.id,
    run_url: `${apiUrl}/repos/${repository.fullName}/actions/runs/${run.id}`,
    html_url: runPage(run, repository),
  })
}

export const dispatchRoutes: readonly Route[] = [
  {
    operationId: 'actions/create-workflow-dispatch',
    permission: { name: 'actions', level: 'write' },
    answer: dispatch,
  },
]
