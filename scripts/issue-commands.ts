import { describeValues } from '../bot/commands/describe-help.ts'
import { commandDefinitions, describeArgument, describeUsage } from '../bot/commands/registry.ts'

/** The part of `docs/commands.md` that is about comments on an issue, from the registry of the bot. */
export function describeIssueCommands(): readonly string[] {
  return [
    '## Commands in an issue',
    '',
    'With [the bot](bot.md), a comment on an issue is enough. `/help` says which of these are for you.',
    '',
    '| command | what it does | role | approval |',
    '|---|---|---|---|',
    ...commandDefinitions.map((command) => {
      const own = command.isForRequester === true ? `who asked, or ${command.role}` : command.role
      const approval = command.isGated ? 'by a reviewer' : ''
      return `| ${inCode(describeUsage(command))} | ${command.description} | ${own} | ${approval} |`
    }),
    '',
    'The roles are defaults; the policy file may set others.',
    '',
    '| argument | of | what it is |',
    '|---|---|---|',
    ...commandDefinitions.flatMap((command) =>
      command.arguments.map(
        (argument) =>
          `| ${inCode(describeArgument(argument))} | \`/${command.name}\` | ${describeValues(argument)} |`,
      ),
    ),
    '',
    'For example:',
    '',
    '```text',
    ...commandDefinitions.flatMap(({ examples }) => examples),
    '```',
    '',
    ...rules,
    '',
  ]
}

const rules = [
  '- A command opens a line of a new comment, in lower case. One in code, a quote, a list, a heading, a link or HTML is not run; nor is one',
  '  in an edited comment or on a pull request.',
  '- It counts only where CommonMark and GitHub both read plain text. Between brackets over several lines, in a table, behind a footnote,',
  '  inside `<details>` or struck out it is not run, and the bot says so. In a comment of its own it always counts.',
  '- `--name value` and `--name=value` are the same. Types, statuses and modes may be written in any letter case. Quotes are no syntax.',
  '- A word that is not known is refused, never passed over; where it was probably mistyped, the answer has the line to copy.',
  '- A line with characters that nobody sees (zero-width, control, direction, special spaces) is refused. Type such a command by hand.',
  '- A comment may hold five commands, and one of them may change something: of two changes none is run. `/cleanup --dry-run` changes nothing.',
]

/** Code in a cell of a table, where a bar would end the cell. */
function inCode(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``
}
