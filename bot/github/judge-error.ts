import { readKnownRefusal } from '../../action/domain/known-refusal.ts'
import type { Reading } from '../ports.ts'

/** What came of one request. Texts are ours: GitHub's own words and the request, which holds the token, stay behind. */
export type Exchange =
  | {
      readonly kind: 'answered'
      readonly data: unknown
      readonly status: number
      readonly link: string
    }
  /** A 4xx: it had no effect, and asking again changes nothing. */
  | {
      readonly kind: 'refused'
      readonly status: number
      readonly problem: string
      readonly hint: string
    }
  /** Too many requests: it had no effect. */
  | {
      readonly kind: 'limited'
      readonly status: number
      /** What GitHub asks for; absent where it says nothing. */
      readonly waitMs: number | undefined
      readonly problem: string
      readonly hint: string
    }
  /** No answer, half an answer or a 5xx: whether it had its effect is not known. */
  | { readonly kind: 'unknown'; readonly problem: string; readonly hint: string }

export type Trouble = Exclude<Exchange, { kind: 'answered' }>

/**
 * What an error of octokit's `request` means.
 *
 * @param permission what the route needs, in GitHub's words: "issues: write"
 */
export function judgeError(error: unknown, permission: string): Trouble {
  const { status, headers, message } = readResponse(error)
  if (status === undefined) return unanswered
  const problem = `GitHub answered ${status}, expected success`
  if (status >= 500) return { kind: 'unknown', problem, hint: lookAtStatus }
  const known = readKnownRefusal(status, message)
  const isLimited = status === 429 || (status === 403 && isRateLimited(headers))
  if (isLimited || known?.kind === 'limited') {
    return { kind: 'limited', status, waitMs: readWaitMs(headers), problem, hint: waitForLimit }
  }
  return { kind: 'refused', status, problem, hint: hintFor(status, permission), ...known }
}

/** GitHub answers 410 for an issue that was deleted, and where issues are switched off. */
export function isGone(status: number): boolean {
  return status === 404 || status === 410
}

const lookAtStatus = 'Look at githubstatus.com, then ask again.'
const waitForLimit = 'The bot is at its rate limit: ask again when it has recovered.'

/** There was no answer, or only the beginning of one. */
export const unanswered: Trouble = {
  kind: 'unknown',
  problem: 'GitHub did not answer in time, expected an answer',
  hint: lookAtStatus,
}

/** Nothing was sent, so nothing happened: whatever came of the token, the request itself is refused. */
export function withoutToken(reading: Exclude<Reading<string>, { kind: 'found' }>): Exchange {
  if (reading.kind === 'denied') {
    const { status, problem, hint } = reading
    return { kind: 'refused', status, problem, hint }
  }
  if (reading.kind === 'missing') {
    return {
      kind: 'refused',
      status: 403,
      problem: 'GitHub knows no such installation of the App, expected one',
      hint: 'Install the App in this repository.',
    }
  }
  const { problem, hint } = reading
  return { kind: 'limited', status: 503, waitMs: undefined, problem, hint }
}

/** The answer is not as GitHub describes it. */
export const malformed: Trouble = {
  kind: 'unknown',
  problem: 'GitHub answered in another form, expected the one that it describes',
  hint: lookAtStatus,
}

function hintFor(status: number, permission: string): string {
  if (status === 401) return 'The token is not valid: check how the bot is set up.'
  if (status === 403) return `The bot lacks a permission: give it \`${permission}\`.`
  if (status === 404)
    return `It is not there, or hidden from the bot, which needs \`${permission}\`.`
  return lookAtStatus
}

function isRateLimited(headers: Readonly<Record<string, unknown>>): boolean {
  return headers['x-ratelimit-remaining'] === '0' || headers['retry-after'] !== undefined
}

function readWaitMs(headers: Readonly<Record<string, unknown>>): number | undefined {
  const seconds = /^\d{1,6}$/.exec(String(headers['retry-after']))?.[0]
  return seconds === undefined ? undefined : Number(seconds) * 1_000
}

/** Parts of the answer within an error of the client; no status where there was none. */
function readResponse(error: unknown): {
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, unknown>>
  readonly message: unknown
} {
  const response = field(error, 'response')
  const status = field(response, 'status')
  const headers = field(response, 'headers')
  return {
    status: typeof status === 'number' ? status : undefined,
    headers: typeof headers === 'object' && headers !== null ? { ...headers } : {},
    message: field(field(response, 'data'), 'message'),
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
