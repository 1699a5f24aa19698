import { z } from 'zod'
import type { ApiAddress } from './github/api-address.ts'
import type { App } from './github/connect-app.ts'
import { connectRepository } from './github/connect-repository.ts'
import type { Answer, BotLog, Clock, Delivery, Signer } from './ports.ts'
import { respond } from './respond.ts'

export interface ReceiverOptions {
  readonly app: App
  readonly address: ApiAddress
  readonly signer: Signer
  readonly clock: Clock
  readonly log: BotLog
  readonly docsUrl?: string | undefined
  /** Longest wait for one answer of GitHub. */
  readonly timeoutMs?: number | undefined
}

/** The repository that an event is about, as events of every kind have it. */
export const repositorySchema = z.object({
  id: z.int().positive(),
  full_name: z.string().regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/),
  default_branch: z.string().min(1).max(255),
})

const eventSchema = z.object({
  repository: repositorySchema,
  installation: z.object({ id: z.int().positive() }),
})

/**
 * What the doors of an App have in common: a delivery that was signed becomes a context and an answer,
 * and a line in the log that names the delivery and holds none of it.
 */
export function createReceiver(options: ReceiverOptions): (delivery: Delivery) => Promise<Answer> {
  const { app, address, signer, clock, log, docsUrl, timeoutMs } = options

  async function answer(delivery: Delivery): Promise<Answer> {
    const event = eventSchema.safeParse(delivery.payload).data
    if (event === undefined) return ignored
    const login = await app.readLogin()
    if (login.kind !== 'found') {
      const problem = login.kind === 'missing' ? 'GitHub knows no such App' : login.problem
      return { outcome: 'failed', text: `Cannot sign in to GitHub: ${problem}`, requestIds: [] }
    }
    const { repository, installation } = event
    const facts = {
      fullName: repository.full_name,
      defaultBranch: repository.default_branch,
      selfLogin: login.value,
      clock,
    }
    const authorize = app.authorize(installation.id, repository.id)
    return respond(
      {
        ...facts,
        repository: connectRepository({ ...facts, address, authorize, timeoutMs }),
        repositoryId: repository.id,
        log,
        signer,
        docsUrl,
      },
      delivery,
    )
  }

  return async (delivery) => {
    const given = await answer(delivery)
    const line = `${delivery.id ?? 'no delivery'} ${delivery.event}: ${given.outcome}: ${given.text}`
    if (given.outcome === 'failed') log.warn(line)
    else log.info(line)
    return given
  }
}

const ignored: Answer = {
  outcome: 'ignored',
  text: 'not an event of a repository in which the App is installed',
  requestIds: [],
}
