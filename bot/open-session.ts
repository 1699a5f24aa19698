import type { Policy } from '../action/domain/policy.ts'
import type { Asked } from './asked.ts'
import { describeReading } from './change-card.ts'
import type { Member } from './judge-author.ts'
import { limits } from './limits.ts'
import { listCards } from './list-cards.ts'
import { readPolicy } from './policy/read-policy.ts'
import type { BotContext } from './ports.ts'
import type { OpenSession, Session } from './session.ts'

/** Why no command of a comment is taken. */
export interface Refusal {
  readonly state: 'refused' | 'failed'
  readonly message: string
  readonly hint: string
  readonly reasonCode: string
}

export type Opening =
  | { readonly kind: 'open'; readonly session: OpenSession }
  | { readonly kind: 'refused'; readonly session: Session; readonly refusal: Refusal }

/**
 * Tells a member that their comment was seen, and reads meanwhile what its commands are judged by. What
 * cannot be read refuses: without the policy nobody is known to have a right, and without the cards a
 * second delivery would not be known as one.
 */
export async function openSession(
  context: BotContext,
  asked: Asked,
  member: Member,
): Promise<Opening> {
  const [reaction, policy, cards] = await Promise.all([
    acknowledge(context, asked),
    readPolicy(context.repository),
    listCards(context, asked),
  ])
  const session: Session = {
    context,
    asked,
    member,
    cards: cards.kind === 'found' ? cards.value : [],
    mayBeRepeated: reaction !== 'added' || cards.kind !== 'found',
  }
  const refuse = (refusal: Refusal): Opening => ({ kind: 'refused', session, refusal })
  if (cards.kind !== 'found') return refuse(describeUnlisted(describeReading(cards)))
  if (policy.kind === 'problem') {
    const { message, hint, isReadingFailure } = policy
    const state = isReadingFailure ? 'failed' : 'refused'
    return refuse({ state, message, hint, reasonCode: 'policy_unreadable' })
  }
  const refusal = judgeAge(context, asked) ?? judgePlace(policy.policy, asked)
  if (refusal !== undefined) return refuse(refusal)
  const { policy: rules, isFromFile } = policy
  return { kind: 'open', session: { ...session, policy: rules, isPolicyFromFile: isFromFile } }
}

/** Decorative: without the reaction the card tells the same, only later. */
async function acknowledge({ repository, onAcknowledged }: BotContext, { commentId }: Asked) {
  const reaction = await repository.react(commentId, 'eyes')
  onAcknowledged?.()
  return reaction
}

function describeUnlisted(problem: string): Refusal {
  return {
    state: 'failed',
    message: `Cannot look whether this comment was answered before: ${problem}`,
    hint: 'Nothing was started. Ask again in a new comment.',
    reasonCode: 'comments_unreadable',
  }
}

function judgeAge({ clock }: BotContext, { createdAt }: Asked): Refusal | undefined {
  const ageMs = clock.now().getTime() - createdAt.getTime()
  if (ageMs <= limits.commentAgeMaxMs) return undefined
  return {
    state: 'refused',
    message: 'Cannot take this comment: it reached the bot more than a day late',
    hint: 'Ask again in a new comment, if it is still wanted.',
    reasonCode: 'comment_too_old',
  }
}

function judgePlace(policy: Policy, asked: Asked): Refusal | undefined {
  const { labels, numbers } = policy.issues
  const isAnywhere = labels.length === 0 && numbers.length === 0
  const own = asked.labels.map((label) => label.toLowerCase())
  const isHere =
    numbers.includes(asked.issueNumber) || labels.some((label) => own.includes(label.toLowerCase()))
  if (isAnywhere || isHere) return undefined
  const places = [
    ...numbers.map((number) => `issue ${number}`),
    ...labels.map((label) => `an issue with the label "${label}"`),
  ]
  return {
    state: 'refused',
    message: `Cannot take commands in this issue, expected ${places.slice(0, 5).join(' or ')}`,
    hint: 'The policy file .github/strongroom.yml says where commands are taken.',
    reasonCode: 'not_here',
  }
}
