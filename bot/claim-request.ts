import { advanceCard } from '../action/domain/advance-card.ts'
import { isEnd } from '../action/domain/card.ts'
import { renderCard } from '../action/domain/render-card.ts'
import { type Request, serialiseRequest } from '../action/domain/request.ts'
import { startCard } from '../action/domain/start-card.ts'
import { type CardNews, changeCard, describeReading } from './change-card.ts'
import { listCards } from './list-cards.ts'
import { findCard, type PlacedCard, readPlacedCard } from './placed-card.ts'
import type { Comment, Writing } from './ports.ts'
import type { Session } from './session.ts'

/** Whether this process may go on with a request. */
export type Claim =
  | {
      readonly kind: 'mine'
      readonly placed: PlacedCard
      /** Those that were there before it. */
      readonly earlier: readonly PlacedCard[]
    }
  /** Another delivery or replica has it, or had it. */
  | { readonly kind: 'taken'; readonly placed: PlacedCard }
  /** GitHub did not take the card, or did not say so: nothing may be started. */
  | { readonly kind: 'failed'; readonly problem: string }

/**
 * Puts the card of a request onto its issue. The card is the claim: after making it the comments are
 * listed again, and of several cards for one request only the maker of the first may go on. Each of them
 * makes its card before it looks, so at least one of any two sees the other.
 *
 * Where GitHub did not say whether it took the card, nothing is started, since a card in the list might
 * be another replica's that is about to start. A card that was taken unsaid is given up later like one
 * whose maker died, by `reconcileCard`.
 */
export async function claimRequest(
  session: Session,
  request: Request,
  news: CardNews,
): Promise<Claim> {
  const { context, asked } = session
  const known = findCard(session.cards, request.id)
  if (known !== undefined) return { kind: 'taken', placed: known }
  const made = await createCard(session, request, news)
  if (made.kind === 'refused') return { kind: 'failed', problem: made.problem }
  if (made.kind === 'unknown') return await lookAfterSilence(session, request, made.problem)
  const own = readPlacedCard(context, made.value)
  if (own === undefined) {
    return { kind: 'failed', problem: 'GitHub made the card in another name or form than expected' }
  }
  // Of answers the first delivery's needs no second look: told twice they do no harm.
  const isHarmless = isEnd(own.card.state) && !session.mayBeRepeated
  if (isHarmless) return { kind: 'mine', placed: own, earlier: session.cards }
  const listing = await listCards(context, asked)
  if (listing.kind !== 'found') {
    const problem = describeReading(listing)
    await changeCard(context, own, describeGivenUp(problem))
    return { kind: 'failed', problem }
  }
  const first = findCard(listing.value, request.id)
  if (first !== undefined && first.commentId < own.commentId) {
    await context.repository.removeComment(own.commentId)
    return { kind: 'taken', placed: first }
  }
  const earlier = listing.value.filter(({ commentId }) => commentId < own.commentId)
  return { kind: 'mine', placed: own, earlier }
}

/** A card that is not there after all is made once more, as one that says that nothing was started. */
async function lookAfterSilence(
  session: Session,
  request: Request,
  problem: string,
): Promise<Claim> {
  const listing = await listCards(session.context, session.asked)
  const isThere = listing.kind === 'found' && findCard(listing.value, request.id) !== undefined
  if (listing.kind === 'found' && !isThere) {
    await createCard(session, request, describeGivenUp(problem))
  }
  return { kind: 'failed', problem }
}

function createCard(
  { context, asked }: Session,
  request: Request,
  { details = '', ...change }: CardNews,
): Promise<Writing<Comment>> {
  const now = context.clock.now()
  const body = renderCard({
    request,
    signature: context.signer.sign(serialiseRequest(request)),
    card: advanceCard(startCard(now), { ...change, at: now }),
    details,
    docsUrl: context.docsUrl,
  })
  return context.repository.createComment(asked.issueNumber, body)
}

/** What a card says that this process will not carry out, nor any other. */
export function describeGivenUp(problem: string): CardNews {
  return {
    state: 'failed',
    message: `Cannot start the run: ${problem}`,
    hint: 'Nothing was started, and nothing will be for this comment: ask again in a new one.',
    reasonCode: 'not_started',
  }
}
