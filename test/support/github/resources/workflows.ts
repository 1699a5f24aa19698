import { parse } from 'yaml'
import { asObject, type JsonObject } from '../github-description.ts'
import { type Call, notFound, ok, type Route } from '../route.ts'
import { type World, worldInstant } from '../world.ts'
import type { RepositoryState } from './repositories.ts'

export interface WorkflowState {
  readonly id: number
  /** "database-backup.yml". */
  readonly file: string
  state: 'active' | 'deleted' | 'disabled_fork' | 'disabled_inactivity' | 'disabled_manually'
}

/** A workflow file on the default branch, with its text where somebody will start it. */
export function seedWorkflow(
  world: World,
  repository: RepositoryState,
  file: string,
  state: WorkflowState['state'] = 'active',
  text?: string,
): WorkflowState {
  const workflow: WorkflowState = { id: world.nextId(), file, state }
  repository.workflows.set(file, workflow)
  if (text !== undefined) repository.files.set(workflowPath(file), text)
  return workflow
}

export function workflowPath(file: string): string {
  return `.github/workflows/${file}`
}

/** What a workflow's file says, as YAML 1.2 reads it; an empty object where nobody gave its text. */
export function readWorkflow(repository: RepositoryState, { file }: WorkflowState): JsonObject {
  return asObject(parse(repository.files.get(workflowPath(file)) ?? ''))
}

/** The workflow of a path, by id or by file name. */
export function findWorkflow({ repository, parameters }: Call): WorkflowState | undefined {
  const asked = parameters['workflow_id'] ?? ''
  return [...repository.workflows.values()].find(
    ({ id, file }) => file === asked || String(id) === asked,
  )
}

/** GitHub's "workflow". */
export function presentWorkflow(
  { id, file, state }: WorkflowState,
  repository: RepositoryState,
  apiUrl: string,
): object {
  const page = `https://github.example/${repository.fullName}`
  return {
    id,
    node_id: `W_${id}`,
    name: String(readWorkflow(repository, { id, file, state })['name'] ?? file),
    path: workflowPath(file),
    state,
    created_at: worldInstant,
    updated_at: worldInstant,
    url: `${apiUrl}/repos/${repository.fullName}/actions/workflows/${id}`,
    html_url: `${page}/blob/main/${workflowPath(file)}`,
    badge_url: `${page}/workflows/${file}/badge.svg`,
  }
}

export const workflowRoutes: readonly Route[] = [
  {
    operationId: 'actions/get-workflow',
    permission: { name: 'actions', level: 'read' },
    answer(call) {
      const workflow = findWorkflow(call)
      return workflow === undefined
        ? notFound()
        : ok(presentWorkflow(workflow, call.repository, call.apiUrl))
    },
  },
]
