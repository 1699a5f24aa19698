import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { createTurnstile } from './create-turnstile.ts'
import type { Answer, BotLog, Delivery } from './ports.ts'
import { readWebhook, webhookBytesMax } from './read-webhook.ts'

/** GitHub waits 10 s: what takes longer is answered before it is done. */
const answerWithinMs = 8_000

/** Longest wait for work at hand when the server stops: less than what orchestrators allow. */
const stopWithinMs = 25_000

/** Longest wait for the last answers to have gone out. */
const lastAnswersWithinMs = 1_000

/** Deliveries worked on at once: GitHub's secondary limit is 100 requests at once. */
const atOnceMax = 16

/** Deliveries that wait for their turn; more are turned away, and show as failed on GitHub. */
const waitingMax = 2_000

/** Longest wait for a request to have come whole. */
const requestWithinMs = 15_000

/** Where webhooks are taken. Probot's set-up page registers the address without a path. */
const webhookPaths = ['/api/github/webhooks', '/']

export interface ServeOptions {
  readonly host: string
  readonly port: number
  readonly webhookSecret: string
  readonly receive: (delivery: Delivery) => Promise<Answer>
  /** Whether deliveries can be answered. */
  readonly isReady: () => Promise<boolean>
  readonly log: BotLog
  /** @default {@link answerWithinMs} */
  readonly answerWithinMs?: number
}

export interface BotServer {
  readonly port: number
  /** Takes no more requests, and waits for the deliveries at hand; `false` where some were not done in time. */
  stop(): Promise<boolean>
}

/**
 * Listens for webhooks. A delivery is answered with what became of it: 200, or 500 where it failed, so
 * that it can be found and sent again on GitHub; 202 where it takes longer than GitHub waits.
 */
export async function serve(options: ServeOptions): Promise<BotServer> {
  const { host, log, receive, webhookSecret } = options
  const atHand = new Set<Promise<unknown>>()
  const enter = createTurnstile(atOnceMax)
  let isStopping = false

  async function work(delivery: Delivery): Promise<Reply> {
    try {
      const { outcome } = await enter(() => receive(delivery))
      return outcome === 'failed' ? failed : { status: 200, text: outcome }
    } catch (error) {
      log.warn(`${delivery.id} ${delivery.event}: defect: ${nameOf(error)}`)
      return failed
    }
  }

  async function takeWebhook(request: IncomingMessage): Promise<Reply> {
    const body = await readBody(request)
    if (body === undefined) return { status: 413, text: 'the body is too long' }
    const header = (name: string) => request.headers[name]?.toString()
    const webhook = await readWebhook(webhookSecret, { header, body })
    if (webhook.kind === 'rejected') {
      log.warn(`A webhook was turned away: ${webhook.text}`)
      return webhook
    }
    if (isStopping || atHand.size >= waitingMax) return busy
    const working = work(webhook.delivery)
    atHand.add(working)
    void working.finally(() => atHand.delete(working))
    return Promise.race([working, after(options.answerWithinMs ?? answerWithinMs, accepted)])
  }

  async function answer(request: IncomingMessage): Promise<Reply> {
    const [path = ''] = (request.url ?? '').split('?')
    if (path === '/ping' && request.method === 'GET') {
      return !isStopping && (await options.isReady()) ? { status: 200, text: 'PONG' } : busy
    }
    if (!webhookPaths.includes(path)) return { status: 404, text: 'not found' }
    if (request.method !== 'POST') return { status: 405, text: 'webhooks are posted' }
    return takeWebhook(request)
  }

  const server = createServer({ requestTimeout: requestWithinMs }, (request, response) => {
    answer(request).then(
      (reply) => send(request, response, reply),
      // The request was cut off.
      () => response.destroy(),
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port, host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      isStopping = true
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      const done = Promise.all(atHand).then(() => true)
      const isDone = await Promise.race([done, after(stopWithinMs, false)])
      await Promise.race([closed, after(lastAnswersWithinMs, undefined)])
      server.closeAllConnections()
      return isDone
    },
  }
}

interface Reply {
  readonly status: number
  readonly text: string
}

const accepted: Reply = { status: 202, text: 'still at it' }
const failed: Reply = { status: 500, text: 'failed' }
const busy: Reply = { status: 503, text: 'not ready' }

/** `value` after a while, for which nothing is kept running. */
function after<T>(ms: number, value: T): Promise<T> {
  return setTimeout(ms, value, { ref: false })
}

/** The body, or nothing where it is longer than one of GitHub's may be. */
async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of request) {
    sizeBytes += chunk.length
    if (sizeBytes > webhookBytesMax) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function send(request: IncomingMessage, response: ServerResponse, { status, text }: Reply): void {
  // What was not read would be taken for the next request.
  if (!request.complete) response.shouldKeepAlive = false
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`)
}

/** What may be told of a defect: its message could hold anything. Probot gathers several in one. */
function nameOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(nameOf).join(', ')
  return error instanceof Error ? error.name : typeof error
}
