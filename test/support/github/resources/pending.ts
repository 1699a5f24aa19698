import { notFound, ok, type Route } from '../route.ts'
import { presentInstant, type World } from '../world.ts'
import { type EnvironmentState, presentEnvironmentHead, presentReviewer } from './environments.ts'
import type { JobState } from './jobs.ts'
import { isReviewer } from './reviewers.ts'
import { findRun, type RunState } from './runs.ts'

/** An environment that a job of a run waits for. */
export interface PendingState {
  readonly environment: EnvironmentState
  readonly job: JobState | undefined
  readonly since: Date
}

/** Lets a run wait for an environment's reviewers. */
export function seedPending(
  world: World,
  run: RunState,
  environment: EnvironmentState,
  job?: JobState,
): PendingState {
  const pending = { environment, job, since: world.now() }
  run.pending.push(pending)
  return pending
}

export const pendingRoutes: readonly Route[] = [
  {
    operationId: 'actions/get-pending-deployments-for-run',
    permission: { name: 'actions', level: 'read' },
    answer(call) {
      const { world, repository, token, apiUrl } = call
      const run = findRun(call)
      if (run === undefined) return notFound()
      return ok(
        run.pending.map(({ environment, since }) => ({
          environment: presentEnvironmentHead(environment, repository, apiUrl),
          wait_timer: environment.waitMinutes,
          wait_timer_started_at: presentInstant(since),
          current_user_can_approve: isReviewer(world, repository, environment, token.user),
          reviewers: (environment.reviewers ?? []).map((reviewer) =>
            presentReviewer(reviewer, apiUrl),
          ),
        })),
      )
    },
  },
]
