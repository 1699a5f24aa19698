import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { holdTable, waitUntilBlocked } from '../support/acceptance/hold-table.ts'
import { findLeaks, withoutMasks } from '../support/acceptance/leaks.ts'
import { runPost, runStep, startStep } from '../support/acceptance/run-step.ts'
import { type Bucket, startWorld, type World } from '../support/acceptance/start-world.ts'
import {
  type HookAnswer,
  type HookServer,
  startHookServer,
} from '../support/notify/start-hook-server.ts'
import { type MailServer, startMailServer } from '../support/notify/start-mail-server.ts'
import { findFreePort } from '../support/postgres/free-port.ts'

let world: World
let bucket: Bucket
let database = ''
let hooks: HookServer
let mail: MailServer

/** The runner kills the tree 10 s after its SIGINT; an idle machine needs less than 7. */
const endMaxMs = 10_000

beforeAll(async () => {
  world = await startWorld()
})
afterEach(async () => {
  await hooks?.close()
  await mail?.close()
})
afterAll(async () => {
  await world?.close()
})

const tokens = { webhook: 'T0K3N-of-the-webhook', ping: 'T0K3N-of-the-ping-url' }

/** A bucket, a database, and servers that are told. */
async function start(...answers: readonly HookAnswer[]): Promise<void> {
  bucket = world.newBucket()
  database = await world.newDatabase()
  hooks = await startHookServer(...answers)
  mail = await startMailServer()
}

function inputs(changes: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    ...bucket.inputs,
    'database-url': world.cluster.url(database),
    'notify-email': 'dba@shop.example',
    'smtp-server': '127.0.0.1',
    'smtp-port': String(mail.port),
    'webhook-url': `${hooks.url}/${tokens.webhook}`,
    'webhook-secret': 'a-shared-secret-of-a-test',
    'ping-url': `${hooks.url}/${tokens.ping}`,
    ...changes,
  }
}

/** What the webhook was told, as words of the events; and where the ping was. */
function told() {
  const bodies = hooks.requests
    .filter(({ path }) => path.startsWith(`/${tokens.webhook}`))
    .map(({ body }) => JSON.parse(body))
  const pings = hooks.requests
    .filter(({ path }) => path.startsWith(`/${tokens.ping}`))
    .map(({ path }) => path.slice(tokens.ping.length + 1))
  return { bodies, events: bodies.map(({ event }) => event), pings }
}

const secrets = () => ({
  'webhook-url': tokens.webhook,
  'ping-url': tokens.ping,
  'webhook-secret': 'a-shared-secret-of-a-test',
  password: world.cluster.password,
})

describe('notifications', () => {
  it('tell of a backup that failed, by every way, and leave the failure as it is', async () => {
    await start(200)
    const url = `${world.cluster.url(database)}_that_is_not_there`
    const request = { inputs: inputs({ 'database-url': url }) }
    const step = await startStep(world.folder, request)
    const end = await step.ended
    expect(end, end.stdout).toMatchObject({ code: 1, result: { reasonCode: 'database_missing' } })
    expect(end.result.warnings).toEqual([])
    const { bodies, events, pings } = told()
    expect(events).toEqual(['backup.failed'])
    expect(bodies[0]).toMatchObject({
      database: `${database}_that_is_not_there`,
      result: { reasonCode: 'database_missing' },
      facts: expect.arrayContaining([{ label: 'Last good backup', value: 'none' }]),
    })
    expect(pings).toEqual(['/start', '/fail'])
    expect(mail.received).toMatchObject([
      { mail: { subject: expect.stringContaining('failed: database_missing') } },
    ])
    const everything = [
      withoutMasks(end.stdout),
      end.stderr,
      end.summary,
      ...Object.values(end.outputs),
    ]
    const sent = [...hooks.requests.map(({ body }) => body), mail.received[0]?.mail.html ?? '']
    expect(findLeaks(secrets(), [...everything, ...sent].join('\n'))).toEqual([])
    expect((await runPost(step, request)).code).toBe(0)
    expect(told().events).toEqual(['backup.failed'])
  })

  it('warn where nobody can be told, and change nothing else', async () => {
    await start(404)
    const noMail = { 'notify-success': 'true', 'smtp-port': String(await findFreePort()) }
    const end = await runStep(world.folder, { inputs: inputs(noMail) })
    expect(end, end.stdout).toMatchObject({
      code: 0,
      result: { ok: true, reasonCode: 'completed' },
    })
    expect(end.result.warnings).toEqual([
      expect.stringMatching(/^Cannot notify by ping: the address answered 404/),
      expect.stringMatching(/^Cannot notify by e-mail: the mail server cannot be reached/),
      expect.stringMatching(/^Cannot notify by webhook: the address answered 404/),
      expect.stringMatching(/^Cannot notify by ping: the address answered 404/),
    ])
    expect(end.summary).toContain('Cannot notify by webhook')
    expect(end.stdout).toContain('::warning::Cannot notify by webhook')
    expect(findLeaks(secrets(), withoutMasks(end.stdout) + end.summary)).toEqual([])
  })

  it('say nothing of a good night, unless they are asked to; the ping is always told', async () => {
    await start(200)
    const end = await runStep(world.folder, { inputs: inputs() })
    expect(end.code, end.stdout).toBe(0)
    expect(told()).toMatchObject({ events: [], pings: ['/start', ''] })
    expect(mail.received).toEqual([])
  })

  it('tell of a restore when it begins and when it is done', async () => {
    await start(200)
    const backup = await runStep(world.folder, { inputs: inputs() })
    const restore = await runStep(world.folder, {
      inputs: inputs({
        command: 'restore',
        'backup-id': backup.outputs['backup-id'] ?? '',
        confirm: database,
        'restore-delay-seconds': '0',
      }),
    })
    expect(restore.code, restore.stdout).toBe(0)
    expect(told().events).toEqual(['restore.started', 'restore.succeeded'])
    expect(mail.received.map(({ mail: { subject } }) => subject)).toEqual([
      `[Strongroom] Restore into "${database}" has started`,
      `[Strongroom] Restore into "${database}" is done`,
    ])
  })

  it('tell of backups that are too old', async () => {
    await start(200)
    const end = await runStep(world.folder, { inputs: inputs({ command: 'check' }) })
    expect(end, end.stdout).toMatchObject({ code: 1, result: { reasonCode: 'backup_stale' } })
    expect(told()).toMatchObject({ events: ['check.failed'], pings: ['/fail'] })
  })

  it('leave what a cancelled run has no time for to post', async () => {
    await start(200)
    const { release } = await holdTable(world.cluster, database, 'orders')
    const request = { inputs: inputs() }
    try {
      const step = await startStep(world.folder, request)
      await waitUntilBlocked(world.cluster, database)
      step.signal('SIGINT')
      const end = await step.ended
      expect(end, end.stdout).toMatchObject({ code: 130, result: { reasonCode: 'cancelled' } })
      expect(end.elapsedMs).toBeLessThan(endMaxMs)
      expect(told()).toMatchObject({ events: [], pings: ['/start'] })
      const post = await runPost(step, request)
      expect(post.code, post.stdout).toBe(0)
      const { bodies, events, pings } = told()
      expect(events).toEqual(['backup.failed'])
      expect(pings).toEqual(['/start', '/fail'])
      expect(bodies[0]).toMatchObject({ reasonCode: 'cancelled', database })
    } finally {
      await release()
    }
  })

  it('are told by post where the process was killed', async () => {
    await start(200)
    const { release } = await holdTable(world.cluster, database, 'orders')
    const request = { inputs: inputs() }
    try {
      const step = await startStep(world.folder, request)
      await waitUntilBlocked(world.cluster, database)
      step.signal('SIGKILL')
      await step.ended
      await runPost(step, request)
      expect(told().bodies).toMatchObject([
        { event: 'backup.failed', message: expect.stringContaining('its process ended') },
      ])
    } finally {
      await release()
    }
  })

  it('are looked at by the doctor, who tells nobody anything', async () => {
    await start(200)
    const end = await runStep(world.folder, { inputs: inputs({ command: 'doctor' }) })
    const checks = end.result.checks?.filter(({ name }) => name.startsWith('notify'))
    expect(checks).toMatchObject([
      { name: 'notify by e-mail', state: 'ok' },
      { name: 'notify by webhook', state: 'ok' },
      { name: 'notify by ping', state: 'unknown' },
    ])
    expect(mail.received).toEqual([])
    expect(hooks.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(
      expect.arrayContaining([`HEAD /${tokens.webhook}`, 'HEAD /']),
    )
    expect(hooks.requests.every(({ method }) => method === 'HEAD')).toBe(true)
  })
})
