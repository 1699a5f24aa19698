import { notFound, ok, type Route } from '../route.ts'
import { type EnvironmentState, presentEnvironmentHead } from './environments.ts'
import { findRun, type RunState } from './runs.ts'
import { presentUser, type UserState } from './users.ts'

/** One record of a review of a run. */
export interface ApprovalState {
  readonly state: 'approved' | 'rejected' | 'pending'
  readonly environments: readonly EnvironmentState[]
  readonly user: UserState
  readonly comment: string
}

/** Lets `user` answer for one environment of a run. */
export function seedApproval(
  run: RunState,
  environment: EnvironmentState,
  user: UserState,
  state: ApprovalState['state'] = 'approved',
): void {
  run.approvals.push({ state, environments: [environment], user, comment: '' })
}

export const approvalRoutes: readonly Route[] = [
  {
    operationId: 'actions/get-reviews-for-run',
    permission: { name: 'actions', level: 'read' },
    answer(call) {
      const { repository, apiUrl } = call
      const run = findRun(call)
      if (run === undefined) return notFound()
      return ok(
        run.approvals.map(({ state, environments, user, comment }) => ({
          state,
          comment,
          user: presentUser(user, apiUrl),
          environments: environments.map((environment) =>
            presentEnvironmentHead(environment, repository, apiUrl),
          ),
        })),
      )
    },
  },
]
