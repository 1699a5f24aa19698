import { z } from 'zod'
import type { CardFacts } from '../domain/gate-facts.ts'
import { parseCard } from '../domain/parse-card.ts'
import { accountSchema } from './answers.ts'
import type { GitHub } from './github.ts'

const commentSchema = z.object({ user: accountSchema.nullable(), body: z.string() })

/**
 * What the status card says. Nothing where there is none, or where it cannot be read: who asked is then unknown,
 * which refuses.
 */
export async function readCardFacts(
  github: GitHub,
  commentId: number | undefined,
): Promise<CardFacts | undefined> {
  if (commentId === undefined) return undefined
  const answer = await github.read('GET /repos/{owner}/{repo}/issues/comments/{comment_id}', {
    comment_id: String(commentId),
  })
  const comment = answer.kind === 'found' ? commentSchema.safeParse(answer.data).data : undefined
  const card = parseCard(comment?.body ?? '')
  if (card === undefined || comment?.user == null) return undefined
  const { id: requestId, requester, command } = card.request
  return { authorId: comment.user.id, requestId, requesterId: requester.id, command }
}
