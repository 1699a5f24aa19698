import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { expectNothingTold } from '../../support/acceptance/chatops/expect-nothing-told.ts'
import { type Chatops, startChatops } from '../../support/acceptance/chatops/start-chatops.ts'
import { startWorld, type World } from '../../support/acceptance/start-world.ts'

let world: World
let chat: Chatops
beforeAll(async () => {
  world = await startWorld()
  chat = await startChatops(world)
})
afterEach(() => world.server.faults.clear())
afterAll(async () => {
  try {
    await chat?.close()
  } finally {
    await world?.close()
  }
})

const ends = ['succeeded', 'failed', 'refused'] as const

describe('/backup, asked for in a comment', () => {
  it('is taken, and ends with the backup on the one card', async () => {
    const asked = chat.say(chat.scene.writer, '/backup')
    const card = await chat.shows(asked, ...ends)
    expect(card.card.state, card.body).toBe('succeeded')
    await chat.settled()
    const [entry] = (await chat.bucket.manifest()).backups
    expect(entry).toMatchObject({
      type: 'MANUAL',
      status: 'COMPLETED',
      database: chat.database,
      requestedBy: 'writer',
    })
    expect(card.body).toContain(entry?.id)
    expect(card.body).toContain('orders')
    expect(chat.cardsOf(asked)).toHaveLength(1)
    expect(chat.reactionsTo(asked)).toContain('eyes')
    expect(chat.runOf(card)).toMatchObject({
      conclusion: 'success',
      title: `backup ${card.request.id}`,
    })
    expectNothingTold(chat)
  })

  it('is told of where the bucket is down', async () => {
    const bucket = chat.bucket.name
    world.server.faults.add({
      kind: '503',
      times: Number.POSITIVE_INFINITY,
      where: (subject) => subject.bucket === bucket,
    })
    const asked = chat.say(chat.scene.writer, '/backup')
    const card = await chat.shows(asked, ...ends)
    expect(card.card.state, card.body).toBe('failed')
    expect(card.card.message).toMatch(/^Cannot .+/)
    await chat.settled()
    expect(chat.runOf(card).conclusion).toBe('failure')
    expect(chat.cardsOf(asked)).toHaveLength(1)
    expectNothingTold(chat)
  })
})

describe('/backups, asked for in a comment', () => {
  it('lists what there is', async () => {
    const [entry] = (await chat.bucket.manifest()).backups
    const asked = chat.say(chat.scene.writer, 'What do we have?\n\n/backups --type MANUAL')
    const card = await chat.shows(asked, ...ends)
    expect(card.card.state, card.body).toBe('succeeded')
    expect(card.details).toContain(entry?.id)
    await chat.settled()
    expectNothingTold(chat)
  })
})

describe('/pin and /unpin, asked for in comments', () => {
  it('mark the backup, for those who may', async () => {
    const [entry] = (await chat.bucket.manifest()).backups
    const pinned = await chat.shows(chat.say(chat.scene.writer, '/pin latest'), ...ends)
    expect(pinned.card.state, pinned.body).toBe('succeeded')
    expect(pinned.card.message).toContain(`Backup ${entry?.id} is pinned`)
    const mark = (await chat.bucket.manifest()).backups[0]?.pinned
    expect(mark).toMatchObject({ by: 'writer' })
    const unpin = `/unpin ${entry?.id}`
    const refused = await chat.shows(chat.say(chat.scene.writer, unpin), ...ends)
    expect(refused.card.state, refused.body).toBe('refused')
    const unpinned = await chat.shows(chat.say(chat.scene.admin, unpin), ...ends)
    expect(unpinned.card.state, unpinned.body).toBe('succeeded')
    expect((await chat.bucket.manifest()).backups[0]).not.toHaveProperty('pinned')
    await chat.settled()
    expectNothingTold(chat)
  })
})

describe('a comment of a stranger', () => {
  it('is met with silence', async () => {
    const asked = chat.say(chat.scene.stranger, '/backup')
    await chat.settled()
    expect(chat.cardsOf(asked)).toEqual([])
    expect(asked.reactions).toEqual([])
  })
})
