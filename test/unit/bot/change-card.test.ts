import { describe, expect, it } from 'vitest'
import { changeCard } from '../../../bot/change-card.ts'
import { readPlacedCard } from '../../../bot/placed-card.ts'
import type { BotContext } from '../../../bot/ports.ts'
import { createConversation } from '../../support/bot/conversation.ts'
import { bob, presentComment } from '../../support/bot/fake-github.ts'
import type { Fault } from '../../support/bot/fake-repository.ts'

async function createPlaced() {
  const conversation = createConversation()
  await conversation.say(bob, '/backup')
  const comment = conversation.github.comments.get(conversation.last().id)
  const placed = comment && readPlacedCard(conversation.context, presentComment(comment))
  if (comment === undefined || placed === undefined) throw new Error('There is no card')
  return { ...conversation, comment, placed }
}

describe('changeCard', () => {
  it('writes news, and nothing where there are none', async () => {
    const { context, placed, cards } = await createPlaced()
    const news = { state: 'succeeded', message: 'Done.' } as const
    expect(await changeCard(context, placed, news)).toMatchObject({ kind: 'written' })
    expect(cards()[0]?.card).toMatchObject(news)
    expect(await changeCard(context, placed, news)).toMatchObject({ kind: 'unchanged' })
  })

  it('keeps the details that the run wrote', async () => {
    const { context, placed, cards } = await createPlaced()
    await changeCard(context, placed, { state: 'running', details: '| a table |' })
    await changeCard(context, placed, { state: 'cancelled' })
    expect(cards()[0]).toMatchObject({ details: '| a table |', card: { state: 'cancelled' } })
  })

  it('writes again where another writer undid it', async () => {
    const { scene, comment, placed, cards } = await createPlaced()
    const before = comment.body
    let undone = 0
    const { context } = scene.connect({
      turn: async (label) => {
        if (label !== 'updateComment answers' || undone > 0) return
        undone += 1
        comment.body = before
      },
    })
    const writing = await changeCard(context, placed, { state: 'cancelled' })
    expect(writing.kind).toBe('written')
    expect(undone).toBe(1)
    expect(cards()[0]?.card.state).toBe('cancelled')
  })

  it('gives up where another writer never stops', async () => {
    const { scene, comment, placed } = await createPlaced()
    const before = comment.body
    const { context, calls } = scene.connect({
      turn: async (label) => {
        if (label === 'updateComment answers') comment.body = before
      },
    })
    expect((await changeCard(context, placed, { state: 'cancelled' })).kind).toBe('failed')
    expect(calls.filter((method) => method === 'updateComment')).toHaveLength(3)
  })

  it.each<[string, (body: string, context: BotContext) => string]>([
    ['its text is gone', () => 'moved'],
    [
      'its request is not what was signed',
      (body) => body.replace(/ signed-\d+ -->/, ' signed-0 -->'),
    ],
  ])('leaves a comment alone where %s', async (_, edit) => {
    const { context, comment, placed } = await createPlaced()
    comment.body = edit(comment.body, context)
    const before = comment.body
    expect((await changeCard(context, placed, { state: 'failed' })).kind).toBe('gone')
    expect(comment.body).toBe(before)
  })

  it('says that a removed card is gone', async () => {
    const { github, context, placed } = await createPlaced()
    github.comments.clear()
    expect((await changeCard(context, placed, { state: 'failed' })).kind).toBe('gone')
  })

  it.each<[keyof BotContext['repository'], Fault, string]>([
    ['readComment', 'lost-before', 'failed'],
    ['updateComment', 'denied', 'failed'],
    ['updateComment', 'lost-after', 'written'],
  ])('ends where %s is %s: %s', async (method, fault, expected) => {
    const { scene, placed } = await createPlaced()
    let faults = 0
    const { context } = scene.connect({
      fault: (_, called) => {
        if (called !== method || faults > 0) return undefined
        faults += 1
        return fault
      },
    })
    expect((await changeCard(context, placed, { state: 'cancelled' })).kind).toBe(expected)
  })
})
