import { cp, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { runAction } from '../../support/acceptance/bot/action-door.ts'
import { botEnvironment } from '../../support/acceptance/bot/listening-door.ts'
import { bundlePath } from '../../support/acceptance/provide-bundle.ts'
import { startProcess } from '../../support/acceptance/running-process.ts'
import { type BotScene, stageBot } from '../../support/github/bot-scene.ts'

const root = resolve(import.meta.dirname, '../../..')
const sizeBytesMax = 1_500_000

let scene: BotScene
let folder: string
beforeEach(async () => {
  scene = await stageBot()
  folder = await mkdtemp(join(tmpdir(), 'strongroom-bundle-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
  await scene.github.close()
})

describe.each(['bot', 'bot-action', 'bot-fetch'] as const)('dist/%s', (door) => {
  it('is small', async () => {
    expect((await stat(bundlePath(door))).size).toBeLessThanOrEqual(sizeBytesMax)
  })
})

describe('dist/bot', () => {
  /** As the container has it: the files of the bundle, and nothing beside or above them. */
  async function start(environment: Readonly<Record<string, string>>) {
    await cp(resolve(bundlePath('bot'), '..'), folder, { recursive: true })
    return startProcess({ program: process.execPath, args: ['index.js'], cwd: folder, environment })
  }

  it('needs nothing beside it, says when it is ready, and ends with 0', async () => {
    const bot = await start({ ...botEnvironment(scene), NODE_ENV: 'production' })
    await bot.said(/Listening/)
    const port = /127\.0\.0\.1:(\d+)/.exec(bot.text())?.[1]
    const response = await fetch(`http://127.0.0.1:${port}/ping`)
    expect([response.status, await response.text()]).toEqual([200, 'PONG\n'])
    bot.signal('SIGTERM')
    expect((await bot.ended).code).toBe(0)
  })

  it.each([
    ['no secret', { WEBHOOK_SECRET: '' }, /WEBHOOK_SECRET/],
    ['a short secret', { WEBHOOK_SECRET: 'hush-hush' }, /too short/],
    ['no key', { PRIVATE_KEY: '' }, /PRIVATE_KEY is missing/],
    ['the number of another App', { APP_ID: '1' }, /same App/],
  ])('does not start with %s, and repeats no value', async (_name, changes, message) => {
    const bot = await start({ ...botEnvironment(scene), ...changes })
    const { code, stderr } = await bot.ended
    expect(code).toBe(1)
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/hush|BEGIN|fakefake/)
  })

  it('is what the container holds and starts', async () => {
    const recipe = await readFile(join(root, 'bot/Dockerfile'), 'utf8')
    expect(recipe).toMatch(/^COPY dist\/bot\/ \.\/$/m)
    expect(recipe).toMatch(/^CMD \["node", "index\.js"\]$/m)
    expect(recipe).toMatch(/^USER node$/m)
  })
})

describe('dist/bot-action', () => {
  it('is what bot/action.yml starts, with the inputs that it reads', async () => {
    const action = parse(await readFile(join(root, 'bot/action.yml'), 'utf8'))
    expect(action.runs).toEqual({ using: 'node24', main: '../dist/bot-action/index.js' })
    expect(Object.keys(action.inputs)).toEqual(['github-token', 'bot-login'])
  })

  it.each([
    ['no token', { 'INPUT_GITHUB-TOKEN': '' }, /github-token/],
    ['a token in two lines', { 'INPUT_GITHUB-TOKEN': 'ghs_a\nb' }, /github-token/],
    ['a token of a person, without a login', { 'INPUT_GITHUB-TOKEN': 'ghp_a' }, /bot-login/],
    ['an event that strangers start', { GITHUB_EVENT_NAME: 'pull_request' }, /the event/],
    ['no event', { GITHUB_EVENT_PATH: '/nowhere' }, /GITHUB_EVENT_PATH/],
    ['the event of another repository', { GITHUB_REPOSITORY: 'acme/other' }, /GITHUB_REPOSITORY/],
    ['plain http to a server', { GITHUB_API_URL: 'http://github.example' }, /GITHUB_API_URL/],
  ])('exits with 1 for %s', async (_name, changes, message) => {
    const { repository, github } = scene
    const payload = {
      repository: { id: repository.id, full_name: repository.fullName, default_branch: 'main' },
    }
    const event = { name: 'issue_comment', payload }
    const { code, stdout } = await runAction(folder, scene, event, changes)
    expect(code).toBe(1)
    expect(stdout).toMatch(message)
    expect(stdout).toMatch(/^::error::/m)
    expect(github.requests).toEqual([])
  })

  it('masks its token before it says anything', async () => {
    const { stdout } = await runAction(folder, scene, { name: 'push', payload: {} })
    expect(stdout).toMatch(/^::add-mask::ghs_/)
  })
})
