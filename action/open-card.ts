import { createPlaceHider } from './domain/hide-places.ts'
import type { RawInputs } from './domain/input-keys.ts'
import { connectComments } from './github/connect-comments.ts'
import {
  type CardNews,
  type CardTarget,
  type CardUpdate,
  updateCard,
} from './github/update-card.ts'
import type { Log } from './job/ports.ts'
import { createRunCard, type RunCard } from './run-card.ts'
import { saveCardState } from './runner/card-state.ts'
import type { RunFacts } from './runner/read-run-facts.ts'
import { systemClock } from './runner/system-clock.ts'

export interface CardDoor {
  /** As given: a card is told of inputs that are wrong, too. */
  readonly raw: RawInputs
  readonly facts: RunFacts
  readonly redact: (text: string) => string
  readonly log: Pick<Log, 'warn'>
  readonly docsUrl?: string | undefined
}

/** The card of the request that this run carries out; nothing where nobody asked in a comment. */
export function openCard(door: CardDoor & { readonly signal: AbortSignal }): RunCard | undefined {
  const update = createCardUpdate(door)
  if (update === undefined) return undefined
  return createRunCard({
    ...door,
    update,
    run: describeRun(door.facts),
    now: systemClock.now,
    nowMs: () => performance.now(),
    timeout: (ms) => AbortSignal.timeout(ms),
    hide: createHide(door),
    saveState: saveCardState,
    isPlan: door.raw.command.trim() === 'plan',
  })
}

/** What tells the card of the inputs something. */
export function createCardUpdate({
  raw,
  facts,
}: CardDoor): ((news: CardNews, signal: AbortSignal) => Promise<CardUpdate>) | undefined {
  const target = readTarget(raw, facts)
  const token = raw['github-token'].trim()
  if (target === undefined || token === '') return undefined
  const { apiUrl = '', repository = '' } = facts
  return (news, signal) => {
    const { sleep } = systemClock
    return updateCard(connectComments({ token, apiUrl, repository, sleep, signal }), target, news)
  }
}

/** This run, where the runner says which it is. */
export function describeRun({ runId = '', runUrl }: RunFacts): CardNews['change']['run'] {
  const id = readNumber(runId)
  return id === undefined || runUrl === undefined ? undefined : { id, url: runUrl }
}

function readTarget(
  raw: RawInputs,
  { actorId = '', runId = '' }: RunFacts,
): CardTarget | undefined {
  const commentId = readNumber(raw['comment-id'])
  const requestId = raw['request-id'].trim()
  if (commentId === undefined || requestId === '') return undefined
  return {
    commentId,
    requestId,
    issueNumber: readNumber(raw['issue-number']),
    starterId: readNumber(actorId),
    runId: readNumber(runId),
  }
}

function readNumber(text: string): number | undefined {
  const value = Number(text.trim())
  return Number.isSafeInteger(value) && value > 0 ? value : undefined
}

/** A comment is read by more people than a log: places are hidden in it as well as secrets. */
function createHide({ raw, redact }: CardDoor): (text: string) => string {
  const hidePlaces = createPlaceHider({
    connections: [raw['database-url'], raw['target-database-url']],
    services: [raw.endpoint, raw['smtp-server']],
    bucket: raw.bucket.trim(),
  })
  return (text) => hidePlaces(redact(text))
}
