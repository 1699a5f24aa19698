import type { Account, Answer, BotContext } from '../../../bot/ports.ts'
import { respond } from '../../../bot/respond.ts'
import { type BotScene, createBotScene } from './bot-scene.ts'

/** A scene in which people talk to one healthy process of the bot. */
export interface Conversation extends BotScene {
  readonly scene: BotScene
  readonly context: BotContext
  say(author: Account, body: string, issueNumber?: number): Promise<Answer>
  /** The newest card of an issue. */
  last(issueNumber?: number): ReturnType<BotScene['cards']>[number]
}

export function createConversation(): Conversation {
  const scene = createBotScene()
  const { context } = scene.connect()
  return {
    ...scene,
    scene,
    context,
    say: (author, body, issueNumber = 7) =>
      respond(context, scene.ask(author, body, { issueNumber })),
    last(issueNumber = 7) {
      const card = scene.cards(issueNumber).at(-1)
      if (card === undefined) throw new Error('There is no card')
      return card
    },
  }
}
