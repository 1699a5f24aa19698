import type { Clock } from '../job/ports.ts'

/** Longest wait for one answer. */
const attemptTimeoutMs = 10_000
/** Waits between tries; one more try than waits. */
const retryWaitsMs: readonly number[] = [1_000, 3_000]
/** A receiver that asks for a longer pause is not waited for. */
const retryAfterMaxMs = 5_000

/** What sending needs of the world. */
export interface HttpWorld {
  readonly fetch: typeof fetch
  readonly clock: Clock
  /** @default {@link attemptTimeoutMs} */
  readonly timeoutMs?: number
}

export interface HttpRequest {
  readonly url: string
  readonly method: 'GET' | 'HEAD' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** The status that was answered; none where nobody answered in time. */
export type HttpAnswer =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'silent' }

/**
 * Sends a request, and again after silence, 429 and answers of 500 and above. Redirects are not
 * followed, since they would carry a secret to an address that nobody chose. Bodies of answers are
 * not read: they are foreign, and nothing depends on them.
 */
export async function sendRequest(
  world: HttpWorld,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  for (const waitMs of retryWaitsMs) {
    const { answer, retryAfterMs } = await attempt(world, request, signal)
    if (!isWorthRetrying(answer) || (retryAfterMs ?? 0) > retryAfterMaxMs) return answer
    await world.clock.sleep(Math.max(waitMs, retryAfterMs ?? 0), signal)
  }
  return (await attempt(world, request, signal)).answer
}

interface Attempt {
  readonly answer: HttpAnswer
  readonly retryAfterMs?: number
}

async function attempt(
  { fetch, timeoutMs = attemptTimeoutMs }: HttpWorld,
  { url, method, headers = {}, body }: HttpRequest,
  signal: AbortSignal,
): Promise<Attempt> {
  try {
    const response = await fetch(url, {
      method,
      headers: { 'user-agent': 'strongroom', ...headers },
      ...(body !== undefined && { body }),
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    })
    await response.body?.cancel()
    const { status } = response
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
    return {
      answer: { kind: 'answered', status },
      ...(Number.isFinite(seconds) && { retryAfterMs: seconds * 1_000 }),
    }
  } catch {
    // Whatever broke, an address or a certificate, its text may hold the address, which is a secret.
    signal.throwIfAborted()
    return { answer: { kind: 'silent' } }
  }
}

function isWorthRetrying(answer: HttpAnswer): boolean {
  return answer.kind === 'silent' || answer.status === 429 || answer.status >= 500
}
