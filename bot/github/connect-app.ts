import { createAppAuth } from '@octokit/auth-app'
import { request } from '@octokit/request'
import { z } from 'zod'
import type { Clock, Reading } from '../ports.ts'
import type { ApiAddress } from './api-address.ts'
import { type Authorize, createSender, requestTimeoutMs } from './create-sender.ts'
import { judgeError } from './judge-error.ts'

export interface AppOptions {
  readonly appId: number
  /** PKCS#8 or PKCS#1, as PEM. */
  readonly privateKey: string
  readonly address: ApiAddress
  readonly clock: Pick<Clock, 'sleep'>
  /** @default {@link requestTimeoutMs} */
  readonly timeoutMs?: number | undefined
}

/** A GitHub App, with its key. */
export interface App {
  /** Login that the App writes as, "strongroom[bot]"; asked for once, kept as soon as it is known. */
  readLogin(): Promise<Reading<string>>
  /** Tokens of one installation that open one repository and no other. */
  authorize(installationId: number, repositoryId: number): Authorize
}

const appSchema = z.object({ slug: z.string().regex(/^[\w-]{1,100}$/) })

/** Signs in as a GitHub App. Tokens are kept until a minute before they expire. */
export function connectApp(options: AppOptions): App {
  const { address, clock, appId, privateKey, timeoutMs = requestTimeoutMs } = options
  const withTimeout: typeof fetch = (input, init) =>
    fetch(input, { ...init, signal: AbortSignal.timeout(timeoutMs) })
  const auth = createAppAuth({
    appId,
    privateKey,
    request: request.defaults({
      baseUrl: address.url,
      headers: { 'user-agent': 'strongroom' },
      request: { fetch: withTimeout },
    }),
  })

  async function take(token: () => Promise<{ readonly token: string }>): Promise<Reading<string>> {
    try {
      return { kind: 'found', value: (await token()).token }
    } catch (error) {
      return explain(error)
    }
  }

  const sender = createSender({
    apiUrl: address.url,
    authorize: () => take(() => auth({ type: 'app' })),
    clock,
    timeoutMs,
  })
  let login: string | undefined

  return {
    async readLogin() {
      if (login !== undefined) return { kind: 'found', value: login }
      const ask = { route: 'GET /app', permission: 'metadata: read', schema: appSchema }
      const reading = await sender.read(ask)
      if (reading.kind === 'missing') return wrongKey(404)
      if (reading.kind === 'denied') return wrongKey(reading.status)
      if (reading.kind === 'failed') return reading
      login = `${reading.value.slug}[bot]`
      return { kind: 'found', value: login }
    },
    authorize: (installationId, repositoryId) => (isFresh) =>
      take(() =>
        auth({
          type: 'installation',
          installationId,
          repositoryIds: [repositoryId],
          refresh: isFresh,
        }),
      ),
  }
}

function wrongKey(status: number): Reading<never> {
  return {
    kind: 'denied',
    status,
    problem: `GitHub answered ${status} to the App, expected it to be known`,
    hint: 'APP_ID and PRIVATE_KEY must be of the same App; also check the clock of the machine.',
  }
}

function explain(error: unknown): Reading<never> {
  const trouble = judgeError(error, 'metadata: read')
  if (trouble.kind !== 'refused') {
    return { kind: 'failed', problem: trouble.problem, hint: trouble.hint }
  }
  if (trouble.status === 404) return { kind: 'missing' }
  if (trouble.status === 401) return wrongKey(401)
  const { status, problem } = trouble
  const hint = 'The installation may be suspended, or the repository not part of it.'
  return { kind: 'denied', status, problem, hint }
}
