import { request } from '@octokit/request'
import type { z } from 'zod'
import type { Clock, Reading, Writing } from '../ports.ts'
import {
  type Exchange,
  isGone,
  judgeError,
  malformed,
  type Trouble,
  unanswered,
  withoutToken,
} from './judge-error.ts'

/** Longest wait for one answer. */
export const requestTimeoutMs = 10_000

/** Waits between the tries of one reading; one more try than waits. */
export const retryWaitsMs: readonly number[] = [400, 1_600]

/** Longest wait that GitHub may ask for before a reading is given up. */
export const limitWaitMsMax = 5_000

const pageSize = 100

/**
 * A token for one repository, or why there is none.
 *
 * @param isFresh the last one was refused: a new one is needed
 */
export type Authorize = (isFresh: boolean) => Promise<Reading<string>>

export interface SenderOptions {
  /** Without a slash at its end. */
  readonly apiUrl: string
  readonly authorize: Authorize
  readonly clock: Pick<Clock, 'sleep'>
  /** @default {@link requestTimeoutMs} */
  readonly timeoutMs?: number | undefined
}

/** One request: GitHub's route and the values for it. */
interface Question {
  /** "GET /repos/{owner}/{repo}". */
  readonly route: string
  /** What the route needs, in GitHub's words, for the hint: "issues: write". */
  readonly permission: string
  readonly parameters?: Readonly<Record<string, unknown>>
}

interface Ask<T> extends Question {
  /** The form of the answer, and what becomes of it. */
  readonly schema: z.ZodType<T>
}

/** What is sent to one repository. Nothing here rejects, but for a defect. */
export interface Sender {
  /** Repeated where that may help: it changes nothing. */
  read<T>(ask: Ask<T>): Promise<Reading<T>>
  /**
   * All items of a listing of pages, as far as `pagesMax` pages go.
   *
   * @param rest of a longer listing the pages that are read after the first. @default 'next'
   */
  readPages<T>(
    ask: Ask<readonly T[]>,
    pagesMax: number,
    rest?: 'next' | 'last',
  ): Promise<Reading<Pages<T>>>
  /** Sent once, whatever becomes of it. */
  write<T>(ask: Ask<T>): Promise<Writing<T>>
  /** A write that may be sent twice, because the second changes nothing more. */
  writeAgain<T>(ask: Ask<T>): Promise<Writing<T>>
  /** As `write`, where the status says more than the body. */
  send(question: Question): Promise<Exchange>
}

interface Pages<T> {
  readonly items: readonly T[]
  /** `false`: there are more, behind these or between them. */
  readonly isComplete: boolean
}

/** Requests to GitHub in the name of the bot. See `judgeError` for what their ends mean. */
export function createSender(options: SenderOptions): Sender {
  const send = request.defaults({
    baseUrl: options.apiUrl,
    headers: { 'user-agent': 'strongroom' },
  })

  async function attempt(ask: Question, isFresh: boolean): Promise<Exchange> {
    const token = await options.authorize(isFresh)
    if (token.kind !== 'found') return withoutToken(token)
    const signal = AbortSignal.timeout(options.timeoutMs ?? requestTimeoutMs)
    try {
      const { data, status, headers } = await send(ask.route, {
        ...ask.parameters,
        headers: { authorization: `Bearer ${token.value}` },
        request: { signal },
      })
      // The client takes a body that was cut off by the signal for an empty one.
      if (signal.aborted) return unanswered
      return { kind: 'answered', data, status, link: headers.link ?? '' }
    } catch (error) {
      return signal.aborted ? unanswered : judgeError(error, ask.permission)
    }
  }

  async function repeat(ask: Question): Promise<Exchange> {
    let isFresh = false
    for (const pauseMs of retryWaitsMs) {
      const exchange = await attempt(ask, isFresh)
      // A token that was made a moment ago may not be known everywhere yet.
      isFresh = exchange.kind === 'refused' && exchange.status === 401
      const waitMs = exchange.kind === 'limited' ? exchange.waitMs : pauseMs
      const isHopeful = exchange.kind === 'unknown' || exchange.kind === 'limited' || isFresh
      if (!isHopeful || waitMs === undefined || waitMs > limitWaitMsMax) return exchange
      await options.clock.sleep(waitMs)
    }
    return attempt(ask, isFresh)
  }

  return {
    send: (question) => attempt(question, false),
    read: async (ask) => toReading(await repeat(ask), ask.schema),
    write: async (ask) => toWriting(await attempt(ask, false), ask.schema),
    writeAgain: async (ask) => toWriting(await repeat(ask), ask.schema),
    async readPages(ask, pagesMax, rest = 'next') {
      const items = []
      let skipped = 0
      for (let read = 0; read < pagesMax; read += 1) {
        const parameters = { ...ask.parameters, per_page: pageSize, page: 1 + read + skipped }
        const exchange = await repeat({ ...ask, parameters })
        const reading = toReading(exchange, ask.schema)
        if (reading.kind !== 'found') return reading
        items.push(...reading.value)
        const link = exchange.kind === 'answered' ? exchange.link : ''
        if (!/\brel="next"/.test(link) && reading.value.length < pageSize) {
          return { kind: 'found', value: { items, isComplete: skipped === 0 } }
        }
        if (read === 0 && rest === 'last') skipped = Math.max(0, readLastPage(link) - pagesMax)
      }
      return { kind: 'found', value: { items, isComplete: false } }
    },
  }
}

/** The number of the last page, of which the first one's `Link` header tells; 0 where it does not. */
function readLastPage(link: string): number {
  return Number(/[?&]page=(\d{1,6})(?:&[^>]*)?>; rel="last"/.exec(link)?.[1] ?? 0)
}

function toReading<T>(exchange: Exchange, schema: z.ZodType<T>): Reading<T> {
  switch (exchange.kind) {
    case 'answered': {
      const parsed = schema.safeParse(exchange.data)
      return parsed.success ? { kind: 'found', value: parsed.data } : failed(malformed)
    }
    case 'refused': {
      const { status, problem, hint } = exchange
      return isGone(status) ? { kind: 'missing' } : { kind: 'denied', status, problem, hint }
    }
    case 'limited':
    case 'unknown':
      return failed(exchange)
  }
}

function failed<T>({ problem, hint }: Trouble): Reading<T> {
  return { kind: 'failed', problem, hint }
}

function toWriting<T>(exchange: Exchange, schema: z.ZodType<T>): Writing<T> {
  switch (exchange.kind) {
    case 'answered': {
      const parsed = schema.safeParse(exchange.data)
      if (parsed.success) return { kind: 'done', value: parsed.data }
      const { problem, hint } = malformed
      return { kind: 'unknown', problem, hint }
    }
    case 'refused':
    case 'limited': {
      const { status, problem, hint } = exchange
      return { kind: 'refused', status, problem, hint }
    }
    case 'unknown':
      return exchange
  }
}
