import { type Card, isEnd } from '../action/domain/card.ts'
import type { Policy } from '../action/domain/policy.ts'
import { type CardNews, type CardWriting, changeCard } from './change-card.ts'
import { describeGivenUp } from './claim-request.ts'
import { describeCommand } from './commands/registry.ts'
import { findRun } from './find-run.ts'
import { limits } from './limits.ts'
import type { PlacedCard } from './placed-card.ts'
import type { BotContext } from './ports.ts'
import { readRunNews } from './read-run-truth.ts'

/**
 * Brings a card into agreement with what GitHub knows of its request: news may have been lost, and its
 * maker may have died. Never starts anything: a request without a run is given up, not made up for.
 *
 * @returns the card as it then is
 */
export async function reconcileCard(
  context: BotContext,
  policy: Policy,
  placed: PlacedCard,
): Promise<Card> {
  if (isEnd(placed.card.state)) return placed.card
  const run = await findRun(context, policy, placed)
  if (run.kind === 'found') {
    const runId = run.value.id
    return cardOf(
      await changeCard(context, placed, () => readRunNews(context.repository, runId)),
      placed,
    )
  }
  const ageMs = context.clock.now().getTime() - placed.createdAt.getTime()
  if (run.kind !== 'missing' || ageMs < limits.orphanAfterMs) return placed.card
  return cardOf(await changeCard(context, placed, describeMissing(placed)), placed)
}

function describeMissing({ card, request }: PlacedCard): CardNews {
  if (describeCommand(request.command).workflow === undefined) {
    return {
      state: 'failed',
      message: 'Cannot say what came of it: the bot stopped while it answered',
      hint: 'See /status, and ask again in a new comment.',
      reasonCode: 'not_answered',
    }
  }
  if (card.run === undefined) return describeGivenUp('GitHub has no run for it')
  return {
    state: 'failed',
    message: 'Cannot follow the run: GitHub has no such run any more, expected it to be kept',
    hint: 'What it did shows in the list of backups: /backups.',
    reasonCode: 'run_gone',
  }
}

function cardOf(writing: CardWriting, placed: PlacedCard): Card {
  return 'card' in writing ? writing.card : placed.card
}
