import { request } from '@octokit/request'
import { Failure } from '../domain/failure.ts'
import type { GitHubAnswer } from './github.ts'
import { type Attempt, judgeError } from './judge-error.ts'

/** Longest wait for one answer. */
export const requestTimeoutMs = 10_000

/** Waits between the tries of one request; one more try than waits. */
export const retryWaitsMs: readonly number[] = [500, 2_000]

export interface GitHubOptions {
  readonly token: string
  /** `GITHUB_API_URL`: https, or http on loopback. */
  readonly apiUrl: string
  /** "owner/name", as `GITHUB_REPOSITORY` has it. */
  readonly repository: string
  /** Resolves after `ms` milliseconds; rejects where the signal fires first. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>
  readonly signal?: AbortSignal | undefined
  /** @default {@link requestTimeoutMs} */
  readonly timeoutMs?: number
}

/** A request that may be sent twice without harm, unless it says otherwise. */
export interface SafeRequest {
  readonly route: string
  readonly parameters: Readonly<Record<string, string | readonly string[]>>
  /** Whether sending it twice would do it twice: then nothing repeats it. */
  readonly isOnce?: true
  /** What the token needs for it, as a job's `permissions` have it. */
  readonly permission: string
}

/** Rejects only where the caller's signal fired. */
export type Sender = (request: SafeRequest) => Promise<GitHubAnswer>

/**
 * Sends requests about one repository, and repeats them after network errors and answers of 500 and
 * above: so what must not be sent twice has to say so.
 *
 * @throws {@link Failure} `invalid_input` where there is no token, the address is not one that a token
 *   may be sent to, or the repository has no owner
 */
export function createSender(options: GitHubOptions): Sender {
  const [owner, repo, ...rest] = options.repository.split('/')
  if (!owner || !repo || rest.length > 0) throw invalid('the repository', '"owner/name"')
  if (options.token.trim() === '') throw invalid('the token', 'the token of the job')
  const baseUrl = readApiUrl(options.apiUrl)
  const send = request.defaults({
    baseUrl,
    owner,
    repo,
    headers: { authorization: `Bearer ${options.token.trim()}`, 'user-agent': 'strongroom' },
  })

  async function attempt({ route, parameters, permission }: SafeRequest): Promise<Attempt> {
    const timeout = AbortSignal.timeout(options.timeoutMs ?? requestTimeoutMs)
    const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout
    try {
      const { data } = await send(route, { ...parameters, request: { signal } })
      options.signal?.throwIfAborted()
      return { answer: { kind: 'found', data }, isWorthRetrying: false }
    } catch (error) {
      options.signal?.throwIfAborted()
      return judgeError(error, permission)
    }
  }

  return async (safe) => {
    if (safe.isOnce) return (await attempt(safe)).answer
    for (const waitMs of retryWaitsMs) {
      const { answer, isWorthRetrying } = await attempt(safe)
      if (!isWorthRetrying) return answer
      await options.sleep(waitMs, options.signal)
    }
    return (await attempt(safe)).answer
  }
}

function readApiUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isLoopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url?.hostname ?? '')
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback)
  if (url === undefined || !isSafe || url.username !== '' || url.password !== '') {
    throw invalid('the address of the API', '"https://api.github.com" or that of your server')
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '')
}

function invalid(what: string, expected: string): Failure {
  return new Failure({
    code: 'invalid_input',
    stage: 'gate',
    message: `Cannot ask GitHub: ${what} is missing or not usable, expected ${expected}`,
    hint: 'Inside a workflow only the token must be passed on, as the input `github-token`.',
  })
}
