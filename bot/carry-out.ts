import { isEnd } from '../action/domain/card.ts'
import { answerCommand } from './answer-command.ts'
import { cancelRequest } from './cancel-request.ts'
import type { ParsedCommand } from './commands/command.ts'
import { describeCommand } from './commands/registry.ts'
import { judgeAuthor } from './judge-author.ts'
import type { Ended } from './make-answer.ts'
import { findCard } from './placed-card.ts'
import { reconcileCard } from './reconcile-card.ts'
import { requestRun } from './request-run.ts'
import { makeRequest, type OpenSession } from './session.ts'
import { tell } from './tell.ts'

/**
 * Carries out one command of a comment, or says why not. A command that has its card already is never
 * carried out again; all that is done for it is to see that its card does not stay behind.
 */
export async function carryOut(session: OpenSession, command: ParsedCommand): Promise<Ended> {
  const { context, member, policy } = session
  const definition = describeCommand(command.name)
  const request = makeRequest(session, command)
  const known = findCard(session.cards, request.id)
  if (known !== undefined) {
    if (!isEnd(known.card.state)) await reconcileCard(context, policy, known)
    return { outcome: 'duplicate', requestId: request.id }
  }
  if (command.name === 'cancel') return await cancelRequest(session, request)
  const judgement = await judgeAuthor(context.repository, member, definition, policy)
  if (judgement.kind === 'refused') {
    const { message, hint } = judgement
    return await tell(session, request, {
      state: 'refused',
      message,
      hint,
      reasonCode: 'not_permitted',
    })
  }
  return definition.workflow === undefined
    ? await tell(session, request, await answerCommand(session, request))
    : await requestRun(session, definition, request)
}
