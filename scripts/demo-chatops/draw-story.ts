import type { CommentState } from '../../test/support/github/resources/comments.ts'
import type { Post } from './render-page.ts'
import type { Story } from './story.ts'
import type { Talk } from './talk.ts'
import type { SeenCard } from './watch-cards.ts'

/** The pictures of a story by their names, each as what is to be seen. */
export function drawStory(story: Story, talk: Talk): ReadonlyMap<string, readonly Post[]> {
  const end = (asked: CommentState) => [
    showAsked(asked),
    ...talk.seen(asked).slice(-1).map(showCard),
  ]
  return new Map([
    ['backup', end(story.backup)],
    ['backups', end(story.list)],
    ['help', end(story.help)],
    ['restore', drawRestore(story, talk)],
    ['restore-refused', end(story.refusedRestore)],
    ...drawStates('backup', talk.seen(story.backup)),
    ...drawStates('restore', talk.seen(story.restore)),
  ])
}

/** Request, plan, approval and end: one card, at each time at which somebody looks at it. */
function drawRestore({ restore, approver }: Story, talk: Talk): readonly Post[] {
  const cards = talk.seen(restore)
  const shown = (...states: readonly SeenCard['state'][]) =>
    cards.filter(({ state }) => states.includes(state)).map(showCard)
  const approval = `\`${approver.login}\` **approved** the deployment to \`database-restore\`. The same comment then:`
  return [
    showAsked(restore),
    ...shown('waiting'),
    { kind: 'event', markdown: approval },
    ...shown('approved', 'succeeded'),
  ]
}

function drawStates(command: string, cards: readonly SeenCard[]) {
  return cards.map(
    (card, at) => [`states/${command}-${at + 1}-${card.state}`, [showCard(card)]] as const,
  )
}

function showAsked({ author, body, createdAt, reactions }: CommentState): Post {
  return {
    kind: 'comment',
    author: author.login,
    isBot: false,
    at: createdAt,
    isEdited: false,
    markdown: body,
    reactions: reactions.map(({ content }) => content),
  }
}

function showCard({ body, at }: SeenCard): Post {
  const facts = { isBot: true, isEdited: true, reactions: [] }
  return { kind: 'comment', author: 'strongroom[bot]', at, markdown: body, ...facts }
}
