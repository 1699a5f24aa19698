import { asObject } from '../github-description.ts'
import { pageOf } from '../paging.ts'
import {
  type Call,
  noContent,
  notFound,
  ok,
  type Reply,
  type Route,
  refuse,
  refuseField,
} from '../route.ts'
import {
  addComment,
  type CommentState,
  changeComment,
  presentComment,
  removeComment,
} from './comments.ts'
import { findIssue } from './issues.ts'

/** GitHub counts characters, not bytes. */
const lengthMax = 65_536

/** The comment of a path, where the repository has it. */
export function findComment({ repository, parameters }: Call): CommentState | undefined {
  return repository.comments.get(Number(parameters['comment_id']))
}

/** What is wrong with a text as a comment. */
function refuseBody(body: string): Reply | undefined {
  if (body.trim() === '') return refuseField('IssueComment', 'body', "body can't be blank")
  if ([...body].length > lengthMax) {
    return refuseField('IssueComment', 'body', 'body is too long (maximum is 65536 characters)')
  }
  return undefined
}

/** Comments that changed since then, by id, which is also their order in time. */
function list(comments: readonly CommentState[], call: Call): Reply {
  const { query, repository, apiUrl } = call
  const since = query['since'] === undefined ? undefined : new Date(query['since'])
  const key = query['sort'] === 'updated' ? 'updatedAt' : 'createdAt'
  const sorted = comments
    .filter(({ updatedAt }) => since === undefined || wholeSecond(updatedAt) >= since.getTime())
    .toSorted((a, b) => a[key].getTime() - b[key].getTime() || a.id - b.id)
  // GitHub: the direction counts only where the sort is given.
  const isFalling = query['sort'] !== undefined && query['direction'] === 'desc'
  const { items, headers } = pageOf(isFalling ? sorted.toReversed() : sorted, call)
  const body = items.map((comment) => presentComment(comment, repository, apiUrl))
  return { status: 200, body, headers }
}

/** GitHub keeps whole seconds, so that a comment of 03:00:00.9 is one of 03:00:00. */
function wholeSecond(instant: Date): number {
  return Math.floor(instant.getTime() / 1_000) * 1_000
}

const read = { name: 'issues', level: 'read' } as const
const write = { name: 'issues', level: 'write' } as const

export const commentRoutes: readonly Route[] = [
  {
    operationId: 'issues/list-comments-for-repo',
    permission: read,
    answer: (call) => list([...call.repository.comments.values()], call),
  },
  {
    operationId: 'issues/list-comments',
    permission: read,
    answer(call) {
      const issue = findIssue(call)
      if (issue === undefined) return notFound()
      const all = [...call.repository.comments.values()]
      return list(
        all.filter((comment) => comment.issue === issue),
        call,
      )
    },
  },
  {
    operationId: 'issues/get-comment',
    permission: read,
    answer(call) {
      const comment = findComment(call)
      return comment === undefined
        ? notFound()
        : ok(presentComment(comment, call.repository, call.apiUrl))
    },
  },
  {
    operationId: 'issues/create-comment',
    permission: write,
    answer(call) {
      const { world, repository, token, apiUrl } = call
      const issue = findIssue(call)
      if (issue === undefined) return notFound()
      if (issue.isLocked) return refuse(403, 'Unable to create comment because issue is locked.')
      const body = String(asObject(call.body)['body'])
      const refusal = refuseBody(body)
      if (refusal !== undefined) return refusal
      const { user: author, app } = token
      const comment = addComment(world, repository, issue, { body, author, app })
      return { status: 201, body: presentComment(comment, repository, apiUrl) }
    },
  },
  {
    operationId: 'issues/update-comment',
    permission: write,
    answer(call) {
      const comment = findComment(call)
      if (comment === undefined) return notFound()
      const body = String(asObject(call.body)['body'])
      const refusal = refuseBody(body)
      if (refusal !== undefined) return refusal
      changeComment({ ...call, comment, sender: call.token.user, app: call.token.app }, body)
      return ok(presentComment(comment, call.repository, call.apiUrl))
    },
  },
  {
    operationId: 'issues/delete-comment',
    permission: write,
    answer(call) {
      const comment = findComment(call)
      if (comment === undefined) return notFound()
      removeComment({ ...call, comment, sender: call.token.user, app: call.token.app })
      return noContent
    },
  },
]
