import type { Policy } from '../action/domain/policy.ts'
import type { Request } from '../action/domain/request.ts'
import type { Asked } from './asked.ts'
import type { ParsedCommand } from './commands/command.ts'
import type { Member } from './judge-author.ts'
import type { PlacedCard } from './placed-card.ts'
import type { BotContext } from './ports.ts'
import { makeRequestId } from './request-id.ts'

/** What is known of a comment once its author turned out to be a member. */
export interface Session {
  readonly context: BotContext
  readonly asked: Asked
  readonly member: Member
  readonly cards: readonly PlacedCard[]
  /** `false` where this delivery surely is the first that reached any process. */
  readonly mayBeRepeated: boolean
}

/** A session in which commands are taken. */
export interface OpenSession extends Session {
  readonly policy: Policy
  readonly isPolicyFromFile: boolean
}

/** What was asked for, as it is fixed on the card. */
export function makeRequest(
  { context, asked }: Pick<Session, 'context' | 'asked'>,
  command: Pick<ParsedCommand, 'name' | 'inputs' | 'index'>,
): Request {
  const { issueNumber, commentId, author, deliveryId } = asked
  const { repositoryId } = context
  return {
    version: 1,
    id: makeRequestId({ repositoryId, issueNumber, commentId, index: command.index }),
    repositoryId,
    issueNumber,
    commentId,
    commandIndex: command.index,
    command: command.name,
    arguments: { ...command.inputs },
    requester: { id: author.id, login: author.login },
    ...(deliveryId !== undefined && { deliveryId }),
    createdAt: context.clock.now().toISOString(),
  }
}
