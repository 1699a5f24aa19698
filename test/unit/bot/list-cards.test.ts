import { describe, expect, it } from 'vitest'
import { respond } from '../../../bot/respond.ts'
import { createConversation } from '../../support/bot/conversation.ts'
import { ada, bob } from '../../support/bot/fake-github.ts'

const minute = 60_000
/** More than one listing gives. */
const many = 501

describe('listCards', () => {
  it('knows the card of an old comment, whatever was written elsewhere since', async () => {
    const { github, context, ask } = createConversation()
    const delivery = ask(bob, '/backup')
    await respond(context, delivery)
    github.nowMs += 30 * minute
    for (let n = 0; n < many; n += 1) github.comment(ada, 'hello', 8)
    expect((await respond(context, delivery)).outcome).toBe('duplicate')
    expect(github.runs.size).toBe(1)
  })

  it('takes commands in a busy repository', async () => {
    const { github, say } = createConversation()
    for (let n = 0; n < many; n += 1) github.comment(ada, 'hello', 8)
    expect((await say(bob, '/backup')).outcome).toBe('dispatched')
  })

  it('starts nothing where it cannot see all comments of the issue', async () => {
    const { github, context, ask, last } = createConversation()
    const delivery = ask(bob, '/backup')
    for (let n = 0; n < many; n += 1) github.comment(ada, 'hello')
    expect((await respond(context, delivery)).outcome).toBe('failed')
    expect(github.runs.size).toBe(0)
    expect(last().card.reasonCode).toBe('comments_unreadable')
  })

  it('starts nothing where the comments cannot be listed', async () => {
    const { scene, github, ask, cards } = createConversation()
    const { context } = scene.connect({
      fault: (_, method) => (method === 'listRecentComments' ? 'lost-before' : undefined),
    })
    expect((await respond(context, ask(bob, '/backup'))).outcome).toBe('failed')
    expect(github.runs.size).toBe(0)
    expect(cards()[0]?.card.state).toBe('failed')
  })
})
