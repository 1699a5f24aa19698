import { Probot } from 'probot'
import { Failure } from '../action/domain/failure.ts'
import createApp from './app.ts'
import { createSigner } from './create-signer.ts'
import { connectApp } from './github/connect-app.ts'
import type { Answer, BotLog, Clock, Delivery } from './ports.ts'
import type { ServerSettings } from './read-server-settings.ts'
import { createReceiver } from './receive-delivery.ts'
import { type BotServer, serve } from './serve.ts'

/**
 * Starts the bot as a server: signs in, then listens.
 *
 * @throws {@link Failure} `invalid_input` where GitHub does not know the App by this key. Where GitHub
 *   does not answer at all, the server listens, and `/ping` says 503 until it does
 */
export async function runServer(
  settings: ServerSettings,
  clock: Clock,
  log: BotLog,
): Promise<BotServer> {
  const { host, port, webhookSecret, privateKey, docsUrl, address } = settings
  const app = connectApp({ ...settings, clock })
  const login = await app.readLogin()
  if (login.kind === 'denied') {
    throw new Failure({
      code: 'invalid_input',
      stage: 'inputs',
      message: `Cannot start the bot: ${login.problem}`,
      hint: login.hint,
    })
  }
  const signer = createSigner(privateKey, webhookSecret)
  const receive = createReceiver({ app, address, signer, clock, log, docsUrl })
  const server = await serve({
    host,
    port,
    webhookSecret,
    log,
    receive: await throughProbot(settings, receive),
    isReady: async () => (await app.readLogin()).kind === 'found',
  })
  const who = login.kind === 'found' ? login.value : 'an App that GitHub has not named yet'
  log.info(`Listening on http://${host}:${server.port} as ${who}`)
  return server
}

const notSubscribed: Answer = {
  outcome: 'ignored',
  text: 'an event that is not used',
  requestIds: [],
}

/**
 * Hands deliveries to the app by Probot, which knows events and not answers: an answer is kept for the
 * payload that led to it. Probot's own log, which repeats payloads with errors, stays shut.
 */
async function throughProbot(
  { appId, privateKey, webhookSecret, address }: ServerSettings,
  receive: (delivery: Delivery) => Promise<Answer>,
): Promise<(delivery: Delivery) => Promise<Answer>> {
  const answers = new WeakMap<object, Answer>()
  const probot = new Probot({
    appId,
    privateKey,
    secret: webhookSecret,
    baseUrl: address.url,
    logLevel: 'fatal',
  })
  const app = createApp(async (delivery) => {
    const answer = await receive(delivery)
    if (isObject(delivery.payload)) answers.set(delivery.payload, answer)
    return answer
  })
  await probot.load(app)
  return async ({ id, event, payload }) => {
    if (!isObject(payload)) return notSubscribed
    // The forms that Probot's types promise are not believed by anything behind it.
    const given = { id, name: event, payload } as unknown as Parameters<
      Probot['webhooks']['receive']
    >[0]
    await probot.webhooks.receive(given)
    return answers.get(payload) ?? notSubscribed
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
