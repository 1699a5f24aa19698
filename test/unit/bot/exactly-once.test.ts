import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isEnd } from '../../../action/domain/card.ts'
import type { Delivery } from '../../../bot/ports.ts'
import { respond } from '../../../bot/respond.ts'
import { type BotScene, createBotScene } from '../../support/bot/bot-scene.ts'
import { ada, bob } from '../../support/bot/fake-github.ts'
import { Crash, type Fault } from '../../support/bot/fake-repository.ts'

const numRuns = Number(process.env['EXACTLY_ONCE_RUNS'] ?? 120)
/** Enough for a slow machine; no assertion depends on it. */
const options = { timeout: 120_000 }

/** A process that gets a webhook, and what befalls its calls. */
const process_ = fc.record({
  faults: fc.dictionary(
    fc.nat({ max: 14 }).map(String),
    fc.constantFrom<Fault>('lost-before', 'lost-after', 'crash-before', 'crash-after', 'denied'),
    { maxKeys: 3 },
  ),
})

/** How GitHub behaves in a run of the model. */
const weather = fc.record({
  namesRuns: fc.boolean(),
  runsShowAfterMs: fc.constantFrom(0, 3_000, 40_000),
  /** Spans that pass while the processes are at work. */
  pauses: fc.array(fc.constantFrom(500, 5_000, 45_000, 130_000), { maxLength: 3 }),
})

type Weather = typeof weather extends fc.Arbitrary<infer T> ? T : never
type Plan = typeof process_ extends fc.Arbitrary<infer T> ? T : never

/** Lets processes handle webhooks at the same time, in the scheduler's order, to their end or death. */
async function play(
  scene: BotScene,
  scheduler: fc.Scheduler,
  { pauses, ...github }: Weather,
  deliveries: readonly (readonly [Delivery, Plan])[],
): Promise<void> {
  Object.assign(scene.github, github)
  const turn = (label: string) => scheduler.schedule(Promise.resolve(), label)
  const time = (async () => {
    for (const ms of pauses) {
      await turn(`${ms} ms pass`)
      scene.github.nowMs += ms
    }
  })()
  const processes = deliveries.map(async ([delivery, { faults }], index) => {
    const bot = scene.connect({
      turn: (label) => turn(`${index}: ${label}`),
      fault: (call) => faults[call],
    })
    await turn(`${index}: delivery`)
    try {
      await respond(bot.context, delivery)
    } catch (error) {
      if (!(error instanceof Crash)) throw error
    }
  })
  await scheduler.waitFor(Promise.all([time, ...processes]))
}

/** What a healthy bot makes of it later: a redelivery, `/status`, and the word of a run if there is one. */
async function heal(scene: BotScene, delivery: Delivery): Promise<void> {
  scene.github.nowMs += 180_000
  const { context } = scene.connect()
  await respond(context, delivery)
  await respond(context, scene.ask(ada, '/status'))
  for (const { run } of scene.github.runs.values()) await respond(context, scene.runEvent(run))
}

describe('exactly once', () => {
  it('starts no request twice, and leaves none that says less than is true', options, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('/backup', '/restore latest', '/backups'),
        fc.array(process_, { minLength: 1, maxLength: 4 }),
        weather,
        fc.scheduler(),
        async (body, plans, conditions, scheduler) => {
          const scene = createBotScene()
          const { github } = scene
          const delivery = scene.ask(ada, body)
          await play(
            scene,
            scheduler,
            conditions,
            plans.map((plan) => [delivery, plan] as const),
          )
          expect(github.runs.size).toBeLessThanOrEqual(1)
          const openCards = scene.cards()
          await heal(scene, delivery)
          const runs = [...github.runs.values()]
          expect(runs.length).toBeLessThanOrEqual(1)
          const [card] = scene.cards().filter(({ request }) => request.command !== 'status')
          // Either nothing of it was known before, and the redelivery began it, or the card tells.
          expect(card).toBeDefined()
          if (runs[0] === undefined) {
            expect(isEnd(card?.card.state ?? 'requested')).toBe(true)
            expect(card?.card.message).toBeTruthy()
          } else {
            expect(card?.card.run?.id).toBe(runs[0].run.id)
            if (conditions.pauses.length === 0 && openCards.length <= 1) {
              expect(card?.card.state).toBe('requested')
            }
          }
        },
      ),
      { numRuns },
    )
  })

  it('starts what was asked for exactly once where nothing goes wrong', options, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        weather,
        fc.scheduler(),
        async (replicas, conditions, scheduler) => {
          const scene = createBotScene()
          const delivery = scene.ask(bob, '/backup')
          const deliveries = Array.from(
            { length: replicas },
            () => [delivery, { faults: {} }] as const,
          )
          await play(scene, scheduler, { ...conditions, pauses: [] }, deliveries)
          expect(scene.github.runs.size).toBe(1)
          expect(scene.cards()).toHaveLength(1)
        },
      ),
      { numRuns: numRuns / 2 },
    )
  })

  it('lets one of several restores go on that are asked for at once', options, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(process_, { minLength: 2, maxLength: 4 }),
        weather,
        fc.scheduler(),
        async (plans, conditions, scheduler) => {
          const scene = createBotScene()
          const deliveries = plans.map(
            (plan, index) =>
              [scene.ask(ada, '/restore latest', { issueNumber: 7 + index }), plan] as const,
          )
          await play(scene, scheduler, { ...conditions, pauses: [] }, deliveries)
          expect(scene.github.runs.size).toBeLessThanOrEqual(1)
        },
      ),
      { numRuns: numRuns / 2 },
    )
  })

  it('holds everybody to the limit of changes, however many at once', options, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(process_, { minLength: 4, maxLength: 6 }),
        weather,
        fc.scheduler(),
        async (plans, conditions, scheduler) => {
          const scene = createBotScene()
          const deliveries = plans.map((plan) => [scene.ask(bob, '/backup'), plan] as const)
          await play(scene, scheduler, { ...conditions, pauses: [] }, deliveries)
          expect(scene.github.runs.size).toBeLessThanOrEqual(3)
        },
      ),
      { numRuns: numRuns / 2 },
    )
  })

  it('starts no second run for a comment whose card somebody removed long ago', async () => {
    const scene = createBotScene()
    const { github } = scene
    const { context } = scene.connect()
    const delivery = scene.ask(ada, '/backup')
    await respond(context, delivery)
    const [runId = 0] = github.runs.keys()
    github.change(runId, { run: { status: 'completed', conclusion: 'success' } })
    for (const card of scene.cards()) github.comments.delete(card.id)
    github.nowMs += 3_600_000
    expect(await respond(context, delivery)).toMatchObject({ outcome: 'dispatched' })
    expect(github.runs.size).toBe(1)
    // Nothing more will be told of a run that has ended.
    expect(scene.cards()[0]?.card).toMatchObject({ state: 'succeeded', run: { id: runId } })
  })
})
