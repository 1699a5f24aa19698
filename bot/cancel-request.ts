import { type Card, isEnd } from '../action/domain/card.ts'
import { parseRequestId, type Request } from '../action/domain/request.ts'
import { type CardNews, changeCard, describeReading } from './change-card.ts'
import { claimRequest } from './claim-request.ts'
import { describeCommand } from './commands/registry.ts'
import { findRun } from './find-run.ts'
import { judgeAuthor } from './judge-author.ts'
import { limits } from './limits.ts'
import { listIssueCards } from './list-cards.ts'
import type { Ended } from './make-answer.ts'
import { findCard, type PlacedCard } from './placed-card.ts'
import type { Reading } from './ports.ts'
import { reconcileCard } from './reconcile-card.ts'
import type { OpenSession } from './session.ts'

type CancelNews = CardNews & { readonly state: 'answered' | 'refused' | 'failed' }

/**
 * `/cancel [request]`: asks GitHub to cancel the run of a request; of the newest open one of this issue
 * where none is named. The request's own card says that it is cancelled once GitHub does. Claimed like a
 * change, because "the newest" is another one the second time.
 */
export async function cancelRequest(session: OpenSession, request: Request): Promise<Ended> {
  const { context } = session
  const claim = await claimRequest(session, request, { state: 'requested' })
  if (claim.kind === 'taken') return { outcome: 'duplicate', requestId: request.id }
  if (claim.kind === 'failed') return { outcome: 'failed', requestId: request.id }
  const news = await cancel(session, request)
  const writing = await changeCard(context, claim.placed, news)
  if (writing.kind === 'failed') {
    context.log.warn(`Cannot answer ${request.id}: ${writing.problem}`)
  }
  return { outcome: news.state, requestId: request.id }
}

async function cancel(session: OpenSession, request: Request): Promise<CancelNews> {
  const { context, policy } = session
  const target = await findTarget(session, request)
  if (target.kind === 'missing') return nothingOpen(request)
  if (target.kind !== 'found') return failed(describeReading(target), target.hint)
  const { request: wanted } = target.value
  if (!(await mayCancel(session, wanted))) return notYours(wanted)
  const run = await findRun(context, policy, target.value)
  if (run.kind === 'missing') return notStarted(wanted)
  if (run.kind !== 'found') return failed(describeReading(run), run.hint)
  const asked = await context.repository.cancelRun(run.value.id)
  if (asked.kind === 'refused') return failed(asked.problem, asked.hint)
  // A run that waits for reviewers is often cancelled at once, and its card may say so now.
  await reconcileCard(context, policy, target.value)
  return {
    state: 'answered',
    run: { id: run.value.id, url: run.value.url },
    message:
      asked.kind === 'done'
        ? `GitHub was asked to cancel /${wanted.command} (${wanted.id}); its card will say when it is.`
        : `GitHub did not say whether it cancels /${wanted.command} (${wanted.id}); its card will say if it is.`,
  }
}

/** The open request that is meant, brought up to date. */
async function findTarget(
  { context, policy }: OpenSession,
  request: Request,
): Promise<Reading<PlacedCard>> {
  const named = request.arguments['request']
  const issueNumber = named === undefined ? request.issueNumber : parseRequestId(named)?.issueNumber
  if (issueNumber === undefined) return { kind: 'missing' }
  const listing = await listIssueCards(context, issueNumber)
  if (listing.kind !== 'found') return listing
  const { cards, isComplete } = listing.value
  const candidates =
    named === undefined
      ? cards.filter(({ request: { command } }) => command !== 'cancel').toReversed()
      : [findCard(cards, named)].filter((card) => card !== undefined)
  const open = candidates.filter(({ card }) => !isEnd(card.state))
  for (const placed of open.slice(0, limits.reconciledMax)) {
    const card: Card = await reconcileCard(context, policy, placed)
    if (!isEnd(card.state)) return { kind: 'found', value: { ...placed, card } }
  }
  const isSure = isComplete || (named !== undefined && candidates.length > 0)
  return isSure ? { kind: 'missing' } : tooMany
}

const tooMany: Reading<never> = {
  kind: 'failed',
  problem: 'the issue has too many comments to look through, and none of the newest is open',
  hint: 'Cancel the run on its own page under Actions; /status links to those that are open.',
}

/** Who asked may always stop it; others as the policy says, or the registry. */
async function mayCancel(
  { context, member, policy }: OpenSession,
  wanted: Request,
): Promise<boolean> {
  if (wanted.requester.id === member.userId) return true
  const judgement = await judgeAuthor(context.repository, member, describeCommand('cancel'), policy)
  return judgement.kind === 'admitted'
}

function nothingOpen(request: Request): CancelNews {
  const named = request.arguments['request']
  return {
    state: 'refused',
    message:
      named === undefined
        ? 'Cannot cancel: no request of this issue is open'
        : `Cannot cancel "${named}": no such request is open`,
    hint: 'See /status for what is open; what has ended stays as it is.',
    reasonCode: 'nothing_open',
  }
}

function notYours({ id, requester }: Request): CancelNews {
  return {
    state: 'refused',
    message: `Cannot cancel "${id}": ${requester.login} asked for it, expected you, or the right to cancel what others asked for`,
    hint: 'Let who asked cancel it, or an administrator; /policy shows who may.',
    reasonCode: 'not_permitted',
  }
}

function notStarted({ id }: Request): CancelNews {
  return {
    state: 'refused',
    message: `Cannot cancel "${id}" yet: GitHub shows no run for it`,
    hint: 'Ask again in two minutes; by then it has a run or is given up.',
    reasonCode: 'no_run_yet',
  }
}

function failed(problem: string, hint = 'Ask again in a new comment.'): CancelNews {
  return {
    state: 'failed',
    message: `Cannot cancel: ${problem}`,
    hint,
    reasonCode: 'not_cancelled',
  }
}
