import { isEnd } from '../action/domain/card.ts'
import { parseRequestId } from '../action/domain/request.ts'
import { changeCard, describeReading } from './change-card.ts'
import { limits } from './limits.ts'
import { readCards } from './list-cards.ts'
import { findCard, type PlacedCard } from './placed-card.ts'
import type { Answer, BotContext, Delivery, Reading, Run } from './ports.ts'
import { type RunEventName, readRunEvent } from './read-run-event.ts'
import { readRunNews } from './read-run-truth.ts'
import { isRunOf, readRequestIds } from './run-of-request.ts'

/**
 * Brings the news of a run onto the card of its request. The event only says where to look: what the
 * card is told is read anew, so late, doubled and reordered events do no harm.
 */
export async function followRun(
  context: BotContext,
  name: RunEventName,
  delivery: Delivery,
): Promise<Answer> {
  const runId = readRunEvent(context, name, delivery.payload)
  if (runId === undefined) return ignored
  const run = await context.repository.readRun(runId)
  if (run.kind === 'missing') return ignored
  if (run.kind !== 'found') return failed(describeReading(run), [])
  const [requestId] = readRequestIds(run.value.title)
  if (requestId === undefined || run.value.event !== 'workflow_dispatch') return ignored
  const placed = await findCardOf(context, run.value, requestId)
  if (placed.kind === 'missing') return ignored
  if (placed.kind !== 'found') return failed(describeReading(placed), [requestId])
  const { card } = placed.value
  if (isEnd(card.state) && card.run !== undefined) return followed(requestId, card.state)
  const writing = await changeCard(context, placed.value, () =>
    readRunNews(context.repository, runId),
  )
  if (writing.kind === 'failed') return failed(writing.problem, [requestId])
  return followed(requestId, writing.kind === 'gone' ? 'a card that is gone' : writing.card.state)
}

/** The card whose request a run carries out; `missing` where people made the run, or removed the card. */
async function findCardOf(
  context: BotContext,
  run: Run,
  requestId: string,
): Promise<Reading<PlacedCard>> {
  const place = parseRequestId(requestId)
  if (place === undefined) return { kind: 'missing' }
  const since = new Date(run.createdAt.getTime() - limits.clockSkewMaxMs)
  const comments = await context.repository.listComments(place.issueNumber, since)
  if (comments.kind !== 'found') return comments
  const placed = findCard(readCards(context, comments.value.comments), requestId)
  return placed !== undefined && isRunOf(run, placed)
    ? { kind: 'found', value: placed }
    : { kind: 'missing' }
}

const ignored: Answer = {
  outcome: 'ignored',
  text: 'The event is about no run of a request',
  requestIds: [],
}

function followed(requestId: string, state: string): Answer {
  return {
    outcome: 'followed',
    text: `Followed the run of ${requestId}: ${state}`,
    requestIds: [requestId],
  }
}

function failed(problem: string, requestIds: readonly string[]): Answer {
  return { outcome: 'failed', text: `Cannot follow a run: ${problem}`, requestIds }
}
