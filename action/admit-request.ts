import type { Adapters } from './adapters.ts'
import { changingAction } from './domain/changing-action.ts'
import { Failure } from './domain/failure.ts'
import { requestIdPattern } from './domain/request.ts'
import { connectGitHub } from './github/connect-github.ts'
import { findOlderRun } from './github/find-older-run.ts'
import { describeAudit } from './run-audit.ts'
import type { RunContext } from './run-context.ts'
import { systemClock } from './runner/system-clock.ts'

/** In whose name every workflow of a repository may start others. GitHub gives no other account such a login. */
const workflowsLogin = 'github-actions[bot]'

/**
 * Lets one run carry out a request, and no other ever after: the second line behind the bot, which dispatches once.
 * First an older run with the same request id in its title is looked for, where there is a token; then the request
 * is claimed in the bucket, which decides. A re-run keeps the claim of its run. The bot's requests are claimed by runs
 * that a bot started and by no other: whoever can start a workflow could take the id of somebody else's request from
 * its card, and the run that was approved would find it taken. Whoever can push a workflow could have it start another,
 * so a run that was started that way takes no request away from an App.
 *
 * @throws Failure `already_carried_out`, `invalid_input`
 */
export async function admitRequest(context: RunContext, adapters: Adapters): Promise<void> {
  const { inputs, facts, log, signal } = context
  const { requestId, backupId } = inputs
  const action = changingAction(inputs)
  const { runId, runAttempt = 1 } = facts
  if (requestId === undefined || runId === undefined || action === undefined) return
  const isBots = requestIdPattern.test(requestId)
  if (isBots && facts.actor?.endsWith('[bot]') !== true) throw typedByHand(requestId)
  await refuseOlderRun(context, { runId, requestId })
  const outcome = await adapters.bucket().claimRequest(
    {
      ...describeAudit(context),
      version: 1,
      at: adapters.clock.now().toISOString(),
      action,
      outcome: 'accepted',
      backupIds: backupId === undefined || backupId === 'latest' ? [] : [backupId],
      requestId,
      run: { id: runId, attempt: runAttempt },
    },
    // Ids of people's own making have no bot behind them: they exclude each other, whoever uses them.
    isBots && facts.actor === workflowsLogin ? 'workflows' : 'account',
    signal,
  )
  if (outcome.kind === 'taken') throw alreadyCarriedOut(requestId, outcome.runUrl)
  log.info(`Request ${requestId} is this run's`)
}

async function refuseOlderRun(
  { inputs, facts, log, signal }: RunContext,
  own: { readonly runId: string; readonly requestId: string },
): Promise<void> {
  const { githubToken: token } = inputs
  const { apiUrl, repository } = facts
  if (token === undefined || !apiUrl || !repository) return
  const github = connectGitHub({ token, apiUrl, repository, sleep: systemClock.sleep, signal })
  const older = await findOlderRun(github, own)
  if (older.kind === 'found') throw alreadyCarriedOut(own.requestId, older.url)
  if (older.kind === 'unknown') {
    log.warn(`Older runs of this request could not be looked for: ${older.problem}`)
  }
}

function typedByHand(requestId: string): Failure {
  return new Failure({
    code: 'invalid_input',
    stage: 'gate',
    message: `Cannot carry out request ${requestId}: a person started this run, expected the bot that took the request`,
    hint: 'Leave `request-id` and `comment-id` empty when you start the workflow yourself.',
  })
}

function alreadyCarriedOut(requestId: string, runUrl = 'another run'): Failure {
  return new Failure({
    code: 'already_carried_out',
    stage: 'gate',
    message: `Cannot carry out request ${requestId}: ${runUrl} has taken it, expected a request that no run has taken`,
    hint: 'Look at that run for what became of it, and ask again in a new comment if it is still wanted.',
  })
}
