import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sign } from '@octokit/webhooks-methods'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { apiVariables } from '../support/acceptance/bot/door.ts'
import { blocksOf } from '../support/documents/block-kind.ts'
import { assign } from '../support/documents/fill-in.ts'
import { makeCheckout } from '../support/documents/make-checkout.ts'
import { openShell, type Shell } from '../support/documents/open-shell.ts'
import { type BotScene, stageBot } from '../support/github/bot-scene.ts'
import { seedManifestCode } from '../support/github/resources/app-routes.ts'
import { findFreePort } from '../support/postgres/free-port.ts'
import { readPages } from '../support/read-pages.ts'

const pages = [...(await readPages()).values()]
const [first, ...later] = blocksOf('server', pages).flatMap(({ page, line, code }) =>
  code
    .trimEnd()
    .split('\n')
    .map((text, index) => ({ page, line: line + index, text })),
)
const ctrlC = '\u0003'

let scene: BotScene
let folder: string
let checkout: string
beforeAll(async () => {
  scene = await stageBot({ basePath: '/api/v3' })
  folder = await mkdtemp(join(tmpdir(), 'strongroom-documents-'))
  checkout = join(folder, 'strongroom')
  await makeCheckout(checkout)
})
afterAll(async () => {
  await scene?.github.close()
  await rm(folder, { recursive: true, force: true })
})

async function openReader(exported: Readonly<Record<string, string>>): Promise<Shell> {
  const environment = { PATH: process.env['PATH'] ?? '', ...exported }
  const own = await mkdtemp(join(folder, 'reader-'))
  return openShell({ folder: own, cwd: checkout, environment })
}

let stop: (() => Promise<string>) | undefined
afterEach(async () => {
  await stop?.()
})

/** Runs a line until the bot listens: for this machine alone, whatever the line says. */
async function startBot(line: string, port: number) {
  const own = { HOST: '127.0.0.1', PORT: String(port) }
  const reader = await openReader({ ...apiVariables(scene), ...own })
  const terminal = await reader.openTerminal(assign(line, own))
  stop = async () => {
    stop = undefined
    terminal.type(ctrlC)
    return (await terminal.ended).output
  }
  await terminal.said(/Listening on http:/)
  const [, url = ''] = /Listening on (\S+)/.exec(terminal.text()) ?? []
  return { url, text: terminal.text, stop }
}

describe('the lines that start the bot', () => {
  it(`${first?.page}:${first?.line} shows the set-up page, which leads to an App`, async () => {
    const bot = await startBot(first?.text ?? '', await findFreePort())
    expect(await (await fetch(`${bot.url}/probot`)).text()).toContain('Register GitHub App')
    const code = seedManifestCode(scene.world, scene.app)
    const answer = await fetch(`${bot.url}/probot/setup?code=${code}`, { redirect: 'manual' })
    expect(answer.status).toBe(302)
  })

  it.each(later)('$page:$line serves that App', async ({ text }) => {
    const bot = await startBot(text, 0)
    expect(bot.text()).toContain('as strongroom[bot]')
    expect((await fetch(`${bot.url}/ping`)).status).toBe(200)
    expect(await bot.stop()).toContain('Stopping')
  })
})

describe('programs', () => {
  it.each(blocksOf('module', pages))('$page:$line answers webhooks', async ({ code }) => {
    const { id, privateKey, webhookSecret } = scene.app
    const body = '{"action":"created"}'
    const headers = {
      'content-type': 'application/json',
      'x-github-delivery': '6f2c7f5e-0000-4000-8000-000000000001',
      'x-github-event': 'star',
    }
    const signed = { ...headers, 'x-hub-signature-256': await sign(webhookSecret, body) }
    await writeFile(join(checkout, 'function.mjs'), code)
    await writeFile(
      join(checkout, 'deliver.mjs'),
      `import bot from './function.mjs'
       for (const headers of ${JSON.stringify([headers, signed])}) {
         const request = new Request('https://bot.example/', { method: 'POST', headers, body: '${body}' })
         const answer = await bot.fetch(request)
         console.log(answer.status, (await answer.text()).trim())
       }`,
    )
    const app = { APP_ID: String(id), PRIVATE_KEY: privateKey, WEBHOOK_SECRET: webhookSecret }
    const { output } = await (await openReader(app)).run('node deliver.mjs')
    const answers = output.match(/^\d{3} .*/gm)
    expect(answers).toEqual(['401 the signature is missing or wrong', '200 ignored'])
  })
})
