import { z } from 'zod'
import type { Comment, CommentList, Reading, Repository, Writing } from '../ports.ts'
import { commentSchema, nothingSchema } from './answers.ts'
import type { Sender } from './create-sender.ts'
import { isGone } from './judge-error.ts'
import type { Place } from './place.ts'
import { wholeSeconds } from './whole-seconds.ts'

/** Most pages of 100 comments of one listing. */
const pagesMax = 5

const commentsSchema = z.array(commentSchema)
const write = 'issues: write'

/** Comments and their reactions. */
export function connectComments(
  sender: Sender,
  place: Place,
  selfLogin: string,
): Pick<
  Repository,
  | 'react'
  | 'listComments'
  | 'listRecentComments'
  | 'createComment'
  | 'readComment'
  | 'updateComment'
  | 'removeComment'
> {
  const one = (verb: string, comment_id: number) => ({
    route: `${verb} /repos/{owner}/{repo}/issues/comments/{comment_id}`,
    permission: write,
    parameters: { ...place, comment_id },
  })

  async function list(
    route: string,
    parameters: Readonly<Record<string, unknown>>,
    since: Date,
    rest: 'next' | 'last',
  ): Promise<Reading<CommentList>> {
    const asked = { ...place, ...parameters, since: wholeSeconds(since) }
    const ask = { route, permission: 'issues: read', parameters: asked, schema: commentsSchema }
    const reading = await sender.readPages(ask, pagesMax, rest)
    if (reading.kind !== 'found') return reading
    const { items, isComplete } = reading.value
    return { kind: 'found', value: { comments: items, isComplete } }
  }

  async function removeComment(commentId: number): Promise<Writing<undefined>> {
    const gone = await sender.writeAgain({ ...one('DELETE', commentId), schema: nothingSchema })
    const isThereNoMore = gone.kind === 'refused' && isGone(gone.status)
    return isThereNoMore ? { kind: 'done', value: undefined } : gone
  }

  return {
    removeComment,
    async react(commentId, content) {
      const exchange = await sender.send({
        route: 'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions',
        permission: write,
        parameters: { ...place, comment_id: commentId, content },
      })
      if (exchange.kind !== 'answered') return 'failed'
      return exchange.status === 201 ? 'added' : 'present'
    },
    listComments: (issue_number, since) =>
      list(
        'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
        { issue_number },
        since,
        'last',
      ),
    listRecentComments: (since) =>
      list(
        'GET /repos/{owner}/{repo}/issues/comments',
        { sort: 'updated', direction: 'desc' },
        since,
        'next',
      ),
    async createComment(issue_number, body) {
      const created = await sender.write({
        route: 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
        permission: write,
        parameters: { ...place, issue_number, body },
        schema: commentSchema,
      })
      if (created.kind !== 'done' || isBy(created.value, selfLogin)) return created
      await removeComment(created.value.id)
      return notSelf
    },
    readComment: (commentId) => sender.read({ ...one('GET', commentId), schema: commentSchema }),
    updateComment(commentId, body) {
      const ask = one('PATCH', commentId)
      const parameters = { ...ask.parameters, body }
      return sender.writeAgain({ ...ask, parameters, schema: commentSchema })
    },
  }
}

/**
 * A card that another account wrote would not be found again, and a command could be carried out twice:
 * better nothing is done.
 */
function isBy({ author }: Comment, login: string): boolean {
  return author?.login.toLowerCase() === login.toLowerCase()
}

const notSelf: Writing<Comment> = {
  kind: 'refused',
  status: 403,
  problem: 'the bot writes as another account than it believes, expected its own',
  hint: 'Pass the login that the token writes as, such as `strongroom[bot]`, as `bot-login`.',
}
