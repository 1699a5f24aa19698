import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { fingerprint } from '../../integration/postgres/target/fingerprint.ts'
import { expectNothingTold } from '../../support/acceptance/chatops/expect-nothing-told.ts'
import { type Chatops, startChatops } from '../../support/acceptance/chatops/start-chatops.ts'
import { startWorld, type World } from '../../support/acceptance/start-world.ts'

let world: World
let chat: Chatops
beforeAll(async () => {
  world = await startWorld()
})
afterEach(async () => {
  await chat?.close()
})
afterAll(async () => {
  await world?.close()
})

const ends = ['succeeded', 'failed', 'rejected', 'cancelled', 'refused', 'expired'] as const

describe('comments in a repository that hosts nothing', () => {
  it('take a backup, and bring it back with the approval of somebody else', async () => {
    chat = await startChatops(world, { door: 'action' })
    const { admin, writer } = chat.scene
    const backup = chat.say(writer, '/backup')
    const taken = await chat.shows(backup, ...ends)
    expect(taken.card.state, taken.body).toBe('succeeded')
    const good = await fingerprint(world.cluster, chat.database)
    await world.cluster.query(chat.database, 'DELETE FROM orders')
    const asked = chat.say(admin, '/restore latest')
    const planned = await chat.shows(asked, 'planned', 'waiting', ...ends)
    const run = chat.runOf(planned)
    await chat.runner.until(run, 'waiting')
    chat.review(run, chat.approver, 'approved')
    const end = await chat.shows(asked, ...ends)
    expect(end.card.state, end.body).toBe('succeeded')
    expect(await fingerprint(world.cluster, chat.database)).toEqual(good)
    await chat.settled()
    expect([backup, asked].map((one) => chat.cardsOf(one).length)).toEqual([1, 1])
    expectNothingTold(chat)
  })

  it('hear of a rejection, where GitHub tells of the runs that the token started', async () => {
    chat = await startChatops(world, { door: 'action', isTokenHeard: true })
    const { admin, writer } = chat.scene
    const taken = await chat.shows(chat.say(writer, '/backup'), ...ends)
    expect(taken.card.state, taken.body).toBe('succeeded')
    const asked = chat.say(admin, '/restore latest')
    const planned = await chat.shows(asked, 'planned', 'waiting', ...ends)
    await chat.runner.until(chat.runOf(planned), 'waiting')
    chat.review(chat.runOf(planned), chat.approver, 'rejected')
    const end = await chat.shows(asked, ...ends)
    expect(end.card.state, end.body).toBe('rejected')
    await chat.settled()
    expectNothingTold(chat)
  })

  it('start no command that is only spoken of', async () => {
    chat = await startChatops(world, { door: 'action' })
    chat.say(chat.scene.admin, 'Shall we take one? `/backup` would do.')
    await chat.settled()
    const runs = [...chat.scene.repository.runs.values()]
    expect(runs.map(({ event, conclusion }) => `${event} ${conclusion}`)).toEqual([
      'issue_comment success',
    ])
  })
})
