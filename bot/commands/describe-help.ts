import { type Block, code, fact, type Report, type Span } from '../../action/domain/report.ts'
import type { ChatCommand } from '../../action/domain/request.ts'
import type { ArgumentDefinition, CommandDefinition } from './command.ts'
import { commandDefinitions, describeArgument, describeCommand, describeUsage } from './registry.ts'

/** What help says differently to each person and repository. */
export interface HelpFacts {
  /** Whether the policy lets this person give the command. */
  readonly mayRun: (command: CommandDefinition) => boolean
  /** Whom it lets, after "expected": `the role "admin"`. Default: the role of the registry. */
  readonly describeAdmitted?: (command: CommandDefinition) => string
  /** Names of the environments that the workflows run in. */
  readonly environments: { readonly backup: string; readonly restore: string }
  /** Whether restores and deletions really wait for a reviewer here. */
  readonly isProtected: boolean
}

/** `/help`: every command, and what of it is for the one who asks; `/help <command>`: one of them in full. */
export function describeHelp(facts: HelpFacts, topic?: ChatCommand): Report {
  return topic === undefined ? describeAll(facts) : describeOne(describeCommand(topic), facts)
}

function describeAll(facts: HelpFacts): Report {
  return [
    {
      kind: 'table',
      columns: [
        { title: 'Command', isWhole: true },
        { title: 'What it does', isProse: true },
        { title: 'For you', isWhole: true },
        { title: 'Approval', isWhole: true },
      ],
      rows: commandDefinitions.map((command) => [
        [code(describeUsage(command))],
        [command.description],
        [judgeRight(command, facts)],
        [judgeApproval(command, facts)],
      ]),
    },
    {
      kind: 'paragraph',
      text: [
        'A command opens a line of a new comment, outside code, quotes and lists. At most one command of ' +
          'a comment may change something. In full: ',
        code('/help restore'),
        '.',
      ],
    },
  ]
}

function describeOne(command: CommandDefinition, facts: HelpFacts): Report {
  const { description, workflow, examples } = command
  return [
    { kind: 'paragraph', text: [`${description}.`] },
    {
      kind: 'facts',
      facts: [
        ...fact('Usage', code(describeUsage(command))),
        ...fact('For you', judgeRight(command, facts), describeMissing(command, facts)),
        ...fact('Environment', workflow && code(facts.environments[workflow])),
        ...fact('Approval', judgeApproval(command, facts)),
        ...fact('Changes something', describeEffect(command)),
      ],
    },
    ...tabulateArguments(command.arguments),
    { kind: 'commands', language: 'sh', lines: examples },
  ]
}

function judgeRight(command: CommandDefinition, { mayRun }: HelpFacts): Span {
  if (mayRun(command)) return { tone: 'good', text: 'yes' }
  return command.isForRequester === true
    ? { tone: 'good', text: 'for your own requests' }
    : { tone: 'neutral', text: 'no' }
}

function describeMissing(command: CommandDefinition, facts: HelpFacts): string {
  if (facts.mayRun(command)) return ''
  const admitted = facts.describeAdmitted?.(command) ?? `the role "${command.role}"`
  const whose = command.isForRequester === true ? 'for those of others it' : 'it'
  return `; ${whose} needs ${admitted}`
}

function judgeApproval({ isGated }: CommandDefinition, { isProtected }: HelpFacts): Span {
  if (!isGated) return 'not needed'
  return isProtected
    ? 'by a reviewer of the environment'
    : { tone: 'doubtful', text: 'not enforced in this repository' }
}

function describeEffect({ effect, readingInput, arguments: all }: CommandDefinition): string {
  if (effect === 'read') return 'no'
  const reading = all.find(({ input }) => input === readingInput)
  return reading === undefined ? 'yes' : `yes, but not with ${reading.usage}`
}

function tabulateArguments(all: readonly ArgumentDefinition[]): readonly Block[] {
  if (all.length === 0) return []
  return [
    {
      kind: 'table',
      columns: [
        { title: 'Argument', isWhole: true },
        { title: 'What it is', isProse: true },
      ],
      rows: all.map((argument) => [[code(describeArgument(argument))], [describeValues(argument)]]),
    },
  ]
}

/** What an argument is, with the values that it may have. */
export function describeValues({ kind, choices = [], description }: ArgumentDefinition): string {
  return kind === 'choice' ? `${choices.join(', ')}: ${description}` : description
}
