import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BotScene } from '../../github/bot-scene.ts'
import { bundlePath } from '../provide-bundle.ts'
import { type RunningProcess, startProcess } from '../running-process.ts'
import { apiVariables, type BotDoor } from './door.ts'

const adapter = join(import.meta.dirname, 'serve-fetch.ts')

/** The server: `node dist/bot/index.js`. */
export function openServer(scene: BotScene): Promise<BotDoor> {
  return openListening(scene, [bundlePath('bot')])
}

/** The function for serverless platforms, behind the smallest possible server. */
export function openFetch(scene: BotScene): Promise<BotDoor> {
  return openListening(scene, [adapter, bundlePath('bot-fetch')])
}

/** The whole environment of a bot that serves the App of a scene. */
export function botEnvironment(scene: BotScene): Record<string, string> {
  const { app } = scene
  return {
    APP_ID: String(app.id),
    PRIVATE_KEY: app.privateKey,
    WEBHOOK_SECRET: app.webhookSecret,
    HOST: '127.0.0.1',
    PORT: '0',
    ...apiVariables(scene),
  }
}

async function openListening(scene: BotScene, args: readonly string[]): Promise<BotDoor> {
  const folder = await mkdtemp(join(tmpdir(), 'strongroom-bot-'))
  const ended: RunningProcess[] = []
  let running = await start()

  async function start() {
    const process_ = startProcess({
      program: process.execPath,
      args,
      cwd: folder,
      environment: botEnvironment(scene),
    })
    await process_.said(/Listening on http:\/\/127\.0\.0\.1:\d+/)
    return process_
  }

  async function stop(signal: NodeJS.Signals): Promise<void> {
    running.signal(signal)
    await running.ended
    ended.push(running)
  }

  return {
    login: scene.app.user.login,
    async deliver(delivery, { secret, event } = {}) {
      const [, port] = /127\.0\.0\.1:(\d+)/.exec(running.text()) ?? []
      const url = `http://127.0.0.1:${port}/api/github/webhooks`
      const sent = event === undefined ? delivery : { ...delivery, event: event as 'issue_comment' }
      const status = await scene.github.webhooks.send(sent, {
        url,
        ...(secret === undefined ? {} : { secret }),
      })
      return status >= 200 && status < 300
    },
    async restart() {
      await stop('SIGKILL')
      running = await start()
    },
    text: () => [...ended, running].map((process_) => process_.text()).join(''),
    async close() {
      await stop('SIGTERM')
      await rm(folder, { recursive: true, force: true })
    },
  }
}
