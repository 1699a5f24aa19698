import { asObject } from '../github-description.ts'
import type { Happening } from '../happening.ts'
import type { InstallationState } from '../resources/apps.ts'
import { presentComment } from '../resources/comments.ts'
import { presentDeployment, presentDeploymentStatus } from '../resources/deployments.ts'
import { presentReviewer } from '../resources/environments.ts'
import { presentIssue } from '../resources/issues.ts'
import { presentJob } from '../resources/jobs.ts'
import { presentFullRepository } from '../resources/repositories.ts'
import { presentRun, runPage } from '../resources/runs.ts'
import { presentUser } from '../resources/users.ts'
import { presentWorkflow } from '../resources/workflows.ts'
import { presentInstant } from '../world.ts'

/** The payload by which GitHub tells an installed App of something. */
export function presentPayload(
  happening: Happening,
  { id }: InstallationState,
  apiUrl: string,
): Record<string, unknown> {
  const { repository, sender, action } = happening
  return {
    action,
    ...presentFacts(happening, apiUrl),
    repository: presentFullRepository(repository, apiUrl),
    organization: presentOrganization(happening, apiUrl),
    sender: presentUser(sender, apiUrl),
    installation: { id, node_id: `MDIzOkludGVncmF0aW9uSW5zdGFsbGF0aW9u${id}` },
  }
}

/** What the payload of an event says of it, whoever is told. */
export function presentFacts(happening: Happening, apiUrl: string): object {
  const { repository } = happening
  switch (happening.event) {
    case 'issue_comment': {
      const { comment, before } = happening
      return {
        issue: presentIssue(comment.issue, repository, apiUrl),
        comment: presentComment(comment, repository, apiUrl),
        ...(before !== undefined && { changes: { body: { from: before } } }),
      }
    }
    case 'workflow_run':
      return {
        workflow: presentWorkflow(happening.run.workflow, repository, apiUrl),
        workflow_run: presentRun(happening.run, repository, apiUrl),
      }
    case 'workflow_job': {
      const { run, job } = happening
      return {
        workflow_job: presentJob(job, run, repository, apiUrl),
        ...(job.environment !== undefined && {
          deployment: presentDeployment(job, run, repository, apiUrl),
        }),
      }
    }
    case 'deployment_review':
      return reviewFacts(happening, apiUrl)
    case 'deployment_status': {
      const { run, job, state } = happening
      return {
        deployment: presentDeployment(job, run, repository, apiUrl),
        deployment_status: presentDeploymentStatus(job, state, run, repository, apiUrl),
        workflow: presentWorkflow(run.workflow, repository, apiUrl),
        workflow_run: shorten(presentRun(run, repository, apiUrl)),
      }
    }
  }
}

function reviewFacts(
  happening: Extract<Happening, { event: 'deployment_review' }>,
  apiUrl: string,
): object {
  const { repository, run, job, environment, action, comment, since, sender } = happening
  const jobRun = {
    id: job.id,
    name: job.name,
    status: job.status,
    conclusion: null,
    html_url: `${runPage(run, repository)}/job/${job.id}`,
    created_at: presentInstant(job.createdAt),
    updated_at: presentInstant(run.updatedAt),
    environment: environment.name,
  }
  const reviewers = (environment.reviewers ?? []).map((one) => presentReviewer(one, apiUrl))
  return {
    workflow_run: presentRun(run, repository, apiUrl),
    since: presentInstant(since),
    reviewers,
    workflow_job_run: jobRun,
    ...(action === 'requested'
      ? { environment: environment.name, requestor: presentUser(run.triggeringActor, apiUrl) }
      : {
          comment,
          approver: presentUser(sender, apiUrl),
          // By GitHub's description the job of an answered review has no name.
          workflow_job_run: { ...jobRun, name: null },
          workflow_job_runs: [jobRun],
        }),
  }
}

/** Within `deployment_status` GitHub tells less of a run. */
function shorten(run: Readonly<Record<string, unknown>>): object {
  const dropped = ['jobs_url', 'logs_url', 'artifacts_url', 'cancel_url', 'rerun_url']
  const kept = Object.entries(run).filter(([name]) => !dropped.includes(name))
  const repository = { ...asObject(run['repository']), description: null }
  return {
    ...Object.fromEntries(kept),
    head_commit: null,
    repository,
    head_repository: repository,
  }
}

function presentOrganization({ repository }: Happening, apiUrl: string): object {
  const { login, id, avatar_url, node_id } = asObject(presentUser(repository.owner, apiUrl))
  const url = `${apiUrl}/orgs/${String(login)}`
  return {
    login,
    id,
    node_id,
    avatar_url,
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    description: null,
  }
}
