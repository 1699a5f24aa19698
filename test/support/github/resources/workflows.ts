import { notFound, ok, type Route } from '../route.ts'
import { type World, worldInstant } from '../world.ts'
import type { RepositoryState } from './repositories.ts'

export interface WorkflowState {
  readonly id: number
  /** "database-backup.yml". */
  readonly file: string
  state: 'active' | 'deleted' | 'disabled_fork' | 'disabled_inactivity' | 'disabled_manually'
}

/** A workflow file on the default branch. */
export function seedWorkflow(
  world: World,
  repository: RepositoryState,
  file: string,
  state: WorkflowState['state'] = 'active',
): WorkflowState {
  const workflow: WorkflowState = { id: world.nextId(), file, state }
  repository.workflows.set(file, workflow)
  return workflow
}

export const workflowRoutes: readonly Route[] = [
  {
    operationId: 'actions/get-workflow',
    permission: { name: 'actions', level: 'read' },
    answer({ repository, parameters, apiUrl }) {
      const asked = parameters['workflow_id'] ?? ''
      const workflow = [...repository.workflows.values()].find(
        ({ id, file }) => file === asked || String(id) === asked,
      )
      if (workflow === undefined) return notFound()
      const { id, file, state } = workflow
      return ok({
        id,
        node_id: `W_${id}`,
        name: file,
        path: `.github/workflows/${file}`,
        state,
        created_at: worldInstant,
        updated_at: worldInstant,
        url: `${apiUrl}/repos/${repository.fullName}/actions/workflows/${id}`,
        html_url: `https://github.example/${repository.fullName}/blob/main/.github/workflows/${file}`,
        badge_url: `https://github.example/${repository.fullName}/workflows/${file}/badge.svg`,
      })
    },
  },
]
