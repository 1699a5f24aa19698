import { createHmac, randomUUID } from 'node:crypto'
import type { Happening } from '../happening.ts'
import type { AppState, InstallationState } from '../resources/apps.ts'
import type { World } from '../world.ts'
import { judgePayload } from './payload-judge.ts'
import { presentPayload } from './present-payload.ts'

/** GitHub waits so long for an answer. */
const answerTimeoutMs = 10_000

/** One webhook to one App, as it stood when it happened. */
export interface Delivery {
  /** `X-GitHub-Delivery`: the event's, so that a second sending, and another App, have the same. */
  readonly id: string
  readonly event: Happening['event']
  readonly action: string
  readonly payload: Readonly<Record<string, unknown>>
  readonly app: AppState
}

/** One sending of a delivery and what it was answered; `status` 0: nothing. */
export interface Attempt {
  readonly delivery: Delivery
  readonly status: number
}

/** Everything that GitHub has to tell the Apps, and the way in which a test lets it do so. */
export interface Webhooks {
  /** All that happened, oldest first, whether it was sent or not. */
  readonly all: readonly Delivery[]
  /** Every sending that has ended. */
  readonly attempts: readonly Attempt[]
  /** From now on each delivery is sent there as it happens; one that fails is not repeated, as with GitHub. */
  connect(url: string): void
  /** From now on deliveries are only gathered: send them by hand, in any order, twice, or never. */
  disconnect(): void
  /** Sends one, signed with the App's secret or with another. Resolves with the status of the answer, 0 without one. */
  send(
    delivery: Delivery,
    options?: { readonly url?: string; readonly secret?: string },
  ): Promise<number>
  /** The first delivery that fits, as soon as there is one. */
  until(fits: (delivery: Delivery) => boolean): Promise<Delivery>
  /** Resolves once nothing is on its way. */
  settled(): Promise<void>
}

/** @param report takes what is not as GitHub describes it */
export function createOutbox(
  world: World,
  apiUrl: () => string,
  report: (problems: readonly string[]) => void,
): Webhooks {
  const all: Delivery[] = []
  const attempts: Attempt[] = []
  const underway = new Set<Promise<unknown>>()
  const watchers = new Set<(delivery: Delivery) => void>()
  let address: string | undefined

  world.listeners.add((happening) => {
    const id = randomUUID()
    for (const installation of addresseesOf(world, happening)) {
      const payload = presentPayload(happening, installation, apiUrl())
      report(judgePayload(happening.event, happening.action, payload))
      const { event, action } = happening
      const delivery = { id, event, action, payload, app: installation.app }
      all.push(delivery)
      for (const watcher of watchers) watcher(delivery)
      if (address !== undefined) void send(delivery)
    }
  })

  async function send(
    delivery: Delivery,
    options: { readonly url?: string; readonly secret?: string } = {},
  ): Promise<number> {
    const url = options.url ?? address
    if (url === undefined) throw new Error('Nobody listens: connect, or name the URL')
    const sending = post(url, delivery, options.secret ?? delivery.app.webhookSecret)
    underway.add(sending)
    const status = await sending
    underway.delete(sending)
    attempts.push({ delivery, status })
    return status
  }

  return {
    all,
    attempts,
    connect(url) {
      address = url
    },
    disconnect() {
      address = undefined
    },
    send,
    until(fits) {
      const present = all.find(fits)
      if (present !== undefined) return Promise.resolve(present)
      return new Promise((resolve) => {
        const watcher = (delivery: Delivery) => {
          if (!fits(delivery)) return
          watchers.delete(watcher)
          resolve(delivery)
        }
        watchers.add(watcher)
      })
    },
    async settled() {
      while (underway.size > 0) await Promise.all(underway)
    },
  }
}

/** Installations on the repository whose App listens to such an event. */
function addresseesOf(world: World, { repository, event }: Happening): InstallationState[] {
  return [...world.installations.values()].filter(
    ({ app, repositories }) => app.events.includes(event) && repositories.includes(repository),
  )
}

async function post(url: string, { id, event, payload, app }: Delivery, secret: string) {
  const body = JSON.stringify(payload)
  const sign = (algorithm: string) => createHmac(algorithm, secret).update(body).digest('hex')
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(answerTimeoutMs),
      headers: {
        accept: '*/*',
        'content-type': 'application/json',
        'user-agent': 'GitHub-Hookshot/fake000',
        'x-github-delivery': id,
        'x-github-event': event,
        'x-github-hook-id': String(app.id),
        'x-github-hook-installation-target-id': String(app.id),
        'x-github-hook-installation-target-type': 'integration',
        'x-hub-signature': `sha1=${sign('sha1')}`,
        'x-hub-signature-256': `sha256=${sign('sha256')}`,
      },
    })
    await response.arrayBuffer()
    return response.status
  } catch {
    // Nobody listens, or no answer in time: GitHub notes it and goes on.
    return 0
  }
}
