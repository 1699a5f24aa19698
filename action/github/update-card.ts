import { z } from 'zod'
import { advanceCard, type CardChange } from '../domain/advance-card.ts'
import { type Card, isEnd } from '../domain/card.ts'
import { stateWords } from '../domain/card-words.ts'
import { parseCard } from '../domain/parse-card.ts'
import { renderCard } from '../domain/render-card.ts'
import { escapeMarkdown } from '../domain/summary-text.ts'
import type { Comments } from './connect-comments.ts'
import type { GitHubAnswer } from './github.ts'

/**
 * Which card, and for whom. The first three are inputs, which anybody can type who may start the workflow; the last
 * two are the runner's word, and decide whether the card is this run's to write.
 */
export interface CardTarget {
  readonly commentId: number
  readonly requestId: string
  /** Absent where the run was not told; the card's own then counts. */
  readonly issueNumber?: number | undefined
  /** Account that started the run, `GITHUB_ACTOR_ID`; the card must be a comment of its own. */
  readonly starterId: number | undefined
  /** This run; the card must name no other. */
  readonly runId: number | undefined
}

export interface CardNews {
  readonly change: CardChange
  /** Markdown that replaces the details; absent: they stay. */
  readonly details?: string | undefined
  /** Address of the folder `docs/` of the version in use. */
  readonly docsUrl?: string | undefined
}

/** How an update ended; the card as it stands now where that is known. */
export type CardUpdate =
  | { readonly kind: 'written' | 'unchanged'; readonly card: Card }
  | { readonly kind: 'failed'; readonly problem: string; readonly hint: string }

type Written = Extract<CardUpdate, { kind: 'written' | 'unchanged' }>

const commentSchema = z.object({
  body: z.string(),
  issue_url: z.string(),
  user: z.object({ id: z.int().positive() }).nullish(),
})

/**
 * Tells a card some news: reads it, moves it forward, writes it. What must not get lost, an end or a
 * plan, is read once more and written again where another writer has just overwritten it. Touches no comment but a card of this request
 * under this issue, made by the account that started this run, and of no other run. Rejects only where the caller's
 * signal fired.
 */
export async function updateCard(
  comments: Comments,
  target: CardTarget,
  news: CardNews,
): Promise<CardUpdate> {
  const update = await writeOnce(comments, target, news)
  const mayBeLost = isEnd(news.change.state ?? 'requested') || news.change.plan !== undefined
  if (update.kind !== 'written' || !mayBeLost) return update
  const again = await writeOnce(comments, target, news)
  return again.kind === 'failed' ? again : { kind: 'written', card: again.card }
}

async function writeOnce(
  comments: Comments,
  target: CardTarget,
  news: CardNews,
): Promise<CardUpdate> {
  const { change, docsUrl } = news
  const found = readTarget(await comments.read(target.commentId), target)
  if (found.kind === 'failed') return found
  const { parts } = found
  const card = advanceCard(parts.card, change)
  const shown = chooseDetails(parts, card, news)
  const isKnown = card === parts.card && isShown({ ...parts, docsUrl }, shown)
  if (isKnown) return { kind: 'unchanged', card }
  const answer = await comments.write(
    target.commentId,
    renderCard({ ...parts, card, details: shown, docsUrl }),
  )
  return answer.kind === 'found' ? { kind: 'written', card } : describe(answer, 'written')
}

type Parts = NonNullable<ReturnType<typeof parseCard>>

/** Details are cut and made harmless on their way, so what stands is compared with what would. */
function isShown(parts: Parts & Pick<CardNews, 'docsUrl'>, details: string): boolean {
  return (
    details === parts.details ||
    parseCard(renderCard({ ...parts, details }))?.details === parts.details
  )
}

/**
 * The first end stays, and its details with it. Where a run knows of another end, as a second attempt does,
 * they begin with that.
 */
function chooseDetails(parts: Parts, card: Card, { change, details }: CardNews): string {
  const { state, message = '' } = change
  if (details === undefined) return parts.details
  if (state === undefined || !isEnd(state) || state === card.state) return details
  const { mark, title } = stateWords[state]
  const notice = `> ${mark} The run itself ended otherwise: it ${title}. ${escapeMarkdown(message)}`
  if (parts.details.startsWith(notice)) return parts.details
  return `${notice}\n\n${parts.details === '' ? details : parts.details}`
}

function readTarget(
  answer: GitHubAnswer,
  { requestId, issueNumber, starterId, runId }: CardTarget,
): { readonly kind: 'found'; readonly parts: Parts } | Exclude<CardUpdate, Written> {
  if (answer.kind !== 'found') return describe(answer, 'read')
  const comment = commentSchema.safeParse(answer.data).data
  if (comment === undefined) {
    return failed('GitHub answered in another form, expected a comment', later)
  }
  const parts = parseCard(comment.body)
  const hint = 'Pass `comment-id`, `request-id` and `issue-number` on as the bot gave them.'
  if (parts === undefined) return failed('the comment is no status card, expected one', hint)
  if (parts.request.id !== requestId) {
    return failed('the card is of another request, expected that of `request-id`', hint)
  }
  if (starterId === undefined || comment.user?.id !== starterId) {
    return failed(
      'the card is by another account than the one that started this run, expected the same',
      'A run that was started by hand has no card: leave `comment-id` empty.',
    )
  }
  if (parts.card.run !== undefined && parts.card.run.id !== runId) {
    return failed('the card is of another run, expected this one or none yet', hint)
  }
  const place = Number(/\/issues\/(\d+)$/.exec(comment.issue_url)?.[1])
  if (place !== parts.request.issueNumber || (issueNumber ?? place) !== place) {
    return failed('the card is under another issue, expected that of its request', hint)
  }
  return { kind: 'found', parts }
}

const later = 'Look at githubstatus.com; `/status` brings the card up to date.'

function describe(
  answer: Exclude<GitHubAnswer, { kind: 'found' }>,
  verb: 'read' | 'written',
): Exclude<CardUpdate, Written> {
  return answer.kind === 'missing'
    ? failed(
        `the comment cannot be ${verb}: GitHub answered 404, expected 200`,
        'It was deleted, or the token is not of this repository: give the job `issues: write`.',
      )
    : failed(`the comment cannot be ${verb}: ${answer.problem}`, answer.hint)
}

function failed(problem: string, hint: string): Exclude<CardUpdate, Written> {
  return { kind: 'failed', problem, hint }
}
