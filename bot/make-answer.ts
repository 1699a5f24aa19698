import type { Answer, Reaction } from './ports.ts'

/** How one command of a comment ended. */
export interface Ended {
  readonly outcome: Exclude<Answer['outcome'], 'ignored' | 'followed'>
  readonly requestId: string
}

/** What is worst or most goes first: a comment's answer is that of its command that stands first here. */
const order: readonly Ended['outcome'][] = [
  'failed',
  'dispatched',
  'refused',
  'answered',
  'duplicate',
]

const reactions: Readonly<Partial<Record<Answer['outcome'], Reaction>>> = {
  failed: 'confused',
  dispatched: 'rocket',
  refused: 'confused',
  answered: '+1',
}

/** The answer to a comment from those to its commands, of which there is at least one. */
export function makeAnswer(ends: readonly Ended[]): Answer & { readonly reaction?: Reaction } {
  const outcome = order.find((known) => ends.some((end) => end.outcome === known)) ?? 'answered'
  const reaction = reactions[outcome]
  return {
    outcome,
    text: ends.map(({ requestId, outcome: each }) => `${requestId} ${each}`).join(', '),
    requestIds: ends.map(({ requestId }) => requestId),
    ...(reaction !== undefined && { reaction }),
  }
}

/** A delivery that asks for nothing. */
export function ignore(text: string): Answer {
  return { outcome: 'ignored', text, requestIds: [] }
}
