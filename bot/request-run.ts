import type { Request } from '../action/domain/request.ts'
import { type CardNews, changeCard, type NewsSource } from './change-card.ts'
import { checkEnvironment } from './check-environment.ts'
import { claimRequest, describeGivenUp } from './claim-request.ts'
import type { CommandDefinition } from './commands/command.ts'
import { isGated, judgeLimits } from './count-requests.ts'
import { findRun } from './find-run.ts'
import type { Ended } from './make-answer.ts'
import type { PlacedCard } from './placed-card.ts'
import type { Reading, Run } from './ports.ts'
import { readRunNews } from './read-run-truth.ts'
import { reconcileCard } from './reconcile-card.ts'
import type { OpenSession } from './session.ts'
import { type Start, startRun } from './start-run.ts'
import { tell } from './tell.ts'

/**
 * Has a workflow carry out a request: judges what speaks against it, claims it with its card, and starts
 * one run. Two people may ask at the same moment, so the limits are judged again by the cards that turn
 * out to have been first.
 */
export async function requestRun(
  session: OpenSession,
  definition: CommandDefinition,
  request: Request,
): Promise<Ended> {
  const { context, policy } = session
  const { id: requestId } = request
  const facts = await readFacts(session, request)
  if (facts.kind === 'refused') return await tell(session, request, facts.refusal)
  const { openRuns, isUnprotected } = facts
  const judge = async (earlier: readonly PlacedCard[]) => {
    const cards = isGated(request.command) ? await freshen(session, earlier, openRuns) : earlier
    return judgeLimits({ policy, request, cards, openRuns, now: context.clock.now() })
  }
  const reached = await judge(session.cards)
  if (reached !== undefined) return await tell(session, request, { state: 'refused', ...reached })
  const claimedAt = context.clock.now()
  const claim = await claimRequest(session, request, {
    state: 'requested',
    ...(isUnprotected && { isUnprotected }),
  })
  if (claim.kind === 'taken') return { outcome: 'duplicate', requestId }
  if (claim.kind === 'failed') {
    context.log.warn(`Cannot claim ${requestId}: ${claim.problem}`)
    return { outcome: 'failed', requestId }
  }
  const { placed } = claim
  const reachedSince = await judge(claim.earlier)
  if (reachedSince !== undefined) {
    await changeCard(context, placed, { state: 'refused', ...reachedSince })
    return { outcome: 'refused', requestId }
  }
  const start = await startRun(context, {
    policy,
    workflow: policy.workflows[definition.workflow ?? 'backup'],
    inputs: makeInputs(definition, request, placed),
    placed,
    askedAt: session.asked.createdAt,
    claimedAt,
    mayBeRepeated: session.mayBeRepeated,
  })
  const writing = await changeCard(context, placed, newsOf(session, placed, start))
  if (writing.kind === 'failed') {
    context.log.warn(`Cannot tell the card of ${requestId} about its run: ${writing.problem}`)
  }
  if (start.kind === 'started' && start.isEarlier && 'card' in writing) {
    await reconcileCard(context, policy, { ...placed, card: writing.card })
  }
  return { outcome: isOrdered(start) ? 'dispatched' : 'failed', requestId }
}

type Facts =
  | { readonly kind: 'known'; readonly openRuns: readonly Run[]; readonly isUnprotected: boolean }
  | { readonly kind: 'refused'; readonly refusal: CardNews & { readonly state: 'refused' } }

/** What is asked of GitHub about commands that need an approval; about others nothing. */
async function readFacts({ context, policy }: OpenSession, request: Request): Promise<Facts> {
  if (!isGated(request.command)) return { kind: 'known', openRuns: [], isUnprotected: false }
  const [environment, runs] = await Promise.all([
    checkEnvironment(context.repository, policy),
    context.repository.listOpenRuns(policy.workflows.restore),
  ])
  if (environment.kind === 'refused') {
    const { kind: _, ...reason } = environment
    return { kind: 'refused', refusal: { state: 'refused', ...reason } }
  }
  if (runs.kind === 'denied' || runs.kind === 'failed') {
    const message = `Cannot look for open restores: ${runs.problem}`
    const refusal = { state: 'refused', message, hint: runs.hint, reasonCode: 'runs_unreadable' }
    return { kind: 'refused', refusal: { ...refusal, state: 'refused' } }
  }
  // A workflow that is not there has no runs; that it is not there is told when it is to be started.
  const openRuns = runs.kind === 'found' ? runs.value : []
  return { kind: 'known', openRuns, isUnprotected: environment.kind === 'unprotected' }
}

/**
 * Cards whose run was not among the open ones: it has ended without its card having heard of it, or it is
 * so new that the listing did not have it.
 */
function freshen(
  { context, policy }: OpenSession,
  cards: readonly PlacedCard[],
  openRuns: readonly Run[],
): Promise<readonly PlacedCard[]> {
  const isListed = (id: number | undefined) => openRuns.some((run) => run.id === id)
  return Promise.all(
    cards.map(async (placed) => {
      const { card, request } = placed
      const isDoubtful =
        isGated(request.command) && card.run !== undefined && !isListed(card.run.id)
      return isDoubtful ? { ...placed, card: await reconcileCard(context, policy, placed) } : placed
    }),
  )
}

/** Inputs of the workflow, by the names of the Action's; only ids and what the parser let through. */
function makeInputs(
  definition: CommandDefinition,
  request: Request,
  placed: PlacedCard,
): Readonly<Record<string, string>> {
  return {
    command: definition.command ?? definition.name,
    ...definition.fixedInputs,
    ...request.arguments,
    'request-id': request.id,
    'issue-number': String(request.issueNumber),
    'comment-id': String(placed.commentId),
    'requested-by': request.requester.login,
    'requested-by-id': String(request.requester.id),
  }
}

function isOrdered(start: Start): boolean {
  return start.kind === 'started' || (start.kind === 'unseen' && start.isAccepted)
}

/**
 * The start, and once that is written what GitHub says of the run: it may have come further, and the news of that may
 * have been written right before. Where GitHub does not say, the start stands.
 */
function newsOf({ context, policy }: OpenSession, placed: PlacedCard, start: Start): NewsSource {
  const news = describeStart(start)
  if (start.kind === 'not-started') return news
  let isTold = false
  return async () => {
    const truth = isTold ? await readTruth() : undefined
    isTold = true
    return truth?.kind === 'found' ? truth : { kind: 'found', value: news }
  }

  async function readTruth(): Promise<Reading<CardNews>> {
    if (start.kind === 'started') return await readRunNews(context.repository, start.run.runId)
    const run = await findRun(context, policy, placed)
    return run.kind === 'found' ? await readRunNews(context.repository, run.value.id) : run
  }
}

function describeStart(start: Start): CardNews {
  switch (start.kind) {
    case 'started': {
      const run = { id: start.run.runId, url: start.run.url }
      // The empty texts are those of a run that has not begun: reading it then finds nothing new.
      return { state: 'requested', run, message: '', hint: '' }
    }
    case 'unseen':
      return {
        state: 'requested',
        message: start.isAccepted
          ? 'GitHub took the order, and no run shows yet.'
          : 'GitHub did not say whether it began a run, and none shows yet.',
        hint: 'Do not ask again before /status has looked: the run may still show.',
      }
    case 'not-started': {
      const news = describeGivenUp(start.problem)
      return start.hint === undefined ? news : { ...news, hint: `${start.hint} ${news.hint}` }
    }
  }
}
