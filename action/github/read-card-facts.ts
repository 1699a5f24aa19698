import type { CardFacts } from '../domain/gate-facts.ts'
import { parseCard } from '../domain/parse-card.ts'
import type { GitHub } from './github.ts'
import { readComment } from './read-comment.ts'

/**
 * What the status card says. Nothing where there is none, or where it cannot be read: who asked is then unknown,
 * which refuses.
 */
export async function readCardFacts(
  github: GitHub,
  commentId: number | undefined,
): Promise<CardFacts | undefined> {
  const comment = await readComment(github, commentId)
  const card = parseCard(comment?.body ?? '')
  if (card === undefined || comment === undefined) return undefined
  const { id: requestId, requester, command } = card.request
  return { authorId: comment.user.id, requestId, requesterId: requester.id, command }
}
