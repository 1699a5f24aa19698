import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cardCharactersMax } from '../../../action/domain/render-card.ts'
import type { Answer } from '../../../bot/ports.ts'
import { respond } from '../../../bot/respond.ts'
import { createBotScene } from '../../support/bot/bot-scene.ts'
import { ada, bob, eve } from '../../support/bot/fake-github.ts'

function createScene() {
  const scene = createBotScene()
  return { scene, ...scene, ...scene.connect() }
}

/** Enough for a slow machine; no assertion depends on it. */
const options = { timeout: 120_000 }
const backupId = '20261122T030012Z-k7q2'

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
    expect(card).toMatchObject({
      card: { state: 'requested', run: { id: stored?.run.id } },
      request: { requester: { id: 12, login: 'bob' }, deliveryId: 'delivery-1' },
    })
    expect([...(github.reactions.values().next().value ?? [])]).toEqual(['eyes', 'rocket'])
    expect(calls).toEqual([
      'readPermission',
      'react',
      'readFile',
      'listRecentComments',
      'createComment',
      // Up to here the acknowledgement; from here the second look, the start and the run's link.
      'listRecentComments',
      'dispatch',
      'readComment',
      'updateComment',
      // What may have been written meanwhile is learned from the run.
      'readRun',
      'readApprovals',
      'readPendingDeployments',
      'readComment',
      'react',
    ])
  })

  it.each([
    [
      '/backups --type daily --page 2',
      'backup',
      { command: 'list', 'filter-type': 'DAILY', page: '2' },
    ],
    [`/verify ${backupId}`, 'backup', { command: 'verify', 'backup-id': backupId }],
    ['/pin latest', 'backup', { command: 'pin', 'backup-id': 'latest' }],
    [`/unpin ${backupId}`, 'backup', { command: 'unpin', 'backup-id': backupId }],
    ['/accept latest', 'backup', { command: 'accept', 'backup-id': 'latest' }],
    ['/cleanup --dry-run', 'backup', { command: 'cleanup', 'dry-run': 'true' }],
    ['/cleanup', 'backup', { command: 'cleanup' }],
    [
      '/restore latest --mode in-place',
      'restore',
      { command: 'restore', 'backup-id': 'latest', 'restore-mode': 'in-place' },
    ],
    [`/delete ${backupId}`, 'restore', { command: 'delete', 'backup-id': backupId }],
  ])('starts the workflow of "%s" with what was asked', async (body, workflow, inputs) => {
    const { github, context, ask } = createScene()
    expect((await respond(context, ask(ada, body))).outcome).toBe('dispatched')
    const [stored] = github.runs.values()
    expect(stored?.workflow).toBe(`database-${workflow}.yml`)
    const own = Object.entries(stored?.inputs ?? {}).filter(
      ([name]) => !/^(request|requested|issue|comment)-/.test(name),
    )
    expect(Object.fromEntries(own)).toEqual(inputs)
  })

  it('tells the door when the acknowledgement is out, once', async () => {
    const { scene, ask } = createScene()
    const told: number[] = []
    const { context, calls } = scene.connect({ onAcknowledged: () => told.push(calls.length) })
    await respond(context, ask(bob, '/backup'))
    expect(told).toHaveLength(1)
    expect(told[0]).toBeLessThanOrEqual(6)
  })

  it('answers every reading command of a comment, each on its card', async () => {
    const { github, context, ask, cards } = createScene()
    const answer = await respond(context, ask(bob, '/backups\n/policy\n/help restore\n/status'))
    expect(answer.outcome).toBe('dispatched')
    expect(cards().map(({ request, card }) => [request.command, card.state])).toEqual([
      ['backups', 'requested'],
      ['policy', 'answered'],
      ['help', 'answered'],
      ['status', 'answered'],
    ])
    expect(github.runs.size).toBe(1)
  })

  it('runs none of two changes, says why, and still answers the reading', async () => {
    const { github, context, ask, cards } = createScene()
    await respond(context, ask(ada, '/backup\n/cleanup\n/policy'))
    expect(github.runs.size).toBe(0)
    expect(
      cards().map(({ request, card }) => [request.command, card.state, card.reasonCode]),
    ).toEqual([
      ['backup', 'refused', 'two_changes'],
      ['policy', 'answered', undefined],
    ])
  })

  it('tells every problem of a comment on one card', async () => {
    const { context, ask, cards, github } = createScene()
    const answer = await respond(context, ask(ada, '/restore\n/bakup'))
    expect(answer.outcome).toBe('refused')
    expect(cards()).toHaveLength(1)
    expect(cards()[0]?.body).toContain('/restore')
    expect(cards()[0]?.body).toContain('bakup')
    expect(github.runs.size).toBe(0)
    expect([...(github.reactions.values().next().value ?? [])]).toEqual(['eyes', 'confused'])
  })

  it.each(['/backup', '/restore', '/bakup', '`/backup`', '/backup\n/cleanup', '/help'])(
    'leaves a stranger who writes %j in silence, at the price of one call',
    async (body) => {
      const { context, ask, cards, calls, github } = createScene()
      const answer = await respond(context, ask(eve, body))
      expect(answer.outcome).toBe('ignored')
      expect(calls).toEqual(['readPermission'])
      expect(cards()).toEqual([])
      expect(github.reactions.size).toBe(0)
    },
  )

  it('takes no answer about the author for a no, and fails', async () => {
    const { scene, ask } = createScene()
    const { context, calls } = scene.connect({ fault: () => 'lost-before' })
    expect((await respond(context, ask(ada, '/backup'))).outcome).toBe('failed')
    expect(calls).toEqual(['readPermission'])
  })

  it.each([
    ['a pull request', { issue: { pull_request: { url: 'https://github.example' } } }],
    ['an App that speaks for a person', { comment: { performed_via_github_app: { id: 1 } } }],
    ['a bot', { comment: { user: { ...ada, type: 'Bot' } } }],
    ['a bot that sends', { event: { sender: { ...ada, type: 'Bot' } } }],
    ['somebody else who sends', { event: { sender: bob } }],
    ['an edit', { event: { action: 'edited' } }],
    ['a deletion', { event: { action: 'deleted' } }],
    ['another repository', { event: { repository: { id: 1 } } }],
    ['an author who is gone', { comment: { user: null } }],
    ['no command', { comment: { body: 'Shall we /backup?' } }],
  ])('ignores %s without a call', async (_, change) => {
    const { context, ask, calls } = createScene()
    expect((await respond(context, ask(ada, '/backup', change))).outcome).toBe('ignored')
    expect(calls).toEqual([])
  })

  it('ignores events that it does not know', async () => {
    const { context } = createScene()
    for (const event of ['push', 'issues', 'constructor', '__proto__', '']) {
      expect((await respond(context, { id: 'd', event, payload: {} })).outcome).toBe('ignored')
    }
  })

  it('tells a member who may not', async () => {
    const { github, context, ask, cards } = createScene()
    expect((await respond(context, ask(bob, '/restore latest'))).outcome).toBe('refused')
    expect(github.runs.size).toBe(0)
    expect(cards()[0]?.card).toMatchObject({ state: 'refused', reasonCode: 'not_permitted' })
    expect(cards()[0]?.card.message).toBe(
      'Cannot take /restore from you: your role here is "write", expected the role "admin"',
    )
  })

  it('refuses where the policy file is at fault, with the line', async () => {
    const { github, context, ask, cards } = createScene()
    github.files.set('.github/strongroom.yml', 'limits:\n  changing-per-10-minutes: many\n')
    expect((await respond(context, ask(ada, '/backup'))).outcome).toBe('refused')
    expect(cards()[0]?.card.message).toContain('line 2')
    expect(github.runs.size).toBe(0)
  })

  it('fails where the policy file cannot be read, and starts nothing', async () => {
    const { scene, github, ask, cards } = createScene()
    const { context } = scene.connect({
      fault: (_, method) => (method === 'readFile' ? 'denied' : undefined),
    })
    expect((await respond(context, ask(ada, '/backup'))).outcome).toBe('failed')
    expect(cards()[0]?.card.state).toBe('failed')
    expect(github.runs.size).toBe(0)
  })

  it('takes commands where the policy says, and tells members elsewhere', async () => {
    const { github, context, ask, cards } = createScene()
    github.files.set('.github/strongroom.yml', 'issues: { labels: [database], numbers: [9] }\n')
    expect((await respond(context, ask(ada, '/backup'))).outcome).toBe('refused')
    expect(cards()[0]?.card.reasonCode).toBe('not_here')
    const labelled = ask(ada, '/backup', { issue: { labels: [{ name: 'Database' }] } })
    expect((await respond(context, labelled)).outcome).toBe('dispatched')
    const numbered = ask(ada, '/backup', { issueNumber: 9 })
    expect((await respond(context, numbered)).outcome).toBe('dispatched')
  })

  it('refuses a comment that comes a day late', async () => {
    const { github, context, ask, cards } = createScene()
    const delivery = ask(ada, '/restore latest')
    github.nowMs += 25 * 3_600_000
    expect((await respond(context, delivery)).outcome).toBe('refused')
    expect(cards()[0]?.card.reasonCode).toBe('comment_too_old')
    expect(github.runs.size).toBe(0)
  })

  it('answers a redelivery with nothing, hours later and after the limit too', async () => {
    const { github, context, ask, cards } = createScene()
    github.files.set('.github/strongroom.yml', 'limits: { changing-per-10-minutes: 1 }\n')
    const delivery = ask(ada, '/backup')
    await respond(context, delivery)
    expect((await respond(context, delivery)).outcome).toBe('duplicate')
    github.nowMs += 5 * 3_600_000
    expect((await respond(context, delivery)).outcome).toBe('duplicate')
    expect(github.runs.size).toBe(1)
    expect(cards()).toHaveLength(1)
  })

  it('starts nothing again where somebody removed the card, and finds its run', async () => {
    const { github, context, ask, cards } = createScene()
    const delivery = ask(ada, '/backup')
    await respond(context, delivery)
    for (const { id } of cards()) github.comments.delete(id)
    await respond(context, delivery)
    expect(github.runs.size).toBe(1)
    expect(cards()[0]?.card.run?.id).toBe([...github.runs.keys()][0])
  })

  it('does not take a card that somebody else wrote, or changed, for one of its own', async () => {
    const { github, context, ask, cards } = createScene()
    const delivery = ask(ada, '/backup')
    await respond(context, delivery)
    const [card] = cards()
    if (card === undefined) throw new Error('There is no card')
    github.comments.delete(card.id)
    const copy = github.comment(bob, card.body)
    const next = ask(ada, '/backups')
    await respond(context, next)
    expect((await respond(context, delivery)).outcome).toBe('dispatched')
    expect(github.runs.size).toBe(2)
    expect(github.comments.get(copy.id)?.body).toBe(card.body)
  })

  it.each([
    ['missing', undefined, 'it does not exist'],
    ['without reviewers', { hasReviewers: false }, 'it has no required reviewers'],
    ['open to administrators', { canAdminsBypass: true }, 'administrators may bypass its rules'],
  ])('refuses a restore at once where the environment is %s', async (_, rules, reason) => {
    const { github, context, ask, cards } = createScene()
    const known = github.environments.get('database-restore')
    if (known === undefined) throw new Error('The scene has no environment')
    if (rules === undefined) github.environments.clear()
    else github.environments.set('database-restore', { ...known, ...rules })
    expect((await respond(context, ask(ada, '/restore latest'))).outcome).toBe('refused')
    expect(cards()[0]?.card.message).toContain(reason)
    expect(cards()[0]?.card.hint).toContain('GitHub Enterprise')
    expect(github.runs.size).toBe(0)
    github.files.set('.github/strongroom.yml', 'allow-unprotected: true\n')
    expect((await respond(context, ask(ada, '/restore latest'))).outcome).toBe('dispatched')
    expect(cards()[1]?.card.isUnprotected).toBe(true)
  })

  it('lets a person change so often as the policy says', async () => {
    const { github, context, ask, cards } = createScene()
    const outcomes: Answer['outcome'][] = []
    for (const body of ['/backup', '/verify latest', '/backup', '/backup', '/cleanup --dry-run']) {
      outcomes.push((await respond(context, ask(ada, body))).outcome)
      github.nowMs += 1000
    }
    expect(outcomes).toEqual(['dispatched', 'dispatched', 'dispatched', 'refused', 'dispatched'])
    expect(cards()[3]?.card.reasonCode).toBe('too_many_requests')
    expect((await respond(context, ask(bob, '/backup'))).outcome).toBe('dispatched')
    github.nowMs += 600_000
    expect((await respond(context, ask(ada, '/backup'))).outcome).toBe('dispatched')
  })

  it('opens one restore at a time, whoever started the other', async () => {
    const { github, context, ask, cards } = createScene()
    const byHand = github.start(bob, 'database-restore.yml', { command: 'restore' })
    expect((await respond(context, ask(ada, '/restore latest'))).outcome).toBe('refused')
    expect(cards()[0]?.card.reasonCode).toBe('restore_open')
    github.change(byHand.run.id, { run: { status: 'completed', conclusion: 'success' } })
    expect((await respond(context, ask(ada, '/restore latest'))).outcome).toBe('dispatched')
    expect((await respond(context, ask(ada, `/delete ${backupId}`))).outcome).toBe('refused')
  })

  it('does not wait for a restore whose end nobody told the bot of', async () => {
    const { github, context, ask, cards } = createScene()
    await respond(context, ask(ada, '/restore latest'))
    const [runId = 0] = github.runs.keys()
    github.change(runId, { run: { status: 'completed', conclusion: 'cancelled' } })
    expect((await respond(context, ask(ada, '/restore latest'))).outcome).toBe('dispatched')
    expect(cards().map(({ card }) => card.state)).toEqual(['cancelled', 'requested'])
  })

  it('finds the run by its request where GitHub does not name it', async () => {
    const { github, context, ask, cards } = createScene()
    github.namesRuns = false
    github.runsShowAfterMs = 2500
    expect((await respond(context, ask(ada, '/backup'))).outcome).toBe('dispatched')
    expect(cards()[0]?.card.run?.id).toBe([...github.runs.keys()][0])
  })

  it.each([true, false])(
    'loses nothing that is told of the run while its start is written (named by GitHub: %s)',
    async (namesRuns) => {
      const { scene, github, context: other, ask, cards, runEvent } = createScene()
      github.namesRuns = namesRuns
      github.runsShowAfterMs = namesRuns ? 0 : 7_000
      let follows = 0
      const { context } = scene.connect({
        turn: async (label) => {
          const [stored] = github.runs.values()
          if (label !== 'updateComment begins' || stored === undefined || follows > 0) return
          follows += 1
          // The card was read, and is not written yet: another process hears of the run, and tells all of it.
          github.nowMs += 1_000
          const pending = [
            { environment: 'database-restore', reviewers: ['grace'], since: undefined },
          ]
          github.change(stored.run.id, { run: { status: 'waiting' }, pending })
          await respond(other, runEvent(stored.run))
          expect(cards()[0]?.card.state).toBe('waiting')
        },
      })
      expect((await respond(context, ask(ada, '/restore latest'))).outcome).toBe('dispatched')
      expect(follows).toBe(1)
      const [stored] = github.runs.values()
      expect(cards()[0]?.card).toMatchObject({
        state: 'waiting',
        run: { id: stored?.run.id },
        waiting: { environment: 'database-restore', reviewers: ['grace'] },
      })
      expect(cards()[0]?.card.message).toBeFalsy()
    },
  )

  it('does not send a dispatch again whose answer was lost, and finds its run later', async () => {
    const { scene, github, ask, cards, runEvent } = createScene()
    github.runsShowAfterMs = 30_000
    const { context } = scene.connect({
      fault: (_, method) => (method === 'dispatch' ? 'lost-after' : undefined),
    })
    expect((await respond(context, ask(ada, '/backup'))).outcome).toBe('failed')
    expect(cards()[0]?.card).toMatchObject({ state: 'requested' })
    expect(cards()[0]?.card.message).toContain('did not say whether')
    expect(github.runs.size).toBe(1)
    const [stored] = github.runs.values()
    if (stored === undefined) throw new Error('There is no run')
    await respond(context, runEvent(stored.run))
    expect(cards()[0]?.card.run?.id).toBe(stored.run.id)
    expect(cards()[0]?.card.message).toBeFalsy()
  })

  it('says that nothing was started where GitHub refuses the dispatch', async () => {
    const { github, context, ask, cards } = createScene()
    github.workflows.clear()
    expect((await respond(context, ask(ada, '/backup'))).outcome).toBe('failed')
    expect(cards()[0]?.card).toMatchObject({ state: 'failed', reasonCode: 'not_started' })
    expect(cards()[0]?.card.message).toContain('there is no such workflow')
  })

  it('does not dispatch where claiming took too long', async () => {
    const { scene, github, ask, cards } = createScene()
    const { context } = scene.connect({
      turn: async (label) => {
        if (label === 'createComment answers') github.nowMs += 61_000
      },
    })
    expect((await respond(context, ask(ada, '/backup'))).outcome).toBe('failed')
    expect(github.runs.size).toBe(0)
    expect(cards()[0]?.card.state).toBe('failed')
  })

  it('goes on where reactions fail, and fails where no comment can be made', async () => {
    const { scene, github, ask } = createScene()
    const dumb = scene.connect({
      fault: (_, method) => (method === 'react' ? 'denied' : undefined),
    })
    expect((await respond(dumb.context, ask(ada, '/backup'))).outcome).toBe('dispatched')
    const locked = scene.connect({
      fault: (_, method) => (method === 'createComment' ? 'denied' : undefined),
    })
    expect((await respond(locked.context, ask(ada, '/backup'))).outcome).toBe('failed')
    expect(github.runs.size).toBe(1)
  })

  it('answers whatever the payload holds, and never dies of it', options, async () => {
    const odd = fc.oneof(
      fc.anything(),
      fc.constantFrom(null, undefined, Number.NaN, -1, '', [], {}, 'x'.repeat(200_000)),
      fc.constantFrom('/backup', '/restore latest', '/help', '/status\n'.repeat(40)),
    )
    const change = fc.dictionary(
      fc.constantFrom(
        'action',
        'id',
        'body',
        'user',
        'login',
        'type',
        'created_at',
        'labels',
        'number',
        'pull_request',
        'performed_via_github_app',
        'repository',
        'sender',
      ),
      odd,
      { maxKeys: 3 },
    )
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('issue_comment', 'workflow_run', 'workflow_job', 'deployment_status'),
        fc.oneof(fc.constant('/backup'), fc.string({ unit: 'binary', maxLength: 300 })),
        change,
        change,
        change,
        async (event, body, issue, comment, payload) => {
          const { scene, context, ask, cards } = createScene()
          const delivery = { ...ask(ada, body, { issue, comment, event: payload }), event }
          const answer = await respond(context, delivery)
          expect(answer.text.length).toBeGreaterThan(0)
          for (const { body: text } of cards()) {
            expect(text.length).toBeLessThanOrEqual(cardCharactersMax)
          }
          expect(scene.github.runs.size).toBeLessThanOrEqual(1)
          const anything = await respond(context, { id: undefined, event, payload: payload['id'] })
          expect(anything.outcome).toBe('ignored')
        },
      ),
      { numRuns: 300 },
    )
  })
})
