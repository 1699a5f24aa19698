import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createEmulator } from 'emulate'

const userToken = 'made-up-token-of-octocat'

export interface EmulatedGitHub {
  readonly apiUrl: string
  readonly appId: number
  readonly privateKey: string
  readonly webhookSecret: string
  /** Where webhooks go from now on. */
  connect(port: number): void
  /** A request as the person "octocat", who owns "octocat/shop". */
  ask(method: string, path: string, body?: object): Promise<unknown>
  /** What webhooks were answered, in order. */
  readonly answers: readonly number[]
  close(): Promise<void>
}

/**
 * A GitHub that others wrote: it checks the App's tokens, keeps comments, and signs webhooks. Before it
 * stands a relay, which knows the bot's port, and answers from the comments of issue 1 where the
 * emulator cannot list those of a repository. Reactions it has none, as the bot may find them missing.
 */
export async function startEmulatedGitHub(): Promise<EmulatedGitHub> {
  let emulatorUrl = ''
  let botUrl = ''
  const answers: number[] = []
  const relay = createServer(async (incoming, outgoing) => {
    const path = incoming.url ?? '/'
    const isWebhook = path === '/webhooks'
    if (isWebhook && botUrl === '') return outgoing.writeHead(503).end()
    const target = isWebhook
      ? `${botUrl}/api/github/webhooks`
      : `${emulatorUrl}${path.replace(/\/issues\/comments\?/, '/issues/1/comments?')}`
    const response = await fetch(target, await forward(incoming))
    if (isWebhook) answers.push(response.status)
    outgoing.writeHead(response.status, { 'content-type': 'application/json' })
    return outgoing.end(response.status === 204 ? undefined : await response.text())
  })
  await once(relay.listen(0, '127.0.0.1'), 'listening')
  const apiUrl = `http://127.0.0.1:${(relay.address() as AddressInfo).port}`
  const webhookSecret = 'made-up-secret-of-a-webhook-0001'
  const appId = 77
  const app = {
    app_id: appId,
    slug: 'strongroom',
    name: 'Strongroom',
    permissions: { issues: 'write', actions: 'write', contents: 'read', metadata: 'read' },
    events: ['issue_comment'],
    webhook_url: `${apiUrl}/webhooks`,
    webhook_secret: webhookSecret,
    installations: [{ installation_id: 100, account: 'octocat' }],
  }
  const emulator = await createEmulator({
    service: 'github',
    port: await freePort(),
    seed: {
      tokens: { [userToken]: { login: 'octocat', scopes: ['repo'] } },
      github: {
        users: [{ login: 'octocat' }],
        repos: [{ owner: 'octocat', name: 'shop', auto_init: true }],
        apps: [app],
      },
    },
  })
  emulatorUrl = emulator.url.replace('localhost', '127.0.0.1')

  return {
    apiUrl,
    appId,
    privateKey: emulator.generatedSecrets[0]?.value ?? '',
    webhookSecret,
    answers,
    connect(port) {
      botUrl = `http://127.0.0.1:${port}`
    },
    async ask(method, path, body) {
      const response = await fetch(`${emulatorUrl}${path}`, {
        method,
        headers: { authorization: `Bearer ${userToken}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`)
      return response.status === 204 ? undefined : await response.json()
    },
    async close() {
      await emulator.close()
      relay.closeAllConnections()
      relay.close()
    },
  }
}

async function forward(incoming: IncomingMessage): Promise<RequestInit> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  const dropped = ['host', 'connection', 'content-length', 'transfer-encoding']
  const headers = Object.entries(incoming.headers)
    .filter(([name]) => !dropped.includes(name))
    .map(([name, value]): [string, string] => [name, String(value)])
  const body = chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }
  return { method: incoming.method ?? 'GET', headers, ...body }
}

/** The emulator takes 0 for its own default. */
async function freePort(): Promise<number> {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((done) => server.close(done))
  return port
}
