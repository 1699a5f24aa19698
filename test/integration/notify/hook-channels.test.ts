import { createHmac } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import type { Channel } from '../../../action/job/ports.ts'
import {
  createDiscordChannel,
  createSlackChannel,
  createTeamsChannel,
} from '../../../action/notify/chat-channels.ts'
import { createPingChannel } from '../../../action/notify/ping-channel.ts'
import type { HttpWorld } from '../../../action/notify/send-request.ts'
import { createWebhookChannel } from '../../../action/notify/webhook-channel.ts'
import { createFakeClock } from '../../support/fakes/fake-clock.ts'
import { createFakeRandom } from '../../support/fakes/fake-random.ts'
import { discordFormat, slackFormat, teamsFormat } from '../../support/notify/published-formats.ts'
import {
  failedNotice,
  startedNotice,
  succeededNotice,
} from '../../support/notify/sample-notices.ts'
import {
  type HookAnswer,
  type HookServer,
  startHookServer,
} from '../../support/notify/start-hook-server.ts'
import { findFreePort } from '../../support/postgres/free-port.ts'

let server: HookServer | undefined

afterEach(async () => {
  await server?.close()
  server = undefined
})

async function start(...answers: readonly HookAnswer[]): Promise<HookServer> {
  server = await startHookServer(...answers)
  return server
}

const wants = () => true
const secret = 'a-shared-secret-of-a-test'

function createWorld(timeoutMs = 5_000) {
  const clock = createFakeClock('2026-11-22T09:00:00.000Z')
  const world: HttpWorld = { fetch, clock, timeoutMs }
  return { world, clock }
}

function webhook(url: string, { world } = createWorld()): Channel {
  return createWebhookChannel(world, { url, secret, random: createFakeRandom(), wants })
}

const inTime = () => AbortSignal.timeout(20_000)
const message = { notice: failedNotice, result: '{"ok":false}' }

describe('createWebhookChannel', () => {
  it('posts the notice with the result, signed over time and body', async () => {
    const { url, requests } = await start(204)
    expect(await webhook(`${url}/hook?key=1`).tell(message, inTime())).toEqual({ kind: 'told' })
    const [request] = requests
    expect(request).toMatchObject({ method: 'POST', path: '/hook?key=1' })
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      event: 'backup.failed',
      result: { ok: false },
    })
    const [, seconds = '', mac = ''] =
      /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(request?.headers['strongroom-signature'])) ?? []
    expect(Number(seconds)).toBe(Date.parse('2026-11-22T09:00:00.000Z') / 1_000)
    const expected = createHmac('sha256', secret)
      .update(`${seconds}.${request?.body}`)
      .digest('hex')
    expect(mac).toBe(expected)
  })

  it.each([500, 502, 429])('tries again after %i, with the same delivery', async (status) => {
    const { url, requests } = await start(status, status, 200)
    expect(await webhook(url).tell(message, inTime())).toEqual({ kind: 'told' })
    expect(requests).toHaveLength(3)
    const seen = requests.map(({ headers, body }) => [headers['strongroom-delivery'], body])
    expect(new Set(seen.map(String)).size).toBe(1)
  })

  it('gives up after three tries', async () => {
    const { url, requests } = await start(503)
    expect(await webhook(url).tell(message, inTime())).toMatchObject({
      kind: 'failed',
      problem: 'the address answered 503, expected 200 to 299',
    })
    expect(requests).toHaveLength(3)
  })

  it.each([400, 401, 404, 410])('does not repeat what ends with %i', async (status) => {
    const { url, requests } = await start(status)
    expect(await webhook(url).tell(message, inTime())).toMatchObject({ kind: 'failed' })
    expect(requests).toHaveLength(1)
  })

  it('waits as long as it is asked to, but not for a minute', async () => {
    const limit =
      (seconds: number): HookAnswer =>
      (response) =>
        response.writeHead(429, { 'retry-after': String(seconds) }).end()
    const short = createWorld()
    const patient = await start(limit(5), 200)
    expect(await webhook(patient.url, short).tell(message, inTime())).toEqual({ kind: 'told' })
    expect(short.clock.now().toISOString()).toBe('2026-11-22T09:00:05.000Z')
    await patient.close()
    const impatient = await start(limit(60), 200)
    expect(await webhook(impatient.url).tell(message, inTime())).toMatchObject({ kind: 'failed' })
    expect(impatient.requests).toHaveLength(1)
  })

  it('follows no redirect', async () => {
    const { url, requests } = await start((response) =>
      response.writeHead(307, { location: '/elsewhere' }).end(),
    )
    expect(await webhook(url).tell(message, inTime())).toMatchObject({ kind: 'failed' })
    expect(requests.map(({ path }) => path)).toEqual(['/'])
  })

  it.each([
    ['nobody listens', async () => `http://127.0.0.1:${await findFreePort()}/T0K3N-in-a-path`],
    ['nobody answers', async () => `${(await start(() => undefined)).url}/T0K3N-in-a-path`],
  ])('says that %s, without the address', async (_, findUrl) => {
    const told = await webhook(await findUrl(), createWorld(100)).tell(message, inTime())
    expect(told).toMatchObject({
      kind: 'failed',
      problem: 'the address did not answer in time, expected an answer',
    })
    expect(JSON.stringify(told)).not.toMatch(/T0K3N|127\.0\.0\.1/)
  })

  it('ends when it is told to', async () => {
    const { url } = await start(() => undefined)
    const told = webhook(url).tell(message, AbortSignal.timeout(50))
    await expect(told).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  it.each([
    [200, 'ok'],
    [405, 'unknown'],
    [404, 'unknown'],
    [500, 'failed'],
  ] as const)('is asked by HEAD, and %i means %s', async (status, state) => {
    const { url, requests } = await start(status)
    expect(await webhook(url).probe(inTime())).toMatchObject({ name: 'webhook', state })
    expect(new Set(requests.map(({ method }) => method))).toEqual(new Set(['HEAD']))
  })
})

describe.each([
  ['Slack', createSlackChannel, slackFormat],
  ['Discord', createDiscordChannel, discordFormat],
  ['Teams', createTeamsChannel, teamsFormat],
] as const)('the channel to %s', (name, create, format) => {
  it.each([failedNotice, startedNotice, succeededNotice])(
    'posts what is published: $title',
    async (notice) => {
      const { url, requests } = await start(200)
      const channel = create(createWorld().world, { url, wants })
      expect(await channel.tell({ notice }, inTime())).toEqual({ kind: 'told' })
      expect(format.safeParse(JSON.parse(requests[0]?.body ?? '')).error).toBeUndefined()
      expect(requests[0]?.headers['content-type']).toBe('application/json; charset=utf-8')
    },
  )

  it('is failed by an address that is gone', async () => {
    const { url } = await start(404)
    const channel = create(createWorld().world, { url, wants })
    expect(await channel.tell({ notice: failedNotice }, inTime())).toMatchObject({ kind: 'failed' })
    if (name !== 'Teams') expect(await channel.probe(inTime())).toMatchObject({ state: 'failed' })
  })
})

describe('the probes of chats', () => {
  it('asks Slack with a body without a text, which it refuses', async () => {
    const { url, requests } = await start(400)
    const check = await createSlackChannel(createWorld().world, { url, wants }).probe(inTime())
    expect(check).toEqual({
      name: 'Slack',
      state: 'ok',
      text: 'the address lives; nothing was posted',
    })
    expect(requests).toMatchObject([{ method: 'POST', body: '{}' }])
  })

  it('reads what Discord knows of its webhook', async () => {
    const { url, requests } = await start(200)
    const check = await createDiscordChannel(createWorld().world, { url, wants }).probe(inTime())
    expect(check).toMatchObject({ name: 'Discord', state: 'ok' })
    expect(requests).toMatchObject([{ method: 'GET' }])
  })

  it('says that Teams cannot be asked without posting', async () => {
    const { url, requests } = await start(400)
    const check = await createTeamsChannel(createWorld().world, { url, wants }).probe(inTime())
    expect(check).toMatchObject({ name: 'Teams', state: 'unknown' })
    expect(requests).toMatchObject([{ method: 'HEAD' }])
  })
})

describe('createPingChannel', () => {
  it.each([
    [{ ...startedNotice, command: 'backup' }, '/ping/uuid-of-a-check/start?create=1'],
    [succeededNotice, '/ping/uuid-of-a-check?create=1'],
    [failedNotice, '/ping/uuid-of-a-check/fail?create=1'],
  ])('tells $kind', async (notice, path) => {
    const { url, requests } = await start(200)
    const ping = createPingChannel(createWorld().world, {
      url: `${url}/ping/uuid-of-a-check/?create=1`,
      wants,
    })
    expect(await ping.tell({ notice }, inTime())).toEqual({ kind: 'told' })
    expect(requests).toMatchObject([{ method: 'POST', path }])
    expect(requests[0]?.body).toContain(notice.title)
  })

  it('is never probed at its own address, where any request would be a ping', async () => {
    const { url, requests } = await start(200)
    const ping = createPingChannel(createWorld().world, { url: `${url}/ping/uuid`, wants })
    expect(await ping.probe(inTime())).toMatchObject({ state: 'unknown' })
    expect(requests.map(({ path }) => path)).toEqual(['/'])
  })
})
