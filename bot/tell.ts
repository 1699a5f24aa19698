import type { Request } from '../action/domain/request.ts'
import type { CardNews } from './change-card.ts'
import { claimRequest } from './claim-request.ts'
import type { Ended } from './make-answer.ts'
import type { Session } from './session.ts'

/** Answers a request for which nothing has to be started. */
export async function tell(
  session: Session,
  request: Request,
  news: CardNews & { readonly state: 'answered' | 'refused' | 'failed' },
): Promise<Ended> {
  const claim = await claimRequest(session, request, news)
  if (claim.kind === 'failed') {
    session.context.log.warn(`Cannot answer ${request.id}: ${claim.problem}`)
    return { outcome: 'failed', requestId: request.id }
  }
  return { outcome: claim.kind === 'taken' ? 'duplicate' : news.state, requestId: request.id }
}
