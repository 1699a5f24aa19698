import { type CardState, cardRanks, isEnd } from '../../action/domain/card.ts'
import type { Palette } from '../../action/runner/palette.ts'
import type { ShownCard } from '../../test/support/acceptance/chatops/conversation.ts'
import type { CommentState } from '../../test/support/github/resources/comments.ts'
import type { UserState } from '../../test/support/github/resources/users.ts'
import { unlessCancelled } from '../../test/support/github/runner/unless-cancelled.ts'
import type { Narrator } from '../demo/narrator.ts'
import type { Stage } from './open-stage.ts'
import { showMarkdown } from './show-markdown.ts'
import { type SeenCard, watchCards } from './watch-cards.ts'

/** The conversation under the issue, told on the terminal as it goes on. */
export interface Talk {
  /** Somebody writes a comment. */
  say(author: UserState, body: string): CommentState
  /** The card of a comment, at its end or in this state before; rejects where the demo is ended. */
  until(asked: CommentState, state?: CardState): Promise<ShownCard>
  /** Somebody approves what a card waits for. */
  approve(card: ShownCard, reviewer: UserState): void
  /** Resolves once nothing goes on. */
  settled(): Promise<void>
  /** The states of the card of a comment. */
  seen(asked: CommentState): readonly SeenCard[]
}

const width = 110
const ends = (Object.keys(cardRanks) as CardState[]).filter(isEnd)

/** Begins to listen. */
export function startTalk(
  { chat }: Stage,
  { narrator, palette, signal }: { narrator: Narrator; palette: Palette; signal: AbortSignal },
): Talk {
  const quote = (head: string, body: string) => {
    narrator.say(`\n${palette.strong(head)}`)
    for (const line of showMarkdown(body, { palette, width })) narrator.say(`  │ ${line}`.trimEnd())
  }
  const bot = chat.scene.app.user.login
  const cards = watchCards(chat.scene, ({ body }, isFirst) =>
    quote(isFirst ? `${bot} answers:` : `${bot}, the same comment, edited:`, body),
  )
  /** @throws the reason of the signal */
  const unlessEnded = async <T extends object>(promise: Promise<T>): Promise<T> => {
    const value = await unlessCancelled(signal, promise)
    if (value === undefined) throw signal.reason
    return value
  }
  return {
    say(author, body) {
      quote(`${author.login} writes:`, body)
      return chat.say(author, body)
    },
    until: (asked, state) =>
      unlessEnded(chat.shows(asked, ...ends, ...(state === undefined ? [] : [state]))),
    approve(card, reviewer) {
      narrator.say(`\n${palette.strong(`${reviewer.login} approves it on the run's page.`)}`)
      chat.review(chat.runOf(card), reviewer, 'approved')
    },
    settled: async () => {
      await unlessEnded(chat.settled().then(() => ({})))
    },
    seen: cards.seen,
  }
}
