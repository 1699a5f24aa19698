import type { Card } from '../action/domain/card.ts'
import { parseCard } from '../action/domain/parse-card.ts'
import { type Request, serialiseRequest } from '../action/domain/request.ts'
import type { BotContext, Comment } from './ports.ts'
import { makeRequestId } from './request-id.ts'

/** A card of ours where it stands. */
export interface PlacedCard {
  readonly commentId: number
  /** The account that made it, which is this bot's. */
  readonly authorId: number
  readonly url: string
  /** When its comment was made, by GitHub's clock. */
  readonly createdAt: Date
  readonly request: Request
  readonly signature: string
  readonly card: Card
  readonly details: string
}

/**
 * The card in a comment, where this bot wrote it about a request of this very place. People with write
 * access can edit it: what they change of the request shows by the signature or by the id. What they change
 * of the state starts nothing, since runs are looked up; an end that they write stops the following of its run.
 */
export function readPlacedCard(
  context: Pick<BotContext, 'selfLogin' | 'repositoryId' | 'signer'>,
  comment: Comment,
): PlacedCard | undefined {
  const { author } = comment
  const isOwn = author?.type === 'Bot' && isLogin(author.login, context.selfLogin)
  if (author === undefined || !isOwn) return undefined
  const parts = parseCard(comment.body)
  if (parts === undefined) return undefined
  const { request, signature, card, details } = parts
  const id = makeRequestId({ ...request, index: request.commandIndex })
  if (request.repositoryId !== context.repositoryId || request.id !== id) return undefined
  if (request.issueNumber !== comment.issueNumber) return undefined
  if (!context.signer.isValid(serialiseRequest(request), signature)) return undefined
  return {
    commentId: comment.id,
    authorId: author.id,
    url: comment.url,
    createdAt: comment.createdAt,
    request,
    signature,
    card,
    details,
  }
}

/** GitHub compares logins without their letters' case. */
export function isLogin(login: string, other: string): boolean {
  return login.toLowerCase() === other.toLowerCase()
}

/** The card of a request: of several, which a lost answer can leave behind, the one that was first. */
export function findCard(cards: readonly PlacedCard[], requestId: string): PlacedCard | undefined {
  return cards
    .filter(({ request }) => request.id === requestId)
    .reduce<PlacedCard | undefined>(
      (first, card) => (first === undefined || card.commentId < first.commentId ? card : first),
      undefined,
    )
}
