import { exampleOf } from '../github-description.ts'
import { type Call, notFound, ok, type Reply, type Route } from '../route.ts'
import { type World, worldInstant } from '../world.ts'
import type { ApprovalState } from './approvals.ts'
import { presentRepository, type RepositoryState } from './repositories.ts'
import { presentUser, type UserState } from './users.ts'

export interface RunState {
  readonly id: number
  /** Status of each attempt, the first one first. */
  attempts: ('queued' | 'waiting' | 'in_progress' | 'completed')[]
  branch: string
  event: string
  actor: UserState
  triggeringActor: UserState
  approvals: ApprovalState[]
}

/** A run that `starter` dispatched on the default branch, in its first attempt. */
export function seedRun(
  world: World,
  repository: RepositoryState,
  starter: UserState,
  changes: Partial<Omit<RunState, 'id'>> = {},
): RunState {
  const run: RunState = {
    id: world.nextId(),
    attempts: ['in_progress'],
    branch: repository.defaultBranch,
    event: 'workflow_dispatch',
    actor: starter,
    triggeringActor: starter,
    approvals: [],
    ...changes,
  }
  repository.runs.set(run.id, run)
  return run
}

/** The run of a path, where the repository has it. */
export function findRun({ repository, parameters }: Call): RunState | undefined {
  return repository.runs.get(Number(parameters['run_id']))
}

function presentRun(run: RunState, attempt: number, { repository, apiUrl }: Call): Reply {
  const status = run.attempts[attempt - 1]
  if (status === undefined) return notFound()
  const url = `${apiUrl}/repos/${repository.fullName}/actions/runs/${run.id}`
  const { head_commit } = exampleOf('actions/get-workflow-run')
  return ok({
    id: run.id,
    name: 'restore',
    node_id: `WFR_${run.id}`,
    display_title: 'restore',
    head_branch: run.branch,
    head_sha: 'a'.repeat(40),
    head_commit,
    path: '.github/workflows/database-restore.yml',
    workflow_id: 1,
    run_number: 1,
    run_attempt: attempt,
    run_started_at: worldInstant,
    event: run.event,
    status,
    conclusion: status === 'completed' ? 'success' : null,
    actor: presentUser(run.actor, apiUrl),
    triggering_actor: presentUser(run.triggeringActor, apiUrl),
    repository: presentRepository(repository, apiUrl),
    head_repository: presentRepository(repository, apiUrl),
    pull_requests: [],
    referenced_workflows: [],
    created_at: worldInstant,
    updated_at: worldInstant,
    url,
    html_url: `https://github.example/${repository.fullName}/actions/runs/${run.id}`,
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${apiUrl}/repos/${repository.fullName}/check-suites/1`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: null,
    workflow_url: `${apiUrl}/repos/${repository.fullName}/actions/workflows/1`,
  })
}

export const runRoutes: readonly Route[] = [
  {
    operationId: 'actions/get-workflow-run',
    permission: { name: 'actions', level: 'read' },
    answer(call) {
      const run = findRun(call)
      return run === undefined ? notFound() : presentRun(run, run.attempts.length, call)
    },
  },
  {
    operationId: 'actions/get-workflow-run-attempt',
    permission: { name: 'actions', level: 'read' },
    answer(call) {
      const run = findRun(call)
      const attempt = Number(call.parameters['attempt_number'])
      return run === undefined ? notFound() : presentRun(run, attempt, call)
    },
  },
]
