import type { CardState } from '../../action/domain/card.ts'
import { parseCard } from '../../action/domain/parse-card.ts'
import type { BotScene } from '../../test/support/github/bot-scene.ts'
import type { CommentState } from '../../test/support/github/resources/comments.ts'

/** A card as it stood in one of its states. */
export interface SeenCard {
  readonly state: CardState
  /** The last text that it had in that state. */
  readonly body: string
  /** When it first stood so. */
  readonly at: Date
}

export interface CardWatch {
  /** The states of the card of a comment, in their order. */
  seen(asked: CommentState): readonly SeenCard[]
}

/** Remembers every state of every card, and tells of each once, as it is written. */
export function watchCards(
  { world, app }: BotScene,
  tell: (card: SeenCard, isFirst: boolean) => void,
): CardWatch {
  const cards = new Map<number, SeenCard[]>()
  world.listeners.add((happening) => {
    if (happening.event !== 'issue_comment' || happening.action === 'deleted') return
    const { comment } = happening
    const parts = comment.author === app.user ? parseCard(comment.body) : undefined
    if (parts === undefined) return
    const { commentId } = parts.request
    const states = cards.get(commentId) ?? []
    cards.set(commentId, states)
    const { state } = parts.card
    const known = states.findIndex((seen) => seen.state === state)
    const seen = { state, body: comment.body, at: states[known]?.at ?? world.now() }
    if (known >= 0) states[known] = seen
    else {
      states.push(seen)
      tell(seen, states.length === 1)
    }
  })
  return { seen: ({ id }) => cards.get(id) ?? [] }
}
