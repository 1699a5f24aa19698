import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { parseCard } from '../../../action/domain/parse-card.ts'
import { connectApp } from '../../../bot/github/connect-app.ts'
import { connectRepository } from '../../../bot/github/connect-repository.ts'
import {
  type EmulatedGitHub,
  startEmulatedGitHub,
} from '../../support/acceptance/bot/emulated-github.ts'
import { bundlePath } from '../../support/acceptance/provide-bundle.ts'
import { type RunningProcess, startProcess } from '../../support/acceptance/running-process.ts'

const commentsSchema = z.array(
  z.object({ body: z.string(), user: z.object({ login: z.string(), type: z.string() }) }),
)

let github: EmulatedGitHub
let folder: string
let bot: RunningProcess
beforeEach(async () => {
  github = await startEmulatedGitHub()
  folder = await mkdtemp(join(tmpdir(), 'strongroom-bot-'))
  await github.ask('POST', '/repos/octocat/shop/issues', { title: 'Database' })
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
  await github.close()
})

/** The server, told where the emulated GitHub is, and the other way round. */
async function startServer(secret = github.webhookSecret): Promise<void> {
  bot = startProcess({
    program: process.execPath,
    args: [bundlePath('bot')],
    cwd: folder,
    environment: {
      APP_ID: String(github.appId),
      PRIVATE_KEY: github.privateKey,
      WEBHOOK_SECRET: secret,
      HOST: '127.0.0.1',
      PORT: '0',
      GITHUB_API_URL: github.apiUrl,
    },
  })
  await bot.said(/Listening on .* as strongroom\[bot\]/)
  github.connect(Number(/127\.0\.0\.1:(\d+)/.exec(bot.text())?.[1]))
}

async function stopServer(): Promise<void> {
  bot.signal('SIGTERM')
  expect((await bot.ended).code).toBe(0)
}

const comment = (body: string) =>
  github.ask('POST', '/repos/octocat/shop/issues/1/comments', { body })
const listComments = async () =>
  commentsSchema.parse(await github.ask('GET', '/repos/octocat/shop/issues/1/comments'))

describe('the server, with a GitHub that others wrote', () => {
  it('signs in, takes its signed webhook, comments as the App, and leaves its own comment alone', async () => {
    await startServer()
    await comment('/help')
    await vi.waitFor(() => expect(github.answers).toHaveLength(2), { timeout: 20_000 })
    await stopServer()
    expect(github.answers).toEqual([200, 200])
    const [, card, ...others] = await listComments()
    expect(others).toEqual([])
    expect(card?.user).toEqual({ login: 'strongroom[bot]', type: 'Bot' })
    expect(parseCard(card?.body ?? '')).toMatchObject({
      request: { command: 'help', requester: { login: 'octocat' } },
      card: { state: 'answered' },
    })
  })

  it('turns its webhooks away where the secrets differ', async () => {
    await startServer('another-made-up-secret-of-a-webhook')
    await comment('/help')
    await vi.waitFor(() => expect(github.answers).toEqual([401]), { timeout: 20_000 })
    await stopServer()
    expect(await listComments()).toHaveLength(1)
  })
})

describe('connectRepository, with a GitHub that others wrote', () => {
  it('writes, reads, changes and removes a comment with a token of the installation', async () => {
    const clock = { sleep: async () => {} }
    const address = { url: github.apiUrl, isServer: false }
    const app = connectApp({ ...github, address, clock })
    expect(await app.readLogin()).toEqual({ kind: 'found', value: 'strongroom[bot]' })
    const repository = connectRepository({
      address,
      clock,
      fullName: 'octocat/shop',
      defaultBranch: 'main',
      selfLogin: 'strongroom[bot]',
      authorize: app.authorize(100, 1),
    })
    const created = await repository.createComment(1, 'first')
    const id = created.kind === 'done' ? created.value.id : 0
    expect(created).toMatchObject({ kind: 'done', value: { issueNumber: 1, body: 'first' } })
    expect(await repository.updateComment(id, 'second')).toMatchObject({ kind: 'done' })
    expect(await repository.readComment(id)).toMatchObject({ value: { body: 'second' } })
    expect(await repository.listComments(1, new Date(0))).toMatchObject({
      value: { isComplete: true, comments: [{ id, author: { login: 'strongroom[bot]' } }] },
    })
    expect(await repository.removeComment(id)).toEqual({ kind: 'done', value: undefined })
    expect(await repository.readComment(id)).toEqual({ kind: 'missing' })
    expect(await repository.readPermission('octocat')).toMatchObject({
      value: { roleName: 'admin', base: 'admin' },
    })
    expect(await repository.readFile('none')).toEqual({ kind: 'missing' })
  })
})
