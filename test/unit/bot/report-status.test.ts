import { describe, expect, it } from 'vitest'
import { respond } from '../../../bot/respond.ts'
import { createConversation } from '../../support/bot/conversation.ts'
import { ada, bob } from '../../support/bot/fake-github.ts'

describe('/status', () => {
  it('says that nothing is open', async () => {
    const { say, last } = createConversation()
    expect((await say(bob, '/status')).outcome).toBe('answered')
    expect(last().details).toBe(
      'No request of this issue is open, and neither workflow is running.',
    )
  })

  it('lists what is open here and elsewhere, brought up to date', async () => {
    const { github, say, last, cards } = createConversation()
    await say(bob, '/backup')
    await say(ada, '/restore latest')
    await say(ada, '/backup', 9)
    github.start(bob, 'database-backup.yml', { command: '| <b>by hand</b>' })
    const [first, second] = [...github.runs.values()]
    if (first === undefined || second === undefined) throw new Error('There are no runs')
    github.change(first.run.id, { run: { status: 'completed', conclusion: 'success' } })
    const pending = [{ environment: 'database-restore', reviewers: ['grace'], since: undefined }]
    github.change(second.run.id, { run: { status: 'waiting' }, pending })
    await say(bob, '/status')
    expect(cards().map(({ card }) => card.state)).toEqual(['succeeded', 'waiting', 'answered'])
    const numbers = new Map([...github.runs.keys()].map((id, index) => [String(id), `RUN${index}`]))
    const text = last().details.replace(/\d{4}/g, (digits) => numbers.get(digits) ?? digits)
    expect(text).toMatchInlineSnapshot(`
      "#### Requests of this issue

      | Request | State | Asked by | Run | Id |
      | --- | --- | --- | --- | --- |
      | [/restore](https://github.example/acme/shop/issues/7#issuecomment-1005) | ✋ waits for approval | \`ada\`, 2026-11-22 10:00:00 UTC | [RUN1](https://github.example/acme/shop/actions/runs/RUN1) | \`rq7-1004-0-60fd1fd6aa4b\` |
      | [/backup](https://github.example/acme/shop/issues/7#issuecomment-1002) | ✅ succeeded | \`bob\`, 2026-11-22 10:00:00 UTC | [RUN0](https://github.example/acme/shop/actions/runs/RUN0) | \`rq7-1001-0-0409187b5d8f\` |

      #### Other open runs

      | Run | Title | Status | Since |
      | --- | --- | --- | --- |
      | [RUN3](https://github.example/acme/shop/actions/runs/RUN3) | <code>&#124; &#60;b&#62;by hand&#60;&#47;b&#62; by hand</code> | \`queued\` | 2026-11-22 10:00:00 UTC |
      | [RUN2](https://github.example/acme/shop/actions/runs/RUN2) | \`backup rq9-1007-0-5a88b7084009\` | \`queued\` | 2026-11-22 10:00:00 UTC |"
    `)
  })

  it('gives up a request whose maker died, and starts nothing for it', async () => {
    const { scene, github, say, cards } = createConversation()
    const dying = scene.connect({
      fault: (_, method) => (method === 'dispatch' ? 'crash-before' : undefined),
    })
    await expect(respond(dying.context, scene.ask(bob, '/backup'))).rejects.toThrow('died')
    await say(bob, '/status')
    expect(cards()[0]?.card.state).toBe('requested')
    github.nowMs += 121_000
    await say(bob, '/status')
    expect(cards()[0]?.card).toMatchObject({ state: 'failed', reasonCode: 'not_started' })
    expect(github.runs.size).toBe(0)
  })

  it('tells of a run that was removed', async () => {
    const { github, say, cards } = createConversation()
    await say(bob, '/backup')
    github.runs.clear()
    github.nowMs += 121_000
    await say(bob, '/status')
    expect(cards()[0]?.card).toMatchObject({ state: 'failed', reasonCode: 'run_gone' })
  })

  it('does not take what it cannot read for nothing', async () => {
    const { scene, ask, cards } = createConversation()
    const { context } = scene.connect({
      fault: (_, method) => (method === 'listOpenRuns' ? 'lost-before' : undefined),
    })
    await respond(context, ask(bob, '/status'))
    expect(cards()[0]?.details).toContain('there may be more')
    const blind = scene.connect({
      fault: (_, method) => (method === 'listComments' ? 'denied' : undefined),
    })
    expect((await respond(blind.context, ask(bob, '/status'))).outcome).toBe('failed')
  })
})
