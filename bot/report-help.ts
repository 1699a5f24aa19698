import type { Report } from '../action/domain/report.ts'
import { chatCommands, type Request } from '../action/domain/request.ts'
import { checkEnvironment } from './check-environment.ts'
import { describeHelp } from './commands/describe-help.ts'
import { commandDefinitions } from './commands/registry.ts'
import { describeAdmitted, judgeAuthor } from './judge-author.ts'
import type { OpenSession } from './session.ts'

/** `/help [command]`: what can be asked for, and what of it is for the one who asks. */
export async function reportHelp(session: OpenSession, request: Request): Promise<Report> {
  const { context, member, policy } = session
  const { repository } = context
  const topic = chatCommands.find((name) => name === request.arguments['topic'])
  const wanted = commandDefinitions.filter(({ name }) => topic === undefined || name === topic)
  const [environment, ...judgements] = await Promise.all([
    checkEnvironment(repository, policy),
    ...wanted.map(async (command) => {
      const { kind } = await judgeAuthor(repository, member, command, policy)
      return { name: command.name, isAdmitted: kind === 'admitted' }
    }),
  ])
  const facts = {
    mayRun: ({ name }: { readonly name: string }) =>
      judgements.some((judgement) => judgement.name === name && judgement.isAdmitted),
    describeAdmitted: (command: (typeof wanted)[number]) => describeAdmitted(command, policy),
    environments: policy.environments,
    // Where it is unprotected against the policy's will, a restore is refused and not let through.
    isProtected: environment.kind !== 'unprotected',
  }
  return describeHelp(facts, topic)
}
