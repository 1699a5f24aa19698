import { asObject } from '../github-description.ts'
import { pageOf } from '../paging.ts'
import { type Call, notFound, ok, type Route, refuse, refuseField } from '../route.ts'
import { findIssue, type IssueState, presentIssue, seedIssue } from './issues.ts'

/** What the routes of this file know of an issue beside its state. */
interface Contents {
  readonly body: string
  readonly reason: string | null
}

const contents = new WeakMap<IssueState, Contents>()

/** The text of an issue that was made through the API. */
export function bodyOf(issue: IssueState): string {
  return contents.get(issue)?.body ?? ''
}

/** Why an issue was closed, as GitHub says it. */
export function closingReasonOf(issue: IssueState): string | null {
  return contents.get(issue)?.reason ?? null
}

function present(issue: IssueState, { repository, apiUrl }: Call): object {
  const { body = null, reason = null } = contents.get(issue) ?? {}
  return { ...presentIssue(issue, repository, apiUrl), body, state_reason: reason }
}

const read = { name: 'issues', level: 'read' } as const
const write = { name: 'issues', level: 'write' } as const

/** Lists, makes and closes issues. GitHub makes labels that it does not know yet. */
export const issueKeepingRoutes: readonly Route[] = [
  {
    operationId: 'issues/list-for-repo',
    permission: read,
    answer(call) {
      const { repository, query } = call
      const labels = query['labels']?.split(',') ?? []
      const state = query['state'] ?? 'open'
      const found = [...repository.issues.values()]
        .filter((issue) => state === 'all' || issue.state === state)
        .filter((issue) => labels.every((label) => issue.labels.includes(label)))
        .toSorted((a, b) => a.number - b.number)
      const sorted = query['direction'] === 'asc' ? found : found.toReversed()
      const { items, headers } = pageOf(sorted, call)
      return { status: 200, body: items.map((issue) => present(issue, call)), headers }
    },
  },
  {
    operationId: 'issues/create',
    permission: write,
    answer(call) {
      const { world, repository, token } = call
      const { title, body, labels } = asObject(call.body)
      if (String(title).length > 256) {
        return refuseField('Issue', 'title', 'title is too long (maximum is 256 characters)')
      }
      const issue = seedIssue(world, repository, {
        title: String(title),
        author: token.user,
        labels: Array.isArray(labels) ? labels.map(String) : [],
      })
      contents.set(issue, { body: String(body ?? ''), reason: null })
      return { status: 201, body: present(issue, call) }
    },
  },
  {
    operationId: 'issues/update',
    permission: write,
    answer(call) {
      const issue = findIssue(call)
      if (issue === undefined) return notFound()
      const { state, state_reason: reason } = asObject(call.body)
      if (state !== 'open' && state !== 'closed') return refuse(422, 'Validation Failed')
      issue.state = state
      const closing = state === 'closed' ? String(reason ?? 'completed') : 'reopened'
      contents.set(issue, { body: bodyOf(issue), reason: closing })
      return ok(present(issue, call))
    },
  },
]
