import { z } from 'zod'
import type { Asked } from './asked.ts'
import { isLogin } from './placed-card.ts'
import type { BotContext, Delivery } from './ports.ts'

const account = z.object({
  id: z.int().positive(),
  login: z.string().min(1).max(100),
  type: z.string(),
})

/** What is used of an `issue_comment` webhook; everything else is let pass unread. */
const eventSchema = z.object({
  action: z.literal('created'),
  repository: z.object({ id: z.int().positive() }),
  issue: z.object({
    number: z.int().positive().max(9_999_999_999),
    pull_request: z.unknown().optional(),
    labels: z.array(z.union([z.string(), z.object({ name: z.string().nullish() })])).nullish(),
  }),
  comment: z.object({
    id: z.int().positive(),
    body: z.string(),
    user: account,
    created_at: z.iso.datetime({ offset: true }),
    performed_via_github_app: z.unknown().optional(),
  }),
  sender: account,
})

export type CommentEvent =
  | { readonly kind: 'asked'; readonly asked: Asked }
  | { readonly kind: 'ignored'; readonly text: string }

/**
 * The comment of a webhook, where it is one that a person has just written on an issue. Everything that
 * can be told without a call is refused here.
 */
export function readCommentEvent(context: BotContext, delivery: Delivery): CommentEvent {
  const parsed = eventSchema.safeParse(delivery.payload)
  if (!parsed.success) return ignored('It is not a newly created comment of a person')
  const { issue, comment, sender, repository } = parsed.data
  if (repository.id !== context.repositoryId) return ignored('It is of another repository')
  if (isGiven(issue.pull_request)) return ignored('It is on a pull request')
  if (isGiven(comment.performed_via_github_app)) return ignored('It came through an App')
  if (comment.user.type !== 'User' || sender.type !== 'User') return ignored('No person wrote it')
  if (comment.user.id !== sender.id) return ignored('Its author did not send it')
  if (isLogin(comment.user.login, context.selfLogin)) return ignored('It is by this bot')
  return {
    kind: 'asked',
    asked: {
      issueNumber: issue.number,
      labels: (issue.labels ?? []).flatMap((label) =>
        typeof label === 'string' ? [label] : (label.name ?? []),
      ),
      commentId: comment.id,
      body: comment.body,
      createdAt: new Date(comment.created_at),
      author: comment.user,
      deliveryId: delivery.id?.slice(0, 100),
    },
  }
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null
}

function ignored(text: string): CommentEvent {
  return { kind: 'ignored', text: `${text}, so it asks for nothing` }
}
