import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { runAction } from '../../test/support/acceptance/bot/action-door.ts'
import { commandWorkflow } from '../../test/support/acceptance/bot/command-workflow.ts'
import { botEnvironment } from '../../test/support/acceptance/bot/listening-door.ts'
import { bundlePath } from '../../test/support/acceptance/provide-bundle.ts'
import { type RunningProcess, startProcess } from '../../test/support/acceptance/running-process.ts'
import { type BotScene, stageBot } from '../../test/support/github/bot-scene.ts'
import { installApp } from '../../test/support/github/resources/apps.ts'
import { addComment } from '../../test/support/github/resources/comments.ts'
import { seedIssue } from '../../test/support/github/resources/issues.ts'
import { seedRole } from '../../test/support/github/resources/permissions.ts'
import {
  type RepositoryState,
  seedRepository,
} from '../../test/support/github/resources/repositories.ts'
import { seedUser } from '../../test/support/github/resources/users.ts'
import { seedWorkflow } from '../../test/support/github/resources/workflows.ts'
import type { Delivery } from '../../test/support/github/webhooks/outbox.ts'
import type { BenchOptions } from './bench-options.ts'
import type { World } from './open-world.ts'
import { median, show, table } from './statistics.ts'

/** Commands of the flood; every fourth is delivered twice, which makes a thousand webhooks. */
const commandsOfFlood = 800
const repositoriesOfFlood = 40
/** Webhooks on their way at once. */
const atOnce = 16

const root = resolve(import.meta.dirname, '..', '..')

/** What the bot's doors cost: the Action from its start to its end, and the server under a flood. */
export async function benchDoors(_world: World, { runs }: BenchOptions): Promise<string> {
  process.env['STRONGROOM_DIST'] ??= join(root, 'dist')
  const doors = ['bot', 'bot-action', 'bot-fetch'] as const
  const sizes = doors.map((door) => [`dist/${door}`, show(statSync(bundlePath(door)).size / 1e6)])
  return [
    '## The doors of the bot',
    'GitHub is a fake on loopback, which checks every request against GitHub’s description. Bundles are to stay below 1.5 MB.',
    table(['Bundle', 'MB'], sizes),
    await benchAction(runs),
    await benchFlood(),
  ].join('\n\n')
}

/** The Action with `/backup`. Its end is after the dispatch, so that the dispatch took less. */
async function benchAction(runs: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-bench-'))
  const spentMs: number[] = []
  for (let run = 0; run < runs; run += 1) {
    const scene = await stageBot()
    try {
      seedWorkflow(scene.world, scene.repository, 'database-backup.yml', 'active', commandWorkflow)
      const { event, payload } = ask(scene, scene.repository, 'writer')
      const start = performance.now()
      const { code } = await runAction(folder, scene, { name: event, payload })
      spentMs.push(performance.now() - start)
      if (code !== 0 || scene.repository.runs.size !== 1) throw new Error('Nothing was started')
    } finally {
      await scene.github.close()
    }
  }
  rmSync(folder, { recursive: true, force: true })
  const [middle, most] = [median(spentMs), Math.max(...spentMs)].map((ms) => show(ms / 1000))
  return `The Action answers \`/backup\` from the start of its process to its end in ${middle} s (median of ${runs}; ${most} s at most).`
}

/** A thousand webhooks as fast as they are answered, to a server on one core. */
async function benchFlood(): Promise<string> {
  const scene = await stageBot()
  const deliveries = seedFlood(scene)
  const server = startOnOneCore(scene)
  try {
    await server.said(/Listening/)
    const url = `http://127.0.0.1:${/127\.0\.0\.1:(\d+)/.exec(server.text())?.[1]}/`
    const start = performance.now()
    const left = deliveries.values()
    const statuses: number[] = []
    const send = async () => {
      for (const delivery of left) {
        statuses.push(await scene.github.webhooks.send(delivery, { url }))
      }
    }
    await Promise.all(Array.from({ length: atOnce }, send))
    const seconds = (performance.now() - start) / 1000
    const cpuSeconds = readCpuSeconds(server.pid)
    server.signal('SIGTERM')
    await server.ended
    const asked = [...scene.world.repositories.values()].flatMap(({ runs }) =>
      [...runs.values()].map(({ inputs }) => inputs['request-id']),
    )
    const good = statuses.filter((status) => status === 200).length
    return [
      `${deliveries.length} webhooks, ${commandsOfFlood} \`/backup\` and ${deliveries.length - commandsOfFlood} of them again, to a server on one core:`,
      table(
        ['', ''],
        [
          ['answered with 200', String(good)],
          ['dispatches', String(asked.length)],
          ['lost', String(commandsOfFlood - new Set(asked).size)],
          ['doubled', String(asked.length - new Set(asked).size)],
          ['wall time, s', show(seconds)],
          ['webhooks a minute', show((deliveries.length / seconds) * 60)],
          ['CPU time of the server, s', show(cpuSeconds)],
        ],
      ),
    ].join('\n\n')
  } finally {
    server.signal('SIGKILL')
    await scene.github.close()
  }
}

function startOnOneCore(scene: BotScene): RunningProcess {
  return startProcess({
    program: 'taskset',
    args: ['--cpu-list', '0', process.execPath, bundlePath('bot')],
    cwd: tmpdir(),
    environment: botEnvironment(scene),
  })
}

/** Commands of as many people, spread over the repositories of one installation. */
function seedFlood(scene: BotScene): readonly Delivery[] {
  const { world, app, admin } = scene
  const repositories = Array.from({ length: repositoriesOfFlood }, (_, index) => {
    const repository = seedRepository(world, `acme/shop-${index}`)
    seedWorkflow(world, repository, 'database-backup.yml', 'active', commandWorkflow)
    seedIssue(world, repository, { author: admin })
    return repository
  })
  const [first, ...others] = repositories
  if (first !== undefined) installApp(world, app, [first, ...others])
  return Array.from({ length: commandsOfFlood }, (_, index) => {
    const repository = repositories[index % repositoriesOfFlood] ?? scene.repository
    const delivery = ask(scene, repository, `person-${index}`)
    return index % 4 === 0 ? [delivery, delivery] : [delivery]
  }).flat()
}

/** A comment with `/backup`, of somebody who may. */
function ask({ world, github }: BotScene, repository: RepositoryState, login: string): Delivery {
  const author = seedUser(world, login)
  seedRole(repository, author, 'write')
  const [issue] = repository.issues.values()
  if (issue === undefined) throw new Error('The repository has no issue')
  addComment(world, repository, issue, { body: '/backup', author })
  const delivery = github.webhooks.all.at(-1)
  if (delivery === undefined) throw new Error('Nothing was told of the comment')
  return delivery
}

/** User and system time of a process, in the kernel's ticks of a hundredth of a second. */
function readCpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}
