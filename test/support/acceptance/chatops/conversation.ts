import type { CardState } from '../../../../action/domain/card.ts'
import { parseCard } from '../../../../action/domain/parse-card.ts'
import type { BotScene } from '../../github/bot-scene.ts'
import { addComment, type CommentState } from '../../github/resources/comments.ts'
import type { RunState } from '../../github/resources/runs.ts'
import type { UserState } from '../../github/resources/users.ts'
import { review } from '../../github/run-story.ts'

/** A card as it stands on the issue. */
export type ShownCard = NonNullable<ReturnType<typeof parseCard>> & { readonly body: string }

/** What people and the bot write under an issue. */
export interface Conversation {
  /** Somebody writes a comment. */
  say(author: UserState, body: string): CommentState
  /** The cards of a comment, in their order. */
  cardsOf(asked: CommentState): readonly ShownCard[]
  /** The card of a comment, as soon as it stands so. Rejects after a while with all that is known. */
  shows(asked: CommentState, ...states: readonly CardState[]): Promise<ShownCard>
  /** The run that a card speaks of. */
  runOf(card: ShownCard): RunState
  /** Somebody answers for the environment of restores, for which a run waits. */
  review(run: RunState, user: UserState, verdict: 'approved' | 'rejected'): void
  /** Reactions of the bot to a comment. */
  reactionsTo(asked: CommentState): readonly string[]
}

/** A test that waits longer for a card has found a fault. */
const waitMaxMs = 120_000

/**
 * @param login who the bot writes as
 * @param talk what the bot has printed so far
 */
export function openConversation(scene: BotScene, login: string, talk: () => string): Conversation {
  const { world, repository, issue } = scene

  const cardsOf = (asked: CommentState): readonly ShownCard[] =>
    [...repository.comments.values()].flatMap(({ author, body }) => {
      const parts = author.login === login ? parseCard(body) : undefined
      return parts?.request.commentId === asked.id ? [{ ...parts, body }] : []
    })

  /** Looked at whenever something happens. */
  const until = <T>(look: () => T | undefined, describe: () => string): Promise<T> =>
    new Promise((resolve, reject) => {
      const listener = () => {
        const found = look()
        if (found === undefined) return
        stop()
        resolve(found)
      }
      const timer = setTimeout(() => {
        stop()
        reject(new Error(`Waited in vain: ${describe()}`))
      }, waitMaxMs)
      const stop = () => {
        clearTimeout(timer)
        world.listeners.delete(listener)
      }
      world.listeners.add(listener)
      listener()
    })

  const describe = (asked: CommentState): string => {
    const runs = [...repository.runs.values()].map(
      ({ title, attempts, conclusion, jobs }) =>
        `run "${title}" ${attempts.at(-1)} ${conclusion}: ${jobs.map(({ name, status }) => `${name} ${status}`).join(', ')}`,
    )
    return [asked.body, ...cardsOf(asked).map(({ body }) => body), ...runs, talk()].join('\n')
  }

  const runOf = ({ card }: ShownCard): RunState => {
    const run = repository.runs.get(card.run?.id ?? 0)
    if (run === undefined) throw new Error('the card names no run')
    return run
  }

  return {
    say: (author, body) => addComment(world, repository, issue, { body, author }),
    cardsOf,
    shows: (asked, ...states) =>
      until(
        () => cardsOf(asked).find(({ card }) => states.includes(card.state)),
        () => describe(asked),
      ),
    runOf,
    review(run, user, verdict) {
      const environment = repository.environments.get('database-restore')
      if (environment === undefined) throw new Error('there is no such environment')
      review({ world, repository, run }, environment, user, verdict)
    },
    reactionsTo: (asked) =>
      asked.reactions.filter(({ user }) => user.login === login).map(({ content }) => content),
  }
}
