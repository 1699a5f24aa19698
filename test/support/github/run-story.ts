import type { EnvironmentState } from './resources/environments.ts'
import type { JobState } from './resources/jobs.ts'
import { seedPending } from './resources/pending.ts'
import type { RepositoryState } from './resources/repositories.ts'
import { isReviewer } from './resources/reviewers.ts'
import type { RunState, RunStatus } from './resources/runs.ts'
import type { UserState } from './resources/users.ts'
import { emit, type World } from './world.ts'

/** A run and where it is. */
export interface RunScene {
  readonly world: World
  readonly repository: RepositoryState
  readonly run: RunState
}

/** Lets a run stand otherwise, and tells of it where GitHub does. */
export function changeRun(scene: RunScene, status: RunStatus, conclusion = 'success'): void {
  const { world, repository, run } = scene
  setStatus(scene, status)
  if (status === 'completed') run.conclusion = conclusion
  const action = {
    queued: 'requested',
    in_progress: 'in_progress',
    completed: 'completed',
  } as const
  if (status !== 'queued' && status !== 'in_progress' && status !== 'completed') return
  const sender = run.triggeringActor
  emit(world, { event: 'workflow_run', action: action[status], repository, run, sender })
}

function setStatus({ world, run }: RunScene, status: RunStatus): void {
  run.attempts[run.attempts.length - 1] = status
  run.updatedAt = world.now()
}

/** Lets a job stand otherwise, and tells of it; a job of an environment is a deployment too. */
export function changeJob(
  scene: RunScene,
  job: JobState,
  status: JobState['status'],
  conclusion = 'success',
): void {
  const { world, repository, run } = scene
  job.status = status
  const sender = run.triggeringActor
  if (status === 'in_progress') job.startedAt = world.now()
  if (status === 'completed') {
    job.completedAt = world.now()
    job.conclusion = conclusion
  }
  run.updatedAt = world.now()
  emit(world, { event: 'workflow_job', action: status, repository, run, job, sender })
  const { environment } = job
  if (environment === undefined) return
  const ended = conclusion === 'success' ? 'success' : 'failure'
  const state = status === 'completed' ? ended : status
  const facts = { repository, run, job, environment, sender }
  emit(world, { event: 'deployment_status', action: 'created', state, ...facts })
}

/** Lets a job wait for the reviewers of its environment. */
export function requestReview(scene: RunScene, job: JobState): void {
  const { world, run } = scene
  if (job.environment === undefined) throw new Error(`Job "${job.name}" has no environment`)
  const { since } = seedPending(world, run, job.environment, job)
  changeRun(scene, 'waiting')
  changeJob(scene, job, 'waiting')
  tellReview(scene, { job, environment: job.environment, since }, 'requested', run.triggeringActor)
}

/**
 * A person's answer for an environment that a run waits for, by GitHub's rules: a reviewer, and where the
 * environment says so none who started the run.
 *
 * @throws Error where GitHub would refuse it
 */
export function review(
  scene: RunScene,
  environment: EnvironmentState,
  user: UserState,
  verdict: 'approved' | 'rejected',
  comment = '',
): void {
  const { world, repository, run } = scene
  const waiting = run.pending.filter((one) => one.environment === environment)
  if (waiting.length === 0) throw new Error(`The run does not wait for "${environment.name}"`)
  if (!isReviewer(world, repository, environment, user)) {
    throw new Error(`${user.login} is no reviewer of "${environment.name}"`)
  }
  if (environment.preventsSelfReview && user.id === run.triggeringActor.id) {
    throw new Error(`${user.login} started the run`)
  }
  run.pending = run.pending.filter((one) => one.environment !== environment)
  run.approvals.push({ state: verdict, environments: [environment], user, comment })
  for (const { job, since } of waiting) {
    if (job !== undefined) tellReview(scene, { job, environment, since }, verdict, user, comment)
  }
  if (run.reviewed !== undefined) run.reviewed(environment, verdict)
  else if (verdict === 'approved') setStatus(scene, run.pending.length === 0 ? 'queued' : 'waiting')
  else {
    for (const { job } of waiting) {
      if (job !== undefined) changeJob(scene, job, 'completed', 'failure')
    }
    changeRun(scene, 'completed', 'failure')
  }
}

interface Waiting {
  readonly job: JobState
  readonly environment: EnvironmentState
  readonly since: Date
}

function tellReview(
  { world, repository, run }: RunScene,
  waiting: Waiting,
  action: 'requested' | 'approved' | 'rejected',
  sender: UserState,
  comment = '',
): void {
  const facts = { repository, run, sender, comment, ...waiting }
  emit(world, { event: 'deployment_review', action, ...facts })
}
