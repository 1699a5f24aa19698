import { pageOf } from '../paging.ts'
import { type Call, notFound, ok, type Route } from '../route.ts'
import { presentInstant, type World } from '../world.ts'
import { presentReactions } from './reaction-counts.ts'
import type { RepositoryState } from './repositories.ts'
import { presentUser, seedUser, type UserState } from './users.ts'

export interface IssueState {
  readonly id: number
  readonly number: number
  title: string
  author: UserState
  labels: string[]
  readonly isPullRequest: boolean
  state: 'open' | 'closed'
  /** Nobody but people with write access may comment. */
  isLocked: boolean
  readonly createdAt: Date
}

/** An open issue. */
export function seedIssue(
  world: World,
  repository: RepositoryState,
  facts: Partial<Omit<IssueState, 'id'>> = {},
): IssueState {
  const issue: IssueState = {
    id: world.nextId(),
    number: repository.issues.size + 1,
    title: 'Database',
    author: facts.author ?? seedUser(world, 'octocat'),
    labels: [],
    isPullRequest: false,
    state: 'open',
    isLocked: false,
    createdAt: world.now(),
    ...facts,
  }
  repository.issues.set(issue.number, issue)
  return issue
}

/** The issue of a path, where the repository has it. */
export function findIssue({ repository, parameters }: Call): IssueState | undefined {
  return repository.issues.get(Number(parameters['issue_number']))
}

function presentLabel(name: string, index: number, url: string): object {
  return {
    id: 900_000 + index,
    node_id: `LA_${index}`,
    url: `${url}/labels/${encodeURIComponent(name)}`,
    name,
    description: null,
    color: 'ededed',
    default: false,
  }
}

/** GitHub's "issue". */
export function presentIssue(
  issue: IssueState,
  repository: RepositoryState,
  apiUrl: string,
): Record<string, unknown> {
  const repositoryUrl = `${apiUrl}/repos/${repository.fullName}`
  const url = `${repositoryUrl}/issues/${issue.number}`
  const kind = issue.isPullRequest ? 'pull' : 'issues'
  const page = `https://github.example/${repository.fullName}/${kind}/${issue.number}`
  const pullUrl = `${repositoryUrl}/pulls/${issue.number}`
  const comments = [...repository.comments.values()].filter((comment) => comment.issue === issue)
  return {
    id: issue.id,
    node_id: `I_${issue.id}`,
    url,
    repository_url: repositoryUrl,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: page,
    number: issue.number,
    state: issue.state,
    state_reason: null,
    title: issue.title,
    body: null,
    user: presentUser(issue.author, apiUrl),
    labels: issue.labels.map((name, index) => presentLabel(name, index, repositoryUrl)),
    assignee: null,
    assignees: [],
    milestone: null,
    locked: issue.isLocked,
    active_lock_reason: null,
    comments: comments.length,
    closed_at: null,
    created_at: presentInstant(issue.createdAt),
    updated_at: presentInstant(issue.createdAt),
    author_association: 'NONE',
    performed_via_github_app: null,
    reactions: presentReactions(url, []),
    ...(issue.isPullRequest && {
      pull_request: {
        url: pullUrl,
        html_url: page,
        diff_url: `${page}.diff`,
        patch_url: `${page}.patch`,
        merged_at: null,
      },
    }),
  }
}

export const issueRoutes: readonly Route[] = [
  {
    operationId: 'issues/get',
    permission: { name: 'issues', level: 'read' },
    answer(call) {
      const issue = findIssue(call)
      return issue === undefined
        ? notFound()
        : ok(presentIssue(issue, call.repository, call.apiUrl))
    },
  },
  {
    operationId: 'issues/list-labels-on-issue',
    permission: { name: 'issues', level: 'read' },
    answer(call) {
      const issue = findIssue(call)
      if (issue === undefined) return notFound()
      const url = `${call.apiUrl}/repos/${call.repository.fullName}`
      const { items, headers } = pageOf(issue.labels, call)
      return {
        status: 200,
        body: items.map((name, index) => presentLabel(name, index, url)),
        headers,
      }
    },
  },
]
