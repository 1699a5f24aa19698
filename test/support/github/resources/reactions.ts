import { asObject } from '../github-description.ts'
import { pageOf } from '../paging.ts'
import { noContent, notFound, type Route } from '../route.ts'
import { presentInstant } from '../world.ts'
import { findComment } from './comment-routes.ts'
import { presentUser, type UserState } from './users.ts'

export interface ReactionState {
  readonly id: number
  readonly user: UserState
  readonly content: string
  readonly createdAt: Date
}

function presentReaction({ id, user, content, createdAt }: ReactionState, apiUrl: string): object {
  return {
    id,
    node_id: `REA_${id}`,
    user: presentUser(user, apiUrl),
    content,
    created_at: presentInstant(createdAt),
  }
}

export const reactionRoutes: readonly Route[] = [
  {
    operationId: 'reactions/create-for-issue-comment',
    permission: { name: 'issues', level: 'write' },
    answer(call) {
      const { world, token, apiUrl } = call
      const comment = findComment(call)
      if (comment === undefined) return notFound()
      const content = String(asObject(call.body)['content'])
      const present = comment.reactions.find(
        (reaction) => reaction.user === token.user && reaction.content === content,
      )
      if (present !== undefined) return { status: 200, body: presentReaction(present, apiUrl) }
      const added = { id: world.nextId(), user: token.user, content, createdAt: world.now() }
      comment.reactions.push(added)
      return { status: 201, body: presentReaction(added, apiUrl) }
    },
  },
  {
    operationId: 'reactions/list-for-issue-comment',
    permission: { name: 'issues', level: 'read' },
    answer(call) {
      const comment = findComment(call)
      if (comment === undefined) return notFound()
      const { content } = call.query
      const { items, headers } = pageOf(
        comment.reactions.filter((one) => content === undefined || one.content === content),
        call,
      )
      const body = items.map((reaction) => presentReaction(reaction, call.apiUrl))
      return { status: 200, body, headers }
    },
  },
  {
    operationId: 'reactions/delete-for-issue-comment',
    permission: { name: 'issues', level: 'write' },
    answer(call) {
      const comment = findComment(call)
      const id = Number(call.parameters['reaction_id'])
      const index = comment?.reactions.findIndex((reaction) => reaction.id === id) ?? -1
      if (comment === undefined || index < 0) return notFound()
      comment.reactions.splice(index, 1)
      return noContent
    },
  },
]
