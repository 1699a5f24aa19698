import { renderReport } from '../action/domain/render-summary.ts'
import type { Request } from '../action/domain/request.ts'
import type { CardNews } from './change-card.ts'
import { reportHelp } from './report-help.ts'
import { reportPolicy } from './report-policy.ts'
import { reportStatus } from './report-status.ts'
import type { OpenSession } from './session.ts'

/** What the bot itself answers to a command that no workflow carries out. */
export async function answerCommand(
  session: OpenSession,
  request: Request,
): Promise<CardNews & { readonly state: 'answered' | 'failed' }> {
  const { docsUrl } = session.context
  switch (request.command) {
    case 'status':
      return await reportStatus(session)
    case 'policy':
      return { state: 'answered', details: renderReport(reportPolicy(session), docsUrl) }
    case 'help':
      return {
        state: 'answered',
        details: renderReport(await reportHelp(session, request), docsUrl),
      }
    default:
      throw new Error(`The bot has no answer to ${request.command}`)
  }
}
