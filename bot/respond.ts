import { followRun } from './follow-run.ts'
import { handleComment } from './handle-comment.ts'
import { ignore } from './make-answer.ts'
import type { Answer, BotContext, Delivery } from './ports.ts'
import { isRunEvent } from './read-run-event.ts'

/**
 * What every door calls with a webhook. Awaits all that it starts, and answers whatever the payload holds;
 * that the webhook is GitHub's is for the door to prove first.
 *
 * @throws only for defects, ours or of an adapter
 */
export async function respond(context: BotContext, delivery: Delivery): Promise<Answer> {
  const { event } = delivery
  if (event === 'issue_comment') return await handleComment(context, delivery)
  if (isRunEvent(event)) return await followRun(context, event, delivery)
  return ignore('The event is none that the bot follows')
}
