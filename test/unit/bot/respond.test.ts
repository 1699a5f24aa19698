import { describe, expect, it } from 'vitest'
import { respond } from '../../../bot/respond.ts'
import { createBotScene } from '../../support/bot/bot-scene.ts'
import { ada, bob, eve } from '../../support/bot/fake-github.ts'

function createScene() {
  const scene = createBotScene()
  return { scene, ...scene, ...scene.connect() }
}

describe('respond', () => {
  it('takes a backup from a comment to a run and a card', async () => {
    const { github, context, ask, cards, calls } = createScene()
    const answer = await respond(context, ask(bob, '/backup'))
    const [stored] = github.runs.values()
    const [card] = cards()
    expect(answer).toMatchObject({ outcome: 'dispatched', requestIds: [card?.request.id] })
    expect(stored?.workflow).toBe('database-backup.yml')
    expect(stored?.inputs).toEqual({
      command: 'backup',
      type: 'MANUAL',
      'request-id': card?.request.id,
      'issue-number': '7',
      'comment-id': String(card?.id),
      'requested-by': 'bob',
      'requested-by-id': '12',
    })
    expect(card).toMatchObject({ card: { state: 'requested', run: { id: stored?.run.id } } })
    expect([...(github.reactions.values().next().value ?? [])]).toEqual(['eyes', 'rocket'])
    expect(calls.indexOf('createComment')).toBeLessThan(6)
    expect(calls).toMatchInlineSnapshot(`
      [
        "readPermission",
        "react",
        "readFile",
        "listRecentComments",
        "createComment",
        "listRecentComments",
        "dispatch",
        "readComment",
        "updateComment",
        "readComment",
        "react",
      ]
    `)
  })

  it('leaves a stranger in silence, at the price of one call', async () => {
    const { context, ask, cards, calls, github } = createScene()
    expect((await respond(context, ask(eve, '/backup'))).outcome).toBe('ignored')
    expect(calls).toEqual(['readPermission'])
    expect(cards()).toEqual([])
    expect(github.reactions.size).toBe(0)
  })

  it('answers a redelivery with nothing', async () => {
    const { github, context, ask, cards } = createScene()
    const delivery = ask(ada, '/backup')
    await respond(context, delivery)
    expect((await respond(context, delivery)).outcome).toBe('duplicate')
    expect(github.runs.size).toBe(1)
    expect(cards()).toHaveLength(1)
  })
})
