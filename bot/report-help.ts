import { code, type Report } from '../action/domain/report.ts'
import type { Request } from '../action/domain/request.ts'
import { commandDefinitions, describeUsage } from './commands/registry.ts'
import { judgeAuthor } from './judge-author.ts'
import type { OpenSession } from './session.ts'

/** `/help [command]`: what can be asked, and what of it is for the one who asks. */
export async function reportHelp(session: OpenSession, request: Request): Promise<Report> {
  const { context, member, policy } = session
  const topic = request.arguments['topic']
  const wanted = commandDefinitions.filter(({ name }) => topic === undefined || name === topic)
  const rows = await Promise.all(
    wanted.map(async (definition) => {
      const { kind } = await judgeAuthor(context.repository, member, definition, policy)
      const isForThem = kind === 'admitted' || definition.isForRequester === true
      return [
        [code(describeUsage(definition))],
        [definition.description],
        [isForThem ? 'yes' : 'no'],
        [definition.isGated ? 'yes' : 'no'],
      ]
    }),
  )
  const columns = ['Command', 'What it does', 'For you', 'Approval'].map((title) => ({ title }))
  return [{ kind: 'table', columns, rows }]
}
