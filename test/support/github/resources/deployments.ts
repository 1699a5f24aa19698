import { presentInstant } from '../world.ts'
import type { JobState } from './jobs.ts'
import type { RepositoryState } from './repositories.ts'
import { type RunState, runPage } from './runs.ts'
import { presentUser } from './users.ts'

/** The deployment behind a job with an environment, as webhooks have it. Its id is made from the job's. */
export function presentDeployment(
  { id: jobId, environment, createdAt }: JobState,
  run: RunState,
  repository: RepositoryState,
  apiUrl: string,
): Record<string, unknown> {
  const id = jobId * 100 + 1
  const url = `${apiUrl}/repos/${repository.fullName}/deployments/${id}`
  return {
    id,
    node_id: `DE_${id}`,
    url,
    sha: 'a'.repeat(40),
    ref: run.branch,
    task: 'deploy',
    payload: {},
    original_environment: environment?.name ?? '',
    environment: environment?.name ?? '',
    transient_environment: false,
    production_environment: false,
    description: null,
    creator: presentUser(run.actor, apiUrl),
    created_at: presentInstant(createdAt),
    updated_at: presentInstant(run.updatedAt),
    statuses_url: `${url}/statuses`,
    repository_url: `${apiUrl}/repos/${repository.fullName}`,
    performed_via_github_app: null,
  }
}

/** How a deployment stands. */
export function presentDeploymentStatus(
  job: JobState,
  state: string,
  run: RunState,
  repository: RepositoryState,
  apiUrl: string,
): object {
  const deployment = presentDeployment(job, run, repository, apiUrl)
  const id = job.id * 100 + 2
  const page = `${runPage(run, repository)}/job/${job.id}`
  return {
    id,
    node_id: `DES_${id}`,
    url: `${String(deployment['url'])}/statuses/${id}`,
    state,
    creator: deployment['creator'],
    description: '',
    environment: deployment['environment'],
    target_url: page,
    log_url: page,
    created_at: presentInstant(run.updatedAt),
    updated_at: presentInstant(run.updatedAt),
    deployment_url: deployment['url'],
    repository_url: deployment['repository_url'],
    performed_via_github_app: null,
  }
}
