import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BotScene } from '../../github/bot-scene.ts'
import { seedToken } from '../../github/tokens.ts'
import { bundlePath } from '../provide-bundle.ts'
import { type ProcessEnd, startProcess } from '../running-process.ts'
import type { BotDoor } from './door.ts'

/** A `GITHUB_TOKEN` with the permissions that docs/bot.md gives the job. */
export function seedJobToken({ world }: BotScene): string {
  return seedToken(world, { actions: 'write', issues: 'write', contents: 'read' })
}

/** Runs the Action once, as the runner does. */
export async function runAction(
  folder: string,
  scene: BotScene,
  event: { readonly name: string; readonly payload: unknown },
  changes: Readonly<Record<string, string>> = {},
): Promise<ProcessEnd> {
  const path = join(folder, 'event.json')
  await writeFile(path, JSON.stringify(event.payload))
  return await startProcess({
    program: process.execPath,
    args: [bundlePath('bot-action')],
    cwd: folder,
    environment: {
      'INPUT_GITHUB-TOKEN': seedJobToken(scene),
      'INPUT_BOT-LOGIN': '',
      GITHUB_API_URL: scene.github.apiUrl,
      GITHUB_EVENT_NAME: event.name,
      GITHUB_EVENT_PATH: path,
      GITHUB_REPOSITORY: scene.repository.fullName,
      ...changes,
    },
  }).ended
}

/** The Action: one process for an event. */
export async function openAction(scene: BotScene): Promise<BotDoor> {
  const folder = await mkdtemp(join(tmpdir(), 'strongroom-bot-'))
  let text = ''
  return {
    login: 'github-actions[bot]',
    async deliver({ event, payload }, changes = {}) {
      const own = await mkdtemp(join(folder, 'job-'))
      const { code, stdout, stderr } = await runAction(own, scene, {
        name: changes.event ?? event,
        payload,
      })
      text += stdout + stderr
      return code === 0
    },
    restart: async () => {},
    text: () => text,
    close: () => rm(folder, { recursive: true, force: true }),
  }
}
