import { afterEach, describe, expect, it } from 'vitest'
import { parseCard } from '../../../action/domain/parse-card.ts'
import { openAction } from '../../support/acceptance/bot/action-door.ts'
import { commandWorkflow } from '../../support/acceptance/bot/command-workflow.ts'
import type { BotDoor, OpenDoor } from '../../support/acceptance/bot/door.ts'
import { openFetch, openServer } from '../../support/acceptance/bot/listening-door.ts'
import { type BotScene, stageBot } from '../../support/github/bot-scene.ts'
import { addComment, type CommentState } from '../../support/github/resources/comments.ts'
import type { RunState } from '../../support/github/resources/runs.ts'
import type { UserState } from '../../support/github/resources/users.ts'
import { seedWorkflow } from '../../support/github/resources/workflows.ts'
import type { Delivery } from '../../support/github/webhooks/outbox.ts'

const doors: readonly (readonly [string, OpenDoor])[] = [
  ['server', openServer],
  ['fetch handler', openFetch],
  ['Action', openAction],
]

describe.each(doors)('the %s', (name, open) => {
  let scene: BotScene
  let door: BotDoor
  afterEach(async () => {
    await door.close()
    await scene.github.close()
  })

  async function start(options: { readonly basePath?: string } = {}): Promise<void> {
    scene = await stageBot(options)
    const { world, repository } = scene
    seedWorkflow(world, repository, 'database-backup.yml', 'active', commandWorkflow)
    seedWorkflow(world, repository, 'database-restore.yml', 'active', commandWorkflow)
    door = await open(scene)
  }

  /** A comment, and the delivery that tells of it. */
  function write(body: string, author: UserState = scene.writer): Delivery {
    addComment(scene.world, scene.repository, scene.issue, { body, author })
    const delivery = scene.github.webhooks.all.at(-1)
    if (delivery === undefined) throw new Error('nothing was told of the comment')
    return delivery
  }

  const runs = (): readonly RunState[] => [...scene.repository.runs.values()]
  const cards = (): readonly CommentState[] =>
    [...scene.repository.comments.values()].filter(({ author }) => author.login === door.login)
  const cardOf = (comment = cards()[0]) => parseCard(comment?.body ?? '')
  const reactionsOf = (body: string) =>
    [...scene.repository.comments.values()]
      .filter((comment) => comment.body === body)
      .flatMap(({ reactions }) => reactions.map(({ content }) => content))
  const countOf = (operationId: string) =>
    scene.github.requests.filter((request) => request.operationId === operationId).length

  it('starts one run for a command, and shows it on one card', async () => {
    await start()
    expect(await door.deliver(write('/backup'))).toBe(true)
    const [run] = runs()
    const [comment] = cards()
    const card = cardOf()
    expect(runs()).toHaveLength(1)
    expect(cards()).toHaveLength(1)
    expect(run?.inputs).toMatchObject({
      command: 'backup',
      type: 'MANUAL',
      'request-id': card?.request.id,
      'comment-id': String(comment?.id),
      'requested-by': 'writer',
      'requested-by-id': String(scene.writer.id),
    })
    expect(card?.card.run?.id).toBe(run?.id)
    expect(reactionsOf('/backup')).toEqual(['eyes', 'rocket'])
  })

  it('answers /help by itself', async () => {
    await start()
    expect(await door.deliver(write('/help'))).toBe(true)
    expect(cardOf()?.card.state).toBe('answered')
    expect(cards()[0]?.body).toContain('`/backup`')
    expect(runs()).toEqual([])
  })

  it('tells a member why they may not', async () => {
    await start()
    expect(await door.deliver(write('/restore latest'))).toBe(true)
    expect(cardOf()?.card).toMatchObject({ state: 'refused', reasonCode: 'not_permitted' })
    expect(reactionsOf('/restore latest')).toEqual(['eyes', 'confused'])
    expect(runs()).toEqual([])
  })

  it.each(['/backup', 'see `/backup`', 'good morning'])(
    'is silent towards a stranger who writes "%s"',
    async (body) => {
      await start()
      expect(await door.deliver(write(body, scene.stranger))).toBe(true)
      expect([cards(), runs(), reactionsOf(body)]).toEqual([[], [], []])
    },
  )

  it('says nothing to a comment without a command, and asks GitHub nothing about it', async () => {
    await start()
    await door.deliver(write('/backup'))
    const before = scene.github.requests.length
    expect(await door.deliver(write('good morning'))).toBe(true)
    expect(scene.github.requests.length).toBe(before)
  })

  it('does nothing twice for one delivery, nor for a second one of the same comment', async () => {
    await start()
    const delivery = write('/backup')
    await door.deliver(delivery)
    expect(await door.deliver(delivery)).toBe(true)
    expect(await door.deliver({ ...delivery, id: 'another-guid' })).toBe(true)
    expect([runs().length, cards().length]).toEqual([1, 1])
  })

  it('does nothing twice after it died and came up again', async () => {
    await start()
    const delivery = write('/backup')
    await door.deliver(delivery)
    await door.restart()
    expect(await door.deliver(delivery)).toBe(true)
    expect([runs().length, cards().length]).toEqual([1, 1])
  })

  it('starts one run where the same comment comes in twice at the same time', async () => {
    await start()
    const delivery = write('/backup')
    await Promise.all([door.deliver(delivery), door.deliver(delivery)])
    expect([runs().length, cards().length]).toEqual([1, 1])
  })

  it('does not listen to its own cards, nor to edited comments', async () => {
    await start()
    await door.deliver(write('/help'))
    const [own] = scene.github.webhooks.all.filter(
      ({ payload }) => (payload['sender'] as { login: string }).login === door.login,
    )
    const edited = write('/backup')
    const before = cards().length
    expect(own).toBeDefined()
    if (own !== undefined) expect(await door.deliver(own)).toBe(true)
    expect(
      await door.deliver({ ...edited, payload: { ...edited.payload, action: 'edited' } }),
    ).toBe(true)
    expect([cards().length, runs().length]).toEqual([before, 0])
  })

  it('takes no command where the policy file is not valid, and says which line', async () => {
    await start()
    scene.repository.files.set('.github/strongroom.yml', 'limits: {}\ncommands: [oops]\n')
    await door.deliver(write('/backup'))
    expect(cardOf()?.card.state).toBe('refused')
    expect(cardOf()?.card.message).toMatch(/line 2/)
    expect(runs()).toEqual([])
  })

  it('finds the run of a dispatch that GitHub answered with an error, and starts no second', async () => {
    await start()
    scene.github.faults.add({
      fault: { kind: 'status', status: 502 },
      operationId: 'actions/create-workflow-dispatch',
      isAfterEffect: true,
    })
    expect(await door.deliver(write('/backup'))).toBe(true)
    expect(countOf('actions/create-workflow-dispatch')).toBe(1)
    expect(cardOf()?.card.run?.id).toBe(runs()[0]?.id)
  })

  it('says what to do where GitHub refuses to start the run, and fails', async () => {
    await start()
    scene.repository.workflows.delete('database-backup.yml')
    const delivery = write('/backup')
    expect(await door.deliver(delivery)).toBe(false)
    expect(cardOf()?.card).toMatchObject({ state: 'failed', hint: expect.any(String) })
    await door.deliver(delivery)
    expect(countOf('actions/create-workflow-dispatch')).toBe(1)
    expect(cards()).toHaveLength(1)
  })

  it('fails, and starts nothing, where GitHub does not say what the author may do', async () => {
    await start()
    scene.github.faults.add({
      fault: { kind: 'status', status: 500 },
      operationId: 'repos/get-collaborator-permission-level',
    })
    expect(await door.deliver(write('/backup'))).toBe(false)
    expect([cards(), runs()]).toEqual([[], []])
  })

  it('works with a server of one’s own, which tells no runs', async () => {
    await start({ basePath: '/api/v3' })
    expect(await door.deliver(write('/backup'))).toBe(true)
    expect(runs()).toHaveLength(1)
    expect(cardOf()?.card.run?.id).toBe(runs()[0]?.id)
  })

  it('survives a payload of any form', async () => {
    await start()
    const { payload } = write('/backup')
    const forms = [
      {},
      { ...payload, comment: null },
      { ...payload, issue: [], comment: { id: 'x' } },
    ]
    for (const form of forms) {
      await door.deliver({ ...write('/help'), payload: form })
    }
    expect([cards(), runs()]).toEqual([[], []])
    expect(await door.deliver(write('/help'))).toBe(true)
    expect(cards()).toHaveLength(1)
  })

  it('prints no secret, no token and nothing of a comment', async () => {
    await start()
    await door.deliver(write('/backup\n\nhush-hush'))
    await door.deliver(write('/restore latest hush-hush'))
    const tokens = [...scene.world.tokens.keys()]
    const printed = door.text().replaceAll(/^::add-mask::.*$/gm, '')
    const { webhookSecret, privateKey } = scene.app
    expect(printed).not.toContain('hush-hush')
    for (const secret of [...tokens, webhookSecret, privateKey.split('\n')[1] ?? webhookSecret])
      expect(printed).not.toContain(secret)
    expect(printed).not.toBe('')
  })

  it.runIf(name === 'Action')('refuses events that strangers can start', async () => {
    await start()
    expect(await door.deliver(write('/backup'), { event: 'pull_request_target' })).toBe(false)
    expect([cards(), runs()]).toEqual([[], []])
  })

  it.runIf(name !== 'Action')('turns a forged delivery away, and prints none of it', async () => {
    await start()
    const forged = write('/backup hush-hush')
    expect(await door.deliver(forged, { secret: 'another' })).toBe(false)
    expect(await door.deliver(forged, { secret: 'development' })).toBe(false)
    expect([cards(), runs(), reactionsOf('/backup hush-hush')]).toEqual([[], [], []])
    expect(door.text()).not.toMatch(/hush-hush|issue_comment/)
  })

  it.runIf(name !== 'Action')('takes an event that it does not know for none', async () => {
    await start()
    expect(await door.deliver(write('/backup'), { event: 'star' })).toBe(true)
    expect([cards(), runs()]).toEqual([[], []])
  })
})
