import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderCard } from '../../../action/domain/render-card.ts'
import { serialiseRequest } from '../../../action/domain/request.ts'
import { startCard } from '../../../action/domain/start-card.ts'
import { followRun } from '../../../bot/follow-run.ts'
import type { BotContext, Delivery } from '../../../bot/ports.ts'
import { isRunEvent } from '../../../bot/read-run-event.ts'
import { makeRequestId } from '../../../bot/request-id.ts'
import { type BotScene, createBotScene, repositoryId } from '../../support/bot/bot-scene.ts'
import { ada, bob } from '../../support/bot/fake-github.ts'

/** Enough for a slow machine; no assertion depends on it. */
const options = { timeout: 120_000 }
const day = 24 * 3_600_000
const grace = { id: 99, login: 'grace', type: 'User' }
const approved = [{ state: 'approved', environments: ['database-restore'], user: grace }]
const rejected = [{ state: 'rejected', environments: ['database-restore'], user: grace }]
const pending = [{ environment: 'database-restore', reviewers: ['grace'], since: undefined }]

/** A restore that was asked for and dispatched, with its card. */
function createRestore(scene: BotScene, context: BotContext) {
  const { github } = scene
  const comment = github.comment(ada, '/restore latest')
  const place = { repositoryId, issueNumber: 7, commentId: comment.id, index: 0 }
  const request = {
    version: 1,
    id: makeRequestId(place),
    repositoryId,
    issueNumber: 7,
    commentId: comment.id,
    commandIndex: 0,
    command: 'restore',
    arguments: { 'backup-id': 'latest' },
    requester: { id: ada.id, login: ada.login },
    createdAt: new Date(github.nowMs).toISOString(),
  } as const
  const card = github.comment(
    github.bot,
    renderCard({
      request,
      signature: context.signer.sign(serialiseRequest(request)),
      card: startCard(github.now()),
    }),
  )
  const stored = github.start(github.bot, 'database-restore.yml', {
    command: 'restore',
    'request-id': request.id,
  })
  return { request, card, stored }
}

function follow(context: BotContext, delivery: Delivery) {
  if (!isRunEvent(delivery.event)) throw new Error('This is no event about a run')
  return followRun(context, delivery.event, delivery)
}

function createScene() {
  const scene = createBotScene()
  const bot = scene.connect()
  return { scene, ...scene, ...bot, ...createRestore(scene, bot.context) }
}

describe('followRun', () => {
  it.each([
    ['requested', {}, 'requested'],
    ['waiting', { run: { status: 'waiting' }, pending }, 'waiting'],
    ['approved', { run: { status: 'in_progress' }, approvals: approved }, 'approved'],
    [
      'a success',
      { run: { status: 'completed', conclusion: 'success' }, approvals: approved },
      'succeeded',
    ],
    [
      'a rejection',
      { run: { status: 'completed', conclusion: 'failure' }, approvals: rejected },
      'rejected',
    ],
    [
      'a rejection before the run ends',
      { run: { status: 'waiting' }, approvals: rejected },
      'rejected',
    ],
    ['a cancellation', { run: { status: 'completed', conclusion: 'cancelled' } }, 'cancelled'],
    ['a time-out', { run: { status: 'completed', conclusion: 'timed_out' } }, 'failed'],
    [
      'a start that failed',
      { run: { status: 'completed', conclusion: 'startup_failure' } },
      'failed',
    ],
  ] as const)('tells the card of %s', async (_, change, state) => {
    const { github, context, stored, cards, runEvent } = createScene()
    github.change(stored.run.id, change)
    const answer = await follow(context, runEvent(stored.run))
    expect(answer.outcome).toBe('followed')
    expect(cards()).toMatchObject([{ card: { state, run: { id: stored.run.id } } }])
  })

  it('says who can approve, where and until when', async () => {
    const { github, context, stored, cards, runEvent } = createScene()
    github.change(stored.run.id, { run: { status: 'waiting' }, pending })
    await follow(context, runEvent(stored.run, 'deployment_review'))
    expect(cards()[0]?.card.waiting).toEqual({
      environment: 'database-restore',
      reviewers: ['grace'],
      until: '2026-12-22T10:00:00.000Z',
    })
    expect(cards()[0]?.body).toContain('grace')
    expect(cards()[0]?.body).toContain(stored.run.url)
  })

  it('says who approved and who rejected', async () => {
    const approval = createScene()
    approval.github.change(approval.stored.run.id, { approvals: approved })
    await follow(approval.context, approval.runEvent(approval.stored.run))
    expect(approval.cards()[0]?.card.approvers).toEqual([{ id: 99, login: 'grace' }])
    const rejection = createScene()
    rejection.github.change(rejection.stored.run.id, { approvals: rejected })
    await follow(rejection.context, rejection.runEvent(rejection.stored.run))
    expect(rejection.cards()[0]?.card.message).toBe(
      'grace rejected it in the environment "database-restore".',
    )
  })

  it.each(['cancelled', 'failure'])(
    'knows an expiry that GitHub calls "%s"',
    async (conclusion) => {
      const { github, context, stored, cards, runEvent } = createScene()
      github.nowMs += 30 * day
      github.change(stored.run.id, { run: { status: 'completed', conclusion } })
      // However late the news of it come.
      github.nowMs += day
      await follow(context, runEvent(stored.run))
      expect(cards()[0]?.card.state).toBe('expired')
    },
  )

  it('does not take a late word of a cancellation for an expiry', async () => {
    const { github, context, stored, cards, runEvent } = createScene()
    github.change(stored.run.id, { run: { status: 'completed', conclusion: 'cancelled' } })
    github.nowMs += 31 * day
    await follow(context, runEvent(stored.run))
    expect(cards()[0]?.card.state).toBe('cancelled')
  })

  it('names the job that failed before its step', async () => {
    const { github, context, stored, cards, runEvent } = createScene()
    const jobs = [
      { name: 'plan', status: 'completed', conclusion: 'failure' },
      { name: 'restore', status: 'completed', conclusion: 'skipped' },
    ]
    github.change(stored.run.id, { run: { status: 'completed', conclusion: 'failure' }, jobs })
    await follow(context, runEvent(stored.run))
    expect(cards()[0]?.card.message).toBe(
      'The job "plan" of the run ended with "failure" and told no result.',
    )
  })

  it('ignores a run that somebody made with the title of a request', async () => {
    const { github, context, request, cards, runEvent } = createScene()
    const forged = github.start(bob, 'database-restore.yml', {
      command: 'restore',
      'request-id': request.id,
    })
    github.change(forged.run.id, { run: { status: 'completed', conclusion: 'success' } })
    expect((await follow(context, runEvent(forged.run))).outcome).toBe('ignored')
    expect(cards()[0]?.card.state).toBe('requested')
  })

  it.each([
    [
      'another workflow',
      { workflow_run: { id: 1, display_title: 'CI', event: 'workflow_dispatch' } },
    ],
    ['a push', { workflow_run: { id: 1, display_title: 'rq7-1-0-aaaaaaaaaaaa', event: 'push' } }],
    ['another repository', { repository: { id: 1 } }],
    ['nonsense', { workflow_run: { id: 'one' } }],
    ['no run', { workflow_run: null }],
  ])('ignores %s without a call', async (_, change) => {
    const { context, calls } = createScene()
    const payload = { repository: { id: repositoryId }, ...change }
    const answer = await follow(context, { id: 'd', event: 'workflow_run', payload })
    expect(answer.outcome).toBe('ignored')
    expect(calls).toEqual([])
  })

  it('fails, and leaves the card, where GitHub does not answer', async () => {
    const { scene, stored, cards, runEvent } = createScene()
    const { context } = scene.connect({
      fault: (_, method) => (method === 'readApprovals' ? 'lost-before' : undefined),
    })
    expect((await follow(context, runEvent(stored.run))).outcome).toBe('failed')
    expect(cards()[0]?.card.state).toBe('requested')
  })

  it('says nothing where the card was removed', async () => {
    const { github, context, card, stored, runEvent } = createScene()
    github.comments.delete(card.id)
    expect((await follow(context, runEvent(stored.run))).outcome).toBe('ignored')
  })

  it(
    'ends in the state of the truth, whatever the order and number of events',
    options,
    async () => {
      const stages = fc.constantFrom<Parameters<BotScene['github']['change']>[1]>(
        { run: { status: 'in_progress' } },
        { run: { status: 'waiting' }, pending },
        { run: { status: 'queued' }, pending: [], approvals: approved },
      )
      const ends = fc.constantFrom(
        { change: { run: { conclusion: 'success' }, approvals: approved }, state: 'succeeded' },
        { change: { run: { conclusion: 'failure' }, approvals: approved }, state: 'failed' },
        { change: { run: { conclusion: 'failure' }, approvals: rejected }, state: 'rejected' },
        { change: { run: { conclusion: 'cancelled' }, approvals: [] }, state: 'cancelled' },
      )
      const events = fc.constantFrom(
        'workflow_run',
        'workflow_job',
        'deployment_review',
        'deployment_status',
      )
      await fc.assert(
        fc.asyncProperty(
          fc.array(stages, { maxLength: 3 }),
          ends,
          fc.array(events, { minLength: 1, maxLength: 5 }),
          fc.scheduler(),
          async (steps, end, names, scheduler) => {
            const scene = createBotScene()
            const quiet = scene.connect()
            const { stored } = createRestore(scene, quiet.context)
            const { run } = stored
            const turn = (label: string) => scheduler.schedule(Promise.resolve(), label)
            const bot = scene.connect({ turn })
            // The world moves on while events are handled, each by a process that knows nothing of the others.
            const world = (async () => {
              for (const change of steps) {
                await turn('world')
                scene.github.change(run.id, change)
              }
              await turn('world')
              scene.github.change(run.id, {
                ...end.change,
                pending: [],
                run: { status: 'completed', ...end.change.run },
              })
              // What GitHub promises: something tells of the end after it.
              await follow(bot.context, scene.runEvent(run))
            })()
            const early = names.map((name) => follow(bot.context, scene.runEvent(run, name)))
            await scheduler.waitFor(Promise.all([world, ...early]))
            expect(scene.cards()).toMatchObject([{ card: { state: end.state } }])
          },
        ),
        { numRuns: 150 },
      )
    },
  )
})
