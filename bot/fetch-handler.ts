import { createSigner } from './create-signer.ts'
import { connectApp } from './github/connect-app.ts'
import type { BotLog } from './ports.ts'
import { type RawAppSettings, readAppSettings } from './read-settings.ts'
import { readWebhook, webhookBytesMax } from './read-webhook.ts'
import { createReceiver } from './receive-delivery.ts'
import { systemClock } from './system-clock.ts'

export interface FetchSettings extends RawAppSettings {
  /** The page of the documentation that cards link to. */
  readonly docsUrl?: string | undefined
  /** @default the console */
  readonly log?: BotLog | undefined
}

/**
 * The bot as a function from a request to an answer, for platforms that run one per webhook. It
 * resolves when everything is done, since such platforms stop what is still running after the answer.
 *
 * @throws {@link Failure} `invalid_input` where a setting is missing or weak
 */
export function createFetchHandler(
  settings: FetchSettings,
): (request: Request) => Promise<Response> {
  const app = readAppSettings(settings)
  const { address, privateKey, webhookSecret } = app
  const { docsUrl, log = consoleLog } = settings
  const receive = createReceiver({
    app: connectApp({ ...app, clock: systemClock }),
    signer: createSigner(privateKey, webhookSecret),
    address,
    clock: systemClock,
    log,
    docsUrl,
  })

  return async (request) => {
    if (request.method !== 'POST') return reply(405, 'webhooks are posted')
    const body = await readBody(request)
    if (body === undefined) return reply(413, 'the body is too long')
    const header = (name: string) => request.headers.get(name)
    const webhook = await readWebhook(webhookSecret, { header, body })
    if (webhook.kind === 'rejected') {
      log.warn(`A webhook was turned away: ${webhook.text}`)
      return reply(webhook.status, webhook.text)
    }
    try {
      const { outcome } = await receive(webhook.delivery)
      return outcome === 'failed' ? reply(500, 'failed') : reply(200, outcome)
    } catch (error) {
      const { id, event } = webhook.delivery
      log.warn(`${id} ${event}: defect: ${error instanceof Error ? error.name : typeof error}`)
      return reply(500, 'failed')
    }
  }
}

const consoleLog: BotLog = {
  // biome-ignore lint/suspicious/noConsole: platforms without processes have no other log
  info: (line) => console.log(line),
  // biome-ignore lint/suspicious/noConsole: platforms without processes have no other log
  warn: (line) => console.warn(line),
}

async function readBody(request: Request): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for await (const chunk of request.body ?? []) {
    sizeBytes += chunk.length
    if (sizeBytes > webhookBytesMax) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function reply(status: number, text: string): Response {
  return new Response(`${text}\n`, { status, headers: { 'content-type': 'text/plain' } })
}
