import { interpolate } from './expressions/interpolate.ts'
import type { Values } from './expressions/value.ts'
import { asObject, type JsonObject } from './github-description.ts'
import type { RepositoryState } from './resources/repositories.ts'
import { type RunState, seedRun } from './resources/runs.ts'
import type { UserState } from './resources/users.ts'
import { readWorkflow, type WorkflowState } from './resources/workflows.ts'
import { changeRun } from './run-story.ts'
import type { World } from './world.ts'

/** What starts a run. */
export interface Start {
  readonly world: World
  readonly repository: RepositoryState
  readonly workflow: WorkflowState
  readonly event: 'workflow_dispatch' | 'schedule' | 'issue_comment' | 'workflow_run'
  readonly actor: UserState
  /** Of a dispatch, as they were given. */
  readonly inputs?: Readonly<Record<string, string>>
  /** `github.event`, beside what every event has. */
  readonly payload?: Values
}

/** What the file of a workflow takes by hand; nothing where it cannot be started by hand. */
export function readInputs(file: JsonObject): Readonly<Record<string, JsonObject>> | undefined {
  const { on } = file
  if (on === 'workflow_dispatch') return {}
  if (Array.isArray(on)) return on.includes('workflow_dispatch') ? {} : undefined
  if (!Object.hasOwn(asObject(on), 'workflow_dispatch')) return undefined
  const inputs = asObject(asObject(asObject(on)['workflow_dispatch'])['inputs'])
  return Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, asObject(input)]))
}

/** A new run, queued, with the title that `run-name` makes; whoever listens is told. */
export function startRun(start: Start): RunState {
  const { world, repository, workflow, event, actor, inputs: given = {}, payload = {} } = start
  const file = readWorkflow(repository, workflow)
  const described = event === 'workflow_dispatch' ? (readInputs(file) ?? {}) : {}
  const presets = Object.entries(described).map(([name, { default: preset, type }]) => [
    name,
    preset === undefined ? (type === 'boolean' ? 'false' : '') : String(preset),
  ])
  const inputs: Record<string, string> = { ...Object.fromEntries(presets), ...given }
  const github = {
    event: { ...payload, ...(event === 'workflow_dispatch' && { inputs }) },
    event_name: event,
    actor: actor.login,
    actor_id: String(actor.id),
    triggering_actor: actor.login,
    repository: repository.fullName,
    ref: `refs/heads/${repository.defaultBranch}`,
  }
  const typed = typedInputs(inputs, described)
  const { 'run-name': name } = file
  const contexts = { github, inputs: typed, vars: repository.variables }
  const title = name === undefined ? '' : interpolate(String(name), { contexts }).trim()
  const run = seedRun(world, repository, actor, {
    workflow,
    event,
    inputs,
    context: { github, inputs: typed },
    title: title === '' ? String(file['name'] ?? workflow.file) : title,
    attempts: ['queued'],
  })
  changeRun({ world, repository, run }, 'queued')
  return run
}

/** The context `inputs`, in which a boolean is one, unlike in `github.event.inputs`. */
function typedInputs(
  inputs: Readonly<Record<string, string>>,
  described: Readonly<Record<string, JsonObject>>,
): Values {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, text]) => {
      const type = described[name]?.['type']
      if (type === 'boolean') return [name, text === 'true']
      return [name, type === 'number' && text !== '' ? Number(text) : text]
    }),
  )
}
