import { isEnd } from '../action/domain/card.ts'
import type { Policy } from '../action/domain/policy.ts'
import type { ChatCommand, Request } from '../action/domain/request.ts'
import { describeCommand } from './commands/registry.ts'
import { limits } from './limits.ts'
import type { PlacedCard } from './placed-card.ts'
import type { Run } from './ports.ts'
import { readRequestIds } from './run-of-request.ts'

export interface LimitFacts {
  readonly policy: Policy
  readonly now: Date
  /** The request that is judged. It never counts against itself. */
  readonly request: Pick<Request, 'id' | 'command' | 'arguments' | 'requester'>
  /** Cards that were there before it, those of gated commands in agreement with their runs. */
  readonly cards: readonly PlacedCard[]
  /** Runs of the restore workflow that have not ended; needed for gated commands only. */
  readonly openRuns: readonly Run[]
}

/** Why a request has to wait; nothing where it need not. */
export interface LimitReached {
  readonly message: string
  readonly hint: string
  readonly reasonCode: 'too_many_requests' | 'restore_open'
}

/** Holds a request against the limits of the policy. Pure, since it is judged again after the claim. */
export function judgeLimits(facts: LimitFacts): LimitReached | undefined {
  return judgeFrequency(facts) ?? judgeOpenRestores(facts)
}

function judgeFrequency({ policy, now, request, cards }: LimitFacts): LimitReached | undefined {
  if (!isCounted(request)) return undefined
  const max = policy.limits['changing-per-10-minutes']
  const since = now.getTime() - limits.countingSpanMs
  const count = cards.filter(
    (card) =>
      card.request.id !== request.id &&
      card.request.requester.id === request.requester.id &&
      isCounted(card.request) &&
      card.card.state !== 'refused' &&
      card.createdAt.getTime() >= since,
  ).length
  if (count < max) return undefined
  return {
    message: `Cannot take /${request.command} now: you asked for ${count} changes in the last 10 minutes, expected at most ${max}`,
    hint: 'Wait some minutes and ask again in a new comment. The limit stands in the policy file, .github/strongroom.yml.',
    reasonCode: 'too_many_requests',
  }
}

function judgeOpenRestores(facts: LimitFacts): LimitReached | undefined {
  const { policy, request } = facts
  if (!isGated(request.command)) return undefined
  const max = policy.limits['open-restores']
  const others = listOpenRestores(facts)
  if (others.length < max) return undefined
  return {
    message: `Cannot take /${request.command} now: of at most ${max} restores and deletions at a time ${others.length} ${others.length === 1 ? 'is' : 'are'} open (${others.slice(0, 3).join(', ')}), expected room for one more`,
    hint: 'Let it be decided, or end it: with /cancel in its issue, or on the page of a run that was started by hand. Then ask again in a new comment.',
    reasonCode: 'restore_open',
  }
}

/** Open runs, however they were started, and open cards, each request once. */
function listOpenRestores({ now, request, cards, openRuns }: LimitFacts): readonly string[] {
  const running = openRuns.map((run) => readRequestIds(run.title)[0] ?? `run ${run.id}`)
  const carded = cards
    .filter(
      ({ request: other, card, createdAt }) =>
        isGated(other.command) &&
        !isEnd(card.state) &&
        (card.run !== undefined || now.getTime() - createdAt.getTime() < limits.orphanAfterMs),
    )
    .map((card) => card.request.id)
  return [...new Set([...running, ...carded])].filter((id) => id !== request.id)
}

/** Whether a command goes through the environment of restores. */
export function isGated(command: ChatCommand): boolean {
  return describeCommand(command).isGated
}

/** Whether a request changes anything. Cancelling never counts: nobody may be kept from stopping something. */
function isCounted(request: Pick<Request, 'command' | 'arguments'>): boolean {
  const { effect, workflow, readingInput } = describeCommand(request.command)
  const isReading = readingInput !== undefined && request.arguments[readingInput] === 'true'
  return effect === 'change' && workflow !== undefined && !isReading
}
