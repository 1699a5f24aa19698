import { pageOf } from '../paging.ts'
import { notFound, ok, type Route } from '../route.ts'
import { presentInstant, type World } from '../world.ts'
import type { EnvironmentState } from './environments.ts'
import type { RepositoryState } from './repositories.ts'
import { findRun, type RunState, runPage } from './runs.ts'
import { readWorkflow, workflowPath } from './workflows.ts'

export interface JobState {
  readonly id: number
  readonly name: string
  status: 'queued' | 'waiting' | 'in_progress' | 'completed'
  /** Of a completed job. */
  conclusion: string
  readonly environment: EnvironmentState | undefined
  readonly createdAt: Date
  startedAt: Date
  completedAt: Date | undefined
}

/** A job of a run, queued. */
export function addJob(
  world: World,
  run: RunState,
  name: string,
  environment?: EnvironmentState,
): JobState {
  const job: JobState = {
    id: world.nextId(),
    name,
    status: 'queued',
    conclusion: 'success',
    environment,
    createdAt: world.now(),
    startedAt: world.now(),
    completedAt: undefined,
  }
  run.jobs.push(job)
  return job
}

/** GitHub's "job". */
export function presentJob(
  job: JobState,
  run: RunState,
  repository: RepositoryState,
  apiUrl: string,
): Record<string, unknown> {
  const url = `${apiUrl}/repos/${repository.fullName}`
  const isTaken = job.status === 'in_progress' || job.status === 'completed'
  return {
    id: job.id,
    run_id: run.id,
    run_url: `${url}/actions/runs/${run.id}`,
    run_attempt: run.attempts.length,
    node_id: `J_${job.id}`,
    head_sha: 'a'.repeat(40),
    head_branch: run.branch,
    workflow_name: String(
      readWorkflow(repository, run.workflow)['name'] ?? workflowPath(run.workflow.file),
    ),
    url: `${url}/actions/jobs/${job.id}`,
    html_url: `${runPage(run, repository)}/job/${job.id}`,
    status: job.status,
    conclusion: job.status === 'completed' ? job.conclusion : null,
    created_at: presentInstant(job.createdAt),
    started_at: presentInstant(job.startedAt),
    completed_at: job.completedAt === undefined ? null : presentInstant(job.completedAt),
    name: job.name,
    steps: [],
    check_run_url: `${url}/check-runs/${job.id}`,
    labels: ['ubuntu-24.04'],
    runner_id: isTaken ? 1 : null,
    runner_name: isTaken ? 'GitHub Actions 1' : null,
    runner_group_id: isTaken ? 0 : null,
    runner_group_name: isTaken ? 'GitHub Actions' : null,
  }
}

export const jobRoutes: readonly Route[] = [
  {
    operationId: 'actions/list-jobs-for-workflow-run',
    permission: { name: 'actions', level: 'read' },
    answer(call) {
      const run = findRun(call)
      if (run === undefined) return notFound()
      const { items, headers } = pageOf(run.jobs, call)
      const jobs = items.map((job) => presentJob(job, run, call.repository, call.apiUrl))
      return { status: 200, body: { total_count: run.jobs.length, jobs }, headers }
    },
  },
  {
    operationId: 'actions/get-job-for-workflow-run',
    permission: { name: 'actions', level: 'read' },
    answer({ repository, parameters, apiUrl }) {
      const id = Number(parameters['job_id'])
      for (const run of repository.runs.values()) {
        const job = run.jobs.find((one) => one.id === id)
        if (job !== undefined) return ok(presentJob(job, run, repository, apiUrl))
      }
      return notFound()
    },
  },
]
