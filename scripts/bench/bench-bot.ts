import type { Delivery } from '../../bot/ports.ts'
import { respond } from '../../bot/respond.ts'
import { type BotScene, createBotScene } from '../../test/support/bot/bot-scene.ts'
import { ada, bob } from '../../test/support/bot/fake-github.ts'
import type { BenchOptions } from './bench-options.ts'
import type { World } from './open-world.ts'
import { median, show, table } from './statistics.ts'

/** Webhooks of each kind in one run; the first ones warm the machine up and are not counted. */
const webhooksPerRun = 300
const webhooksToWarmUp = 50
/** Comments that the listing of the last ten minutes gives in a busy repository, each a card. */
const busyCards = 100

const hostile = `${'[a](b'.repeat(6_000)}\n${'> '.repeat(5_000)}\n${'`'.repeat(9_999)}\n\n/backups`

interface Case {
  readonly seed?: (scene: BotScene) => Promise<void>
  readonly deliver: (scene: BotScene) => Delivery
}

const cases: Readonly<Record<string, Case>> = {
  'a comment without a command': { deliver: (scene) => scene.ask(bob, 'Looks good to me.') },
  '`/backup`': { deliver: (scene) => scene.ask(bob, '/backup') },
  '`/restore latest`': { deliver: (scene) => scene.ask(ada, '/restore latest') },
  [`\`/backup\` among ${busyCards} cards`]: {
    seed: seedCards,
    deliver: (scene) => scene.ask(bob, '/backup'),
  },
  [`\`/status\` of ${busyCards} cards`]: {
    seed: seedCards,
    deliver: (scene) => scene.ask(bob, '/status'),
  },
  '`/help`': { deliver: (scene) => scene.ask(bob, '/help') },
  '50 kB of hostile Markdown': { deliver: (scene) => scene.ask(bob, hostile) },
  'the end of a run': {
    seed: async (scene) => {
      await respond(scene.connect().context, scene.ask(bob, '/backup'))
    },
    deliver: (scene) => {
      const [stored] = scene.github.runs.values()
      if (stored === undefined) throw new Error('The scene has no run')
      const ended = { status: 'completed', conclusion: 'success' }
      scene.github.change(stored.run.id, { run: ended })
      return scene.runEvent(stored.run)
    },
  },
}

/** What the bot's handler takes for a webhook, apart from the network: GitHub is in memory. */
export async function benchBot(_world: World, { runs }: BenchOptions): Promise<string> {
  const rows: string[][] = []
  for (const [name, { seed = async () => {}, deliver }] of Object.entries(cases)) {
    const template = createBotScene()
    await seed(template)
    const spent: number[] = []
    for (let n = 0; n < webhooksToWarmUp + runs * webhooksPerRun; n += 1) {
      const scene = copyScene(template)
      const { context } = scene.connect()
      const delivery = deliver(scene)
      const start = performance.now()
      await respond(context, delivery)
      if (n >= webhooksToWarmUp) spent.push(performance.now() - start)
    }
    const slow = spent.toSorted((a, b) => a - b)[Math.floor(spent.length * 0.99)] ?? Number.NaN
    rows.push([name, show(median(spent)), show(slow)])
  }
  return [
    '## A webhook to the bot',
    `From the webhook to the end of its handling, without the network; ${runs * webhooksPerRun} of each kind. A comment is to take less than 5 ms.`,
    table(['Webhook', 'Median, ms', '99 of 100 below, ms'], rows),
  ].join('\n\n')
}

/** Each webhook finds GitHub as the seed left it. */
function copyScene(template: BotScene): BotScene {
  const scene = createBotScene()
  const { comments, runs, nowMs } = template.github
  scene.github.nowMs = nowMs
  for (const [id, comment] of comments) scene.github.comments.set(id, { ...comment })
  for (const [id, stored] of runs) scene.github.runs.set(id, { ...stored })
  while (scene.github.nextId() < Math.max(0, ...comments.keys(), ...runs.keys()));
  return scene
}

async function seedCards(scene: BotScene): Promise<void> {
  for (let n = 0; n < busyCards; n += 1) {
    const { context } = scene.connect()
    await respond(context, scene.ask(ada, '/backups'))
  }
}
