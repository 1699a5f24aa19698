import { describe, expect, it } from 'vitest'
import { respond } from '../../../bot/respond.ts'
import { createConversation } from '../../support/bot/conversation.ts'
import { ada, bob, type FakeGitHub } from '../../support/bot/fake-github.ts'

/** So many comments without a command, and half an hour after them. */
function chatter(github: FakeGitHub, count: number): void {
  for (let n = 0; n < count; n += 1) github.comment(ada, 'hello')
  github.nowMs += 30 * 60_000
}

describe('/cancel', () => {
  it('cancels the newest open request of the issue', async () => {
    const { github, say, cards } = createConversation()
    await say(bob, '/backup')
    await say(bob, '/verify latest')
    await say(bob, '/backup', 9)
    expect((await say(bob, '/cancel')).outcome).toBe('answered')
    const conclusions = [...github.runs.values()].map(({ run }) => run.conclusion)
    expect(conclusions).toEqual([undefined, 'cancelled', undefined])
    expect(cards().map(({ card }) => card.state)).toEqual(['requested', 'cancelled', 'answered'])
  })

  it('finds the newest open request behind more comments than one listing gives', async () => {
    const { github, say } = createConversation()
    chatter(github, 501)
    await say(bob, '/backup')
    expect((await say(bob, '/cancel')).outcome).toBe('answered')
    expect([...github.runs.values()].map(({ run }) => run.conclusion)).toEqual(['cancelled'])
  })

  it('does not say that nothing is open where it has not seen every comment', async () => {
    const { github, say, last } = createConversation()
    chatter(github, 150)
    await say(bob, '/backup')
    chatter(github, 501)
    await say(bob, '/help')
    expect((await say(bob, '/cancel')).outcome).toBe('failed')
    expect(last().card.message).toContain('too many comments')
    await say(bob, '/status')
    expect(last().details).toContain('there may be more requests')
  })

  it('cancels the request that is named, of another issue too', async () => {
    const { github, say, last } = createConversation()
    await say(bob, '/backup', 9)
    const { id } = last(9).request
    await say(bob, '/backup')
    expect((await say(bob, `/cancel ${id}`)).outcome).toBe('answered')
    const conclusions = [...github.runs.values()].map(({ run }) => run.conclusion)
    expect(conclusions).toEqual(['cancelled', undefined])
  })

  it("lets nobody but an administrator cancel another's request", async () => {
    const { github, say, last } = createConversation()
    await say(ada, '/backup')
    expect((await say(bob, '/cancel')).outcome).toBe('refused')
    expect(last().card).toMatchObject({ reasonCode: 'not_permitted' })
    await say(bob, '/backup')
    expect((await say(ada, '/cancel')).outcome).toBe('answered')
    const conclusions = [...github.runs.values()].map(({ run }) => run.conclusion)
    expect(conclusions).toEqual([undefined, 'cancelled'])
  })

  it('does as the policy says about the requests of others', async () => {
    const { github, say } = createConversation()
    github.files.set('.github/strongroom.yml', 'commands: { cancel: { role: write } }\n')
    await say(ada, '/backup')
    expect((await say(bob, '/cancel')).outcome).toBe('answered')
  })

  it('says that nothing is open, or that there is no such request', async () => {
    const { say, last } = createConversation()
    expect((await say(bob, '/cancel')).outcome).toBe('refused')
    expect(last().card.reasonCode).toBe('nothing_open')
    expect((await say(bob, '/cancel rq7-1-0-aaaaaaaaaaaa')).outcome).toBe('refused')
    expect(last().card.reasonCode).toBe('nothing_open')
  })

  it('cancels once, however often it is delivered', async () => {
    const { github, context, ask, say } = createConversation()
    await say(bob, '/backup')
    await say(bob, '/verify latest')
    const delivery = ask(bob, '/cancel')
    await respond(context, delivery)
    expect((await respond(context, delivery)).outcome).toBe('duplicate')
    const conclusions = [...github.runs.values()].map(({ run }) => run.conclusion)
    expect(conclusions).toEqual([undefined, 'cancelled'])
  })

  it('is never held back by the limit of changes', async () => {
    const { github, say } = createConversation()
    github.files.set('.github/strongroom.yml', 'limits: { changing-per-10-minutes: 1 }\n')
    await say(bob, '/backup')
    expect((await say(bob, '/cancel')).outcome).toBe('answered')
    expect((await say(bob, '/cancel')).outcome).toBe('refused')
  })

  it('says so where GitHub does not cancel', async () => {
    const { scene, ask, say, last } = createConversation()
    await say(bob, '/backup')
    const { context } = scene.connect({
      fault: (_, method) => (method === 'cancelRun' ? 'denied' : undefined),
    })
    expect((await respond(context, ask(bob, '/cancel'))).outcome).toBe('failed')
    expect(last().card).toMatchObject({ state: 'failed', reasonCode: 'not_cancelled' })
  })

  it('waits for a run that does not show yet', async () => {
    const { scene, ask, say, last } = createConversation()
    const dying = scene.connect({
      fault: (_, method) => (method === 'dispatch' ? 'crash-before' : undefined),
    })
    await expect(respond(dying.context, ask(bob, '/backup'))).rejects.toThrow('died')
    expect((await say(bob, '/cancel')).outcome).toBe('refused')
    expect(last().card.reasonCode).toBe('no_run_yet')
  })

  it('does not cancel another request in place of one whose answer was interrupted', async () => {
    const { scene, github, context, ask, say, cards } = createConversation()
    await say(bob, '/backup')
    await say(bob, '/verify latest')
    const delivery = ask(bob, '/cancel')
    const dying = scene.connect({
      fault: (_, method) => (method === 'cancelRun' ? 'crash-after' : undefined),
    })
    await expect(respond(dying.context, delivery)).rejects.toThrow('died')
    github.nowMs += 121_000
    expect((await respond(context, delivery)).outcome).toBe('duplicate')
    const conclusions = [...github.runs.values()].map(({ run }) => run.conclusion)
    expect(conclusions).toEqual([undefined, 'cancelled'])
    expect(cards()[2]?.card).toMatchObject({ state: 'failed', reasonCode: 'not_answered' })
  })
})
