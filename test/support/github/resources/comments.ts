import { emit, presentInstant, type World } from '../world.ts'
import { type AppState, presentApp } from './apps.ts'
import type { IssueState } from './issues.ts'
import { presentReactions } from './reaction-counts.ts'
import type { ReactionState } from './reactions.ts'
import type { RepositoryState } from './repositories.ts'
import { presentUser, type UserState } from './users.ts'

export interface CommentState {
  readonly id: number
  readonly issue: IssueState
  body: string
  readonly author: UserState
  /** The App through which it was written. */
  readonly app: AppState | undefined
  readonly createdAt: Date
  updatedAt: Date
  readonly reactions: ReactionState[]
}

/** What somebody writes under an issue. */
export interface NewComment {
  readonly body: string
  readonly author: UserState
  readonly app?: AppState | undefined
}

/** A comment, made at this instant; whoever listens is told. */
export function addComment(
  world: World,
  repository: RepositoryState,
  issue: IssueState,
  { body, author, app }: NewComment,
): CommentState {
  const now = world.now()
  const comment: CommentState = {
    id: world.nextId(),
    issue,
    body,
    author,
    app,
    createdAt: now,
    updatedAt: now,
    reactions: [],
  }
  repository.comments.set(comment.id, comment)
  tell({ world, repository, comment, sender: author, app }, 'created')
  return comment
}

/** A comment, and who does something to it. */
interface Deed {
  readonly world: World
  readonly repository: RepositoryState
  readonly comment: CommentState
  readonly sender: UserState
  readonly app?: AppState | undefined
}

/** Another text for a comment. */
export function changeComment(deed: Deed, body: string): void {
  const { world, comment } = deed
  const before = comment.body
  comment.body = body
  comment.updatedAt = world.now()
  tell(deed, 'edited', before)
}

export function removeComment(deed: Deed): void {
  deed.repository.comments.delete(deed.comment.id)
  tell(deed, 'deleted')
}

function tell(
  { world, repository, comment, sender, app }: Deed,
  action: 'created' | 'edited' | 'deleted',
  before?: string,
): void {
  const isByWorkflow = app?.slug === 'github-actions'
  const facts = {
    repository,
    comment,
    sender,
    isByWorkflow,
    ...(before !== undefined && { before }),
  }
  emit(world, { event: 'issue_comment', action, ...facts })
}

/** GitHub's "issue comment". */
export function presentComment(
  comment: CommentState,
  repository: RepositoryState,
  apiUrl: string,
): object {
  const { id, issue, body, author, app, createdAt, updatedAt, reactions } = comment
  const repositoryUrl = `${apiUrl}/repos/${repository.fullName}`
  const url = `${repositoryUrl}/issues/comments/${id}`
  return {
    id,
    node_id: `IC_${id}`,
    url,
    html_url: `https://github.example/${repository.fullName}/issues/${issue.number}#issuecomment-${id}`,
    issue_url: `${repositoryUrl}/issues/${issue.number}`,
    body,
    user: presentUser(author, apiUrl),
    author_association: 'NONE',
    created_at: presentInstant(createdAt),
    updated_at: presentInstant(updatedAt),
    performed_via_github_app: app === undefined ? null : presentApp(app, apiUrl),
    reactions: presentReactions(url, reactions),
  }
}
