import { type Card, cardLimits, cardRanks, isEnd } from './card.ts'

/** News of a request. What is absent was not told, and nothing is ever taken back. */
export type CardChange = Readonly<Partial<Omit<Card, 'version' | 'updatedAt'>>> & {
  /** When it was learned. */
  readonly at: Date
}

/** What was told with a state, and goes when that state is left. */
type Tale = Pick<Card, 'progress' | 'message' | 'hint' | 'reasonCode'>

/** What stays once it was told, whatever the state. */
type Facts = Pick<Card, 'run' | 'plan' | 'waiting' | 'approvers' | 'isUnprotected'>

type Waiting = NonNullable<Card['waiting']>
type Approvers = NonNullable<Card['approvers']>

/**
 * The card after some news. The state's rank never falls and the first end stays; facts of an earlier
 * state are filled in all the same, so that any order of the same news leads to the same card. Too long
 * texts and lists are cut.
 *
 * @returns the very same object where the news change nothing
 */
export function advanceCard(card: Card, change: CardChange): Card {
  const { state = card.state } = change
  const isForward = cardRanks[state] > cardRanks[card.state]
  const tale = isForward
    ? pickTale(change)
    : state === card.state
      ? mergeTale(card, change)
      : pickTale(card)
  const next: Card = {
    version: 1,
    state: isForward ? state : card.state,
    updatedAt: card.updatedAt,
    ...mergeFacts(card, change),
    ...tale,
  }
  if (isEnd(next.state)) delete next.progress
  if (spell(next) === spell(card)) return card
  const updatedMs = Math.max(change.at.getTime(), Date.parse(card.updatedAt))
  return { ...next, updatedAt: new Date(updatedMs).toISOString() }
}

function mergeFacts(card: Card, change: CardChange): Facts {
  const run = card.run ?? change.run
  const plan = card.plan ?? change.plan
  const waiting = mergeWaiting(card.waiting, change.waiting)
  const approvers = mergeApprovers(card.approvers, change.approvers)
  const isUnprotected = card.isUnprotected === true || change.isUnprotected === true
  return {
    ...(run !== undefined && { run }),
    ...(plan !== undefined && { plan }),
    ...(waiting !== undefined && { waiting }),
    ...(approvers.length > 0 && { approvers }),
    ...(isUnprotected && { isUnprotected }),
  }
}

/** What GitHub did not say at first is filled in; of two environments the first one stays. */
function mergeWaiting(known: Card['waiting'], told: Card['waiting']): Waiting | undefined {
  const first = known ?? told
  if (first === undefined) return undefined
  const more = told?.environment === first.environment ? told : undefined
  const reviewers = first.reviewers.length > 0 ? first.reviewers : (more?.reviewers ?? [])
  const until = first.until ?? more?.until
  return {
    environment: cut(first.environment, cardLimits.nameCharactersMax),
    reviewers: reviewers
      .slice(0, cardLimits.accountsMax)
      .map((name) => cut(name, cardLimits.nameCharactersMax)),
    ...(until !== undefined && { until }),
  }
}

/** Each account once, in an order that does not depend on that of the news. */
function mergeApprovers(known: Card['approvers'] = [], told: Card['approvers'] = []): Approvers {
  const byId = new Map([...told, ...known].map((account) => [account.id, account]))
  return [...byId.values()].sort((a, b) => a.id - b.id).slice(0, cardLimits.accountsMax)
}

/** Before the end the later words win; at the end the first ones. */
function mergeTale(card: Card, change: CardChange): Tale {
  const isLater = !isEnd(card.state) && change.at.getTime() >= Date.parse(card.updatedAt)
  const [first, last] = isLater ? [card, change] : [change, card]
  return { ...pickTale(first), ...pickTale(last) }
}

function pickTale({ progress, message, hint, reasonCode }: Tale): Tale {
  const { progressCharactersMax, messageCharactersMax, reasonCodeCharactersMax } = cardLimits
  return {
    ...(progress !== undefined && { progress: cut(progress, progressCharactersMax) }),
    ...(message !== undefined && { message: cut(message, messageCharactersMax) }),
    ...(hint !== undefined && { hint: cut(hint, messageCharactersMax) }),
    ...(reasonCode !== undefined && { reasonCode: cut(reasonCode, reasonCodeCharactersMax) }),
  }
}

function cut(text: string, charactersMax: number): string {
  return text.length <= charactersMax ? text : `${text.slice(0, charactersMax - 1)}…`
}

/** One text for one card, however its keys are ordered. */
function spell(card: Card): string {
  return JSON.stringify(Object.entries(card).sort(([a], [b]) => (a < b ? -1 : 1)))
}
