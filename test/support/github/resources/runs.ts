import type { Values } from '../expressions/value.ts'
import { asObject, exampleOf } from '../github-description.ts'
import type { Call } from '../route.ts'
import { presentInstant, type World } from '../world.ts'
import type { ApprovalState } from './approvals.ts'
import type { EnvironmentState } from './environments.ts'
import type { JobState } from './jobs.ts'
import type { PendingState } from './pending.ts'
import { presentRepository, type RepositoryState } from './repositories.ts'
import { presentUser, type UserState } from './users.ts'
import { readWorkflow, type WorkflowState, workflowPath } from './workflows.ts'

export type RunStatus = 'queued' | 'requested' | 'pending' | 'waiting' | 'in_progress' | 'completed'

export interface RunState {
  readonly id: number
  /** Status of each attempt, the first one first. */
  attempts: RunStatus[]
  /** Of a completed run. */
  conclusion: string
  branch: string
  event: string
  /** What `run-name` made. */
  title: string
  readonly workflow: WorkflowState
  readonly number: number
  /** Of a dispatch, with the defaults of the workflow's file. */
  readonly inputs: Readonly<Record<string, string>>
  /** What expressions of the run can see from its start. */
  readonly context: Values
  actor: UserState
  triggeringActor: UserState
  approvals: ApprovalState[]
  pending: PendingState[]
  readonly jobs: JobState[]
  createdAt: Date
  updatedAt: Date
  /** Set while something carries the run out, which then ends it. */
  cancel?: (() => void) | undefined
  /** Set likewise: told of a person's answer. */
  reviewed?: ((environment: EnvironmentState, verdict: 'approved' | 'rejected') => void) | undefined
}

/** A run that `starter` dispatched on the default branch, in its first attempt. */
export function seedRun(
  world: World,
  repository: RepositoryState,
  starter: UserState,
  changes: Partial<Omit<RunState, 'id'>> = {},
): RunState {
  const file = 'database-restore.yml'
  const workflow = changes.workflow ??
    repository.workflows.get(file) ?? { id: 1, file, state: 'active' }
  const run: RunState = {
    id: world.nextId(),
    attempts: ['in_progress'],
    conclusion: 'success',
    branch: repository.defaultBranch,
    event: 'workflow_dispatch',
    title: 'restore',
    workflow,
    number: [...repository.runs.values()].filter((other) => other.workflow === workflow).length + 1,
    inputs: {},
    context: {},
    actor: starter,
    triggeringActor: starter,
    approvals: [],
    pending: [],
    jobs: [],
    createdAt: world.now(),
    updatedAt: world.now(),
    ...changes,
  }
  repository.runs.set(run.id, run)
  return run
}

/** The run of a path, where the repository has it. */
export function findRun({ repository, parameters }: Call): RunState | undefined {
  return repository.runs.get(Number(parameters['run_id']))
}

/** Status of a run's newest attempt. */
export function statusOf(run: RunState): RunStatus {
  return run.attempts.at(-1) ?? 'queued'
}

/** The page of a run, for people. */
export function runPage(run: RunState, repository: RepositoryState): string {
  return `https://github.example/${repository.fullName}/actions/runs/${run.id}`
}

/** GitHub's "workflow run", in one of its attempts. */
export function presentRun(
  run: RunState,
  repository: RepositoryState,
  apiUrl: string,
  attempt = run.attempts.length,
): Record<string, unknown> {
  const status = run.attempts[attempt - 1]
  const url = `${apiUrl}/repos/${repository.fullName}/actions/runs/${run.id}`
  const { head_commit } = exampleOf('actions/get-workflow-run')
  const { id: workflowId, file } = run.workflow
  return {
    id: run.id,
    name: String(readWorkflow(repository, run.workflow)['name'] ?? workflowPath(file)),
    node_id: `WFR_${run.id}`,
    check_suite_id: run.id,
    check_suite_node_id: `CS_${run.id}`,
    display_title: run.title,
    head_branch: run.branch,
    head_sha: 'a'.repeat(40),
    head_commit: { ...asObject(head_commit), id: 'a'.repeat(40) },
    path: workflowPath(file),
    workflow_id: workflowId,
    run_number: run.number,
    run_attempt: attempt,
    run_started_at: presentInstant(run.createdAt),
    event: run.event,
    status,
    conclusion: status === 'completed' ? run.conclusion : null,
    actor: presentUser(run.actor, apiUrl),
    triggering_actor: presentUser(run.triggeringActor, apiUrl),
    repository: presentRepository(repository, apiUrl),
    head_repository: presentRepository(repository, apiUrl),
    pull_requests: [],
    referenced_workflows: [],
    created_at: presentInstant(run.createdAt),
    updated_at: presentInstant(run.updatedAt),
    url,
    html_url: runPage(run, repository),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${apiUrl}/repos/${repository.fullName}/check-suites/${run.id}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: null,
    workflow_url: `${apiUrl}/repos/${repository.fullName}/actions/workflows/${workflowId}`,
  }
}
