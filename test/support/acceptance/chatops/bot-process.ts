import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BotScene } from '../../github/bot-scene.ts'
import { botEnvironment } from '../bot/listening-door.ts'
import { bundlePath } from '../provide-bundle.ts'
import { type RunningProcess, startProcess } from '../running-process.ts'

/** Longer than all the tests of a file. */
const lifeMaxMs = 1_800_000

/** The server of the bot, which hears of everything that happens while it runs. */
export interface BotProcess {
  start(): Promise<void>
  /** Dies without notice, and remembers nothing. What happens until it is back, it never hears of. */
  kill(): Promise<void>
  /** All that it has printed, in every life. */
  text(): string
  close(): Promise<void>
}

export async function createBotProcess(scene: BotScene): Promise<BotProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'strongroom-chatops-'))
  const { webhooks } = scene.github
  const lives: RunningProcess[] = []

  async function stop(signal: NodeJS.Signals): Promise<void> {
    webhooks.disconnect()
    lives.at(-1)?.signal(signal)
    await lives.at(-1)?.ended
  }

  return {
    async start() {
      const life = startProcess({
        program: process.execPath,
        args: [bundlePath('bot')],
        cwd: folder,
        environment: botEnvironment(scene),
        lifeMaxMs,
      })
      lives.push(life)
      await life.said(/Listening on http:\/\/127\.0\.0\.1:\d+/)
      const [, port] = /127\.0\.0\.1:(\d+)/.exec(life.text()) ?? []
      webhooks.connect(`http://127.0.0.1:${port}/api/github/webhooks`)
    },
    kill: () => stop('SIGKILL'),
    text: () => lives.map((life) => life.text()).join(''),
    async close() {
      await stop('SIGTERM')
      await rm(folder, { recursive: true, force: true })
    },
  }
}
