import { limits } from './limits.ts'
import { type PlacedCard, readPlacedCard } from './placed-card.ts'
import type { BotContext, Comment, Reading } from './ports.ts'

/**
 * Every card that a new request must be judged by: those of its own comment, and those of the whole
 * repository that were changed within the span of the limits. One call for a fresh comment.
 */
export async function listCards(
  context: BotContext,
  comment: { readonly issueNumber: number; readonly createdAt: Date },
): Promise<Reading<readonly PlacedCard[]>> {
  const { repository, clock } = context
  const spanStart = clock.now().getTime() - limits.countingSpanMs
  const recent = await repository.listRecentComments(new Date(spanStart))
  if (recent.kind !== 'found') return recent
  const isCovered = recent.value.isComplete && comment.createdAt.getTime() >= spanStart
  if (isCovered) return { kind: 'found', value: readCards(context, recent.value.comments) }
  const own = await repository.listComments(comment.issueNumber, comment.createdAt)
  if (own.kind !== 'found') return own
  if (!own.value.isComplete) return tooMany
  const byId = new Map(
    [...recent.value.comments, ...own.value.comments].map((entry) => [entry.id, entry]),
  )
  return { kind: 'found', value: readCards(context, [...byId.values()]) }
}

/** Cards of an issue, and whether these are all of them. */
export interface IssueCards {
  /** First made first. */
  readonly cards: readonly PlacedCard[]
  readonly isComplete: boolean
}

/** The cards of an issue that can still be open. Of very many comments the first and the newest are looked at. */
export async function listIssueCards(
  context: BotContext,
  issueNumber: number,
): Promise<Reading<IssueCards>> {
  const since = new Date(context.clock.now().getTime() - limits.requestAgeMaxMs)
  const comments = await context.repository.listComments(issueNumber, since)
  if (comments.kind !== 'found') return comments
  const { comments: all, isComplete } = comments.value
  return { kind: 'found', value: { cards: readCards(context, all), isComplete } }
}

const tooMany: Reading<never> = {
  kind: 'failed',
  problem: 'the issue has had too many comments since then to look through them',
  hint: 'Ask again in a new comment, or in another issue.',
}

/** The cards among comments, first made first. */
export function readCards(
  context: BotContext,
  comments: readonly Comment[],
): readonly PlacedCard[] {
  return comments
    .flatMap((comment) => readPlacedCard(context, comment) ?? [])
    .sort((a, b) => a.commentId - b.commentId)
}
