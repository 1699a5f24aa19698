import type { CardNews } from './change-card.ts'
import { limits } from './limits.ts'
import type { Approval, Job, PendingDeployment, Run } from './ports.ts'

/** What GitHub says of a run, all of it read anew. */
export interface RunTruth {
  readonly run: Run
  readonly pending: readonly PendingDeployment[]
  readonly approvals: readonly Approval[]
  /** Of a run that ended badly; else empty. */
  readonly jobs: readonly Job[]
}

/** GitHub ends a waiting run some time after its limit, and starts to count some time after the run's start. */
const expirySlackMs = 3_600_000

/**
 * What a card has to be told of a run. It depends on the run alone and not on the event that led here, so
 * any order of events, or one of them, ends in the same state. `planned` and `running` are the run's own
 * to tell, and so is a result; here stand the ends that it did not come to tell.
 */
export function describeRun(truth: RunTruth): CardNews {
  const { run, approvals } = truth
  const approvers = approvals
    .filter(({ state }) => state === 'approved')
    .flatMap(({ user }) => (user === undefined ? [] : [{ id: user.id, login: user.login }]))
  const facts: CardNews = {
    run: { id: run.id, url: run.url },
    ...(approvers.length > 0 && { approvers }),
  }
  const rejection = approvals.find(({ state }) => state === 'rejected')
  if (rejection !== undefined) return { ...facts, ...describeRejection(rejection) }
  if (run.status === 'completed') return { ...facts, ...describeEnd(truth) }
  const [waiting] = truth.pending
  if (waiting !== undefined) return { ...facts, ...describeWaiting(run, waiting) }
  // The empty message takes away that no run had shown; what the run itself has told is further on.
  const state = approvers.length > 0 ? 'approved' : 'requested'
  return { ...facts, state, message: '', hint: '' }
}

function describeRejection({ user, environments }: Approval): CardNews {
  const who = user === undefined ? 'A reviewer' : user.login
  const where =
    environments.length === 0 ? '' : ` in the environment "${environments.join('", "')}"`
  return {
    state: 'rejected',
    message: `${who} rejected it${where}.`,
    hint: 'Nothing was changed. Ask again in a new comment once it is agreed.',
    reasonCode: 'rejected',
  }
}

function describeWaiting(run: Run, { environment, reviewers, since }: PendingDeployment): CardNews {
  const untilMs = (since ?? run.createdAt).getTime() + limits.waitingMaxMs
  return {
    state: 'waiting',
    waiting: { environment, reviewers: [...reviewers], until: new Date(untilMs).toISOString() },
  }
}

function describeEnd({ run, approvals, jobs }: RunTruth): CardNews {
  if (run.conclusion === 'success') {
    return { state: 'succeeded', message: 'The run succeeded; its summary has the result.' }
  }
  const lifeMs = run.updatedAt.getTime() - run.createdAt.getTime()
  if (approvals.length === 0 && lifeMs >= limits.waitingMaxMs - expirySlackMs) {
    return {
      state: 'expired',
      message: 'Nobody decided within the 30 days that GitHub lets a run wait.',
      hint: 'Nothing was changed. Ask again in a new comment.',
      reasonCode: 'expired',
    }
  }
  if (run.conclusion === 'cancelled') {
    return { state: 'cancelled', message: 'The run was cancelled.', reasonCode: 'cancelled' }
  }
  const failed = jobs.find(({ conclusion }) => isBad(conclusion))
  const where = failed === undefined ? 'The run' : `The job "${failed.name}" of the run`
  return {
    state: 'failed',
    message: `${where} ended with "${failed?.conclusion ?? run.conclusion ?? 'unknown'}" and told no result.`,
    hint: describeRemedy(run.conclusion),
    reasonCode: 'run_failed',
  }
}

function isBad(conclusion: string | undefined): boolean {
  return conclusion !== undefined && !['success', 'skipped', 'neutral'].includes(conclusion)
}

function describeRemedy(conclusion: string | undefined): string {
  switch (conclusion) {
    case 'startup_failure':
      return 'GitHub cannot start the workflow: its file on the default branch is at fault, or Actions may not run here.'
    case 'timed_out':
      return 'The run took longer than its time-out allows; its log says how far it came.'
    case 'skipped':
      return 'No job of the workflow was to run: compare the conditions in its file with the example of the documentation.'
    default:
      return 'The log of the run says why.'
  }
}
