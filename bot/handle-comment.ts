import { carryOut } from './carry-out.ts'
import type { CommandProblem, ParsedComment } from './commands/command.ts'
import { parseComment } from './commands/parse-comment.ts'
import { readAccess } from './judge-author.ts'
import { type Ended, ignore, makeAnswer } from './make-answer.ts'
import { type Opening, openSession, type Refusal } from './open-session.ts'
import type { Answer, BotContext, Delivery } from './ports.ts'
import { readCommentEvent } from './read-comment-event.ts'
import { makeRequest, type Session } from './session.ts'
import { tell } from './tell.ts'

/**
 * Answers a comment: looks whether it asks for anything, whether its author may, tells so at once, and
 * carries out what it asks for. Who does not belong to the repository is not even told that there is a bot.
 */
export async function handleComment(context: BotContext, delivery: Delivery): Promise<Answer> {
  const event = readCommentEvent(context, delivery)
  if (event.kind === 'ignored') return ignore(event.text)
  const { asked } = event
  const items = parseComment(asked.body)
  if (items.length === 0) return ignore('The comment holds no command')
  const access = await readAccess(context.repository, asked.author)
  if (access.kind === 'stranger') return ignore('Its author does not belong to the repository')
  if (access.kind === 'unknown') {
    const text = `Cannot read what the author may do: ${access.problem}`
    return { outcome: 'failed', text, requestIds: [] }
  }
  const opening = await openSession(context, asked, access.member)
  const { reaction, ...answer } = makeAnswer(await answerItems(opening, items))
  if (reaction !== undefined) await context.repository.react(asked.commentId, reaction)
  return answer
}

/** One after the other, so that the cards stand in the order of the commands. */
async function answerItems(opening: Opening, items: ParsedComment): Promise<readonly Ended[]> {
  const ends: Ended[] = []
  if (opening.kind === 'refused') {
    const [first] = items
    if (first !== undefined) ends.push(await refuse(opening.session, first, opening.refusal))
    return ends
  }
  const problems = items.filter((item) => item.kind === 'problem')
  const [problem] = problems
  for (const item of items) {
    if (item.kind === 'command') ends.push(await carryOut(opening.session, item))
    else if (item === problem) {
      ends.push(await refuse(opening.session, item, describeProblems(problems)))
    }
  }
  return ends
}

/** One card for all that is refused. A word that is no command has none: help answers in its place. */
async function refuse(
  session: Session,
  item: ParsedComment[number],
  refusal: Refusal,
): Promise<Ended> {
  const { name, index } = item
  const inputs = item.kind === 'command' ? item.inputs : {}
  const request = makeRequest(session, { name: name ?? 'help', index, inputs })
  const isOfNone = name === undefined && refusal.state === 'refused'
  const end = await tell(session, request, isOfNone ? { ...refusal, state: 'answered' } : refusal)
  return end.outcome === 'answered' ? { ...end, outcome: 'refused' } : end
}

function describeProblems(problems: readonly CommandProblem[]): Refusal {
  const hints = problems.flatMap(({ hint, suggestion }) => [
    ...(hint === undefined ? [] : [hint]),
    ...(suggestion === undefined
      ? []
      : [`Perhaps "${suggestion}" was meant: write it in a new comment.`]),
  ])
  return {
    state: 'refused',
    message: problems.map(({ message }) => message).join('\n'),
    hint: [...new Set(hints)].join(' ') || 'See /help for what can be asked, and how.',
    reasonCode: problems[0]?.code ?? 'usage',
  }
}
