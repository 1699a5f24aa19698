import { readKnownRefusal } from '../domain/known-refusal.ts'
import type { GitHubAnswer } from './github.ts'

/** One try of a reading, and whether another one may end better. */
export interface Attempt {
  readonly answer: GitHubAnswer
  readonly isWorthRetrying: boolean
}

/**
 * What an error of the client means. The texts are ours: GitHub's own messages and the request, which
 * holds the token, are left behind; only a network error is kept as the cause.
 */
export function judgeError(error: unknown, permission: string): Attempt {
  const { status, headers, message } = readResponse(error)
  if (status === undefined) {
    return {
      answer: {
        kind: 'failed',
        problem: 'GitHub did not answer in time, expected an answer',
        hint: 'Look at githubstatus.com and at the network of the runner, then ask again.',
        cause: error instanceof Error ? error.cause : undefined,
      },
      isWorthRetrying: true,
    }
  }
  if (status === 404) return { answer: { kind: 'missing' }, isWorthRetrying: false }
  const known = readKnownRefusal(status, message)
  const isLimited =
    status === 429 || (status === 403 && isRateLimited(headers)) || known?.kind === 'limited'
  const { problem, hint } =
    known?.kind === 'refused'
      ? known
      : {
          problem: `GitHub answered ${status}, expected 200`,
          hint: isLimited ? limited : hintFor(status, permission),
        }
  return {
    answer: { kind: 'failed', problem, hint },
    isWorthRetrying: status >= 500,
  }
}

const limited = 'The token is at its rate limit: ask again when it has recovered.'

function hintFor(status: number, permission: string): string {
  if (status === 401) return 'The token is not valid: pass the token of this job as `github-token`.'
  if (status === 403) return `The token lacks a permission: give the job \`${permission}\`.`
  return 'Look at githubstatus.com, then ask again.'
}

function isRateLimited(headers: Readonly<Record<string, unknown>>): boolean {
  return headers['x-ratelimit-remaining'] === '0' || headers['retry-after'] !== undefined
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
