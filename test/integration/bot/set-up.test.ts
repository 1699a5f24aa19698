import { copyFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { events } from '../../../bot/app.ts'
import { type RunningProcess, startProcess } from '../../support/acceptance/running-process.ts'
import { type BotScene, stageBot } from '../../support/github/bot-scene.ts'
import { seedManifestCode } from '../../support/github/resources/app-routes.ts'
import { botEvents, botPermissions } from '../../support/github/resources/apps.ts'

const root = resolve(import.meta.dirname, '../../..')

let scene: BotScene
let folder: string
let running: RunningProcess | undefined
beforeEach(async () => {
  scene = await stageBot({ basePath: '/api/v3' })
  folder = await mkdtemp(join(tmpdir(), 'strongroom-set-up-'))
  running = undefined
})
afterEach(async () => {
  running?.signal('SIGTERM')
  await running?.ended
  await rm(folder, { recursive: true, force: true })
  await scene.github.close()
})

/** The door from source, in the folder of the test. */
async function start(environment: Readonly<Record<string, string>> = {}) {
  const port = await freePort()
  running = startProcess({
    program: process.execPath,
    args: [join(root, 'bot/main.ts')],
    cwd: folder,
    environment: {
      HOST: '127.0.0.1',
      PORT: String(port),
      GHE_HOST: new URL(scene.github.apiUrl).host,
      GHE_PROTOCOL: 'http',
      ...environment,
    },
  })
  return { process: running, url: `http://127.0.0.1:${port}` }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  await new Promise((done) => server.close(done))
  return port
}

describe('app.yml', () => {
  it('asks for the permissions and events that the bot uses, and no more', async () => {
    const manifest = parse(await readFile(join(root, 'app.yml'), 'utf8'))
    expect(manifest).toMatchObject({
      public: false,
      default_events: [...events],
      default_permissions: botPermissions,
    })
    expect(Object.keys(manifest.default_permissions)).toHaveLength(
      Object.keys(botPermissions).length,
    )
    expect(events).toEqual(botEvents)
  })
})

describe('set-up', () => {
  it('makes an App by its manifest, keeps what GitHub hands out, and serves it next time', async () => {
    await copyFile(join(root, 'app.yml'), join(folder, 'app.yml'))
    await writeFile(join(folder, '.env'), 'LOG_LEVEL=info\n')
    const first = await start()
    await first.process.said(/Listening on http:\/\/127/)
    const page = await (await fetch(`${first.url}/probot`)).text()
    expect(page).toContain('deployment_review')
    expect(page).toContain('http://127.0.0.1')
    const code = seedManifestCode(scene.world, scene.app)
    const answer = await fetch(`${first.url}/probot/setup?code=${code}`, { redirect: 'manual' })
    expect(answer.status).toBe(302)
    expect(answer.headers.get('location')).toBe(
      'https://github.example/apps/strongroom/installations/new',
    )
    const path = join(folder, '.env')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    const written = parseEnv(await readFile(path, 'utf8'))
    expect(written).toMatchObject({
      LOG_LEVEL: 'info',
      APP_ID: String(scene.app.id),
      WEBHOOK_SECRET: scene.app.webhookSecret,
    })
    expect(first.process.text()).toContain(`WEBHOOK_SECRET`)
    expect(first.process.text()).not.toContain(scene.app.webhookSecret)
    expect(first.process.text()).not.toMatch(/PRIVATE KEY/)
    first.process.signal('SIGTERM')
    await first.process.ended

    const second = await start()
    await second.process.said(/Listening on .* as strongroom\[bot\]/)
    expect((await fetch(`${second.url}/ping`)).status).toBe(200)
    expect((await fetch(`${second.url}/probot`)).status).toBe(404)
    second.process.signal('SIGTERM')
    expect((await second.process.ended).code).toBe(0)
  })

  it('makes no App without permissions where app.yml is missing', async () => {
    const { process } = await start()
    const { code, stderr } = await process.ended
    expect(code).toBe(1)
    expect(stderr).toMatch(/^Cannot set up the bot: app\.yml is not in the working directory/)
  })

  it.each([
    ['nothing is configured in production', { NODE_ENV: 'production' }, /APP_ID is missing/],
    ['the secret is Probot’s own', { APP_ID: '1', WEBHOOK_SECRET: 'development' }, /everybody/],
    ['a package would be fetched', { REDIS_URL: 'redis://cache.example' }, /REDIS_URL is set/],
  ])('does not listen where %s', async (_name, environment, message) => {
    const { process, url } = await start(environment)
    const { code, stderr } = await process.ended
    expect(code).toBe(1)
    expect(stderr).toMatch(message)
    await expect(fetch(url)).rejects.toThrow()
  })

  it('says that key and number are of different Apps, and does not listen', async () => {
    const { app } = scene
    const { process } = await start({
      APP_ID: '1',
      PRIVATE_KEY: app.privateKey,
      WEBHOOK_SECRET: app.webhookSecret,
    })
    const { code, stderr } = await process.ended
    expect(code).toBe(1)
    expect(stderr).toMatch(/GitHub answered 401 to the App/)
  })

  it('listens where GitHub does not answer yet, and is ready once it does', async () => {
    const { app, github } = scene
    const fault = { kind: 'status', status: 503 } as const
    github.faults.add({ fault, operationId: 'apps/get-authenticated', times: 6 })
    const { process, url } = await start({
      APP_ID: String(app.id),
      PRIVATE_KEY: app.privateKey,
      WEBHOOK_SECRET: app.webhookSecret,
    })
    await process.said(/Listening/)
    expect((await fetch(`${url}/ping`)).status).toBe(503)
    expect((await fetch(`${url}/ping`)).status).toBe(200)
  })
})
