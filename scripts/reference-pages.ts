import { describeInput, type InputKey, isInputKey } from '../action/domain/input-keys.ts'
import { terminalCommands } from '../action/runner/terminal-commands.ts'
import { describeCommand } from '../action/runner/terminal-help.ts'
import { type Declared, groupInputs, readDeclared, withoutVariable } from './declared-inputs.ts'
import { describeIssueCommands } from './issue-commands.ts'

const generated = '<!-- Written by scripts/generate-docs.ts. Change that, or what it reads. -->'

/**
 * The text of `docs/configuration.md`: what `action.yml` says of every input, with the defaults and variables of the registry.
 *
 * @param actionYml text of `action.yml`, whose comments name the groups
 */
export function configurationPage(actionYml: string): string {
  const inputs = readDeclared(actionYml, 'inputs')
  const outputs = readDeclared(actionYml, 'outputs')
  return [
    '# Configuration',
    '',
    generated,
    '',
    'Every input of the Action. Where an input is empty, the environment variable beside it is read; where that is empty too, the default',
    'counts. At a terminal the same names are options (`--retention-daily-days=14`); [commands.md](commands.md) lists which command takes',
    'which. Secrets are never options, since other users of a machine can read a command line.',
    '',
    ...groupInputs(inputs).flatMap(({ title, members }) => [
      `## ${title}`,
      '',
      '| input | variable | default | what it is |',
      '|---|---|---|---|',
      ...members.map(inputRow),
      '',
    ]),
    'What is told to whom: [notifications.md](notifications.md). `comment-id`, `request-id` and `issue-number` lead',
    'to the [status card](status-card.md); `request-id`, `requested-by` and `requested-by-id` become part of a plan and of the audit trail.',
    '',
    '## Switches, numbers, lists',
    '',
    '- A switch is `true` or `false`, in any case. `yes`, `1` and `on` are refused.',
    '- A number is written in decimal digits; one that is out of range is refused, with the range.',
    '- A list is separated by commas or newlines. A comma between double quotes belongs to the name, as in the patterns of pg_dump.',
    '- All problems of the inputs are told at once, before anything is done.',
    '',
    '## The connection URL',
    '',
    '`postgres://user:password@host:5432/database`. Special characters in user, password and database are percent-encoded: `@` is `%40`, `/`',
    'is `%2F`, `:` is `%3A`, `?` is `%3F`, `#` is `%23`, `%` is `%25`. What could be read in two ways is refused, and the message repeats',
    'nothing of the URL. After `?` come, joined by `&`:',
    '',
    '| parameter | meaning |',
    '|---|---|',
    '| `sslmode` | `disable`, `allow`, `prefer`, `require`, `verify-ca` or `verify-full`. Default: `verify-full`; on loopback and Unix sockets `prefer` |',
    "| `sslrootcert` | absolute path of the provider's root certificate, or `system` |",
    '| `channel_binding` | `disable`, `prefer` or `require` |',
    '| `connect_timeout` | seconds, 1 to 300; default 10 |',
    '| `application_name` | shown in `pg_stat_activity`; default `strongroom` |',
    '| `options` | server settings, as `PGOPTIONS` takes them |',
    '| `host` | folder of a Unix socket |',
    '',
    "Parameters of Prisma's that mean nothing here (`schema`, `connection_limit` and the like) are read over. `pgbouncer=true` is refused: see",
    '[transaction_pooler](troubleshooting.md#transaction_pooler).',
    '',
    '## Outputs',
    '',
    '| output | what it is |',
    '|---|---|',
    ...outputs.map(({ name, description }) => `| \`${name}\` | ${inCell(description)} |`),
    '',
    'The words of `reason-code` are in [troubleshooting.md](troubleshooting.md). GitHub drops an output that holds a masked value, so keep the',
    "bucket's name in a variable and not in a secret.",
    '',
    'Previous: [Commands](commands.md) · Next: [Amazon S3](storage-s3.md)',
    '',
  ].join('\n')
}

/** The text of `docs/commands.md`: the help of every terminal command, as the terminal prints it, and the commands of the bot. */
export function commandsPage(): string {
  return [
    '# Commands',
    '',
    generated,
    '',
    'The same commands run in a workflow (input `command`), at a terminal, and some [in an issue](#commands-in-an-issue). First the terminal: a',
    'checkout of this repository after `npm ci`, with Node 20 or later. The database and the bucket come from the environment:',
    '',
    '```sh',
    "export DATABASE_URL='postgres://user:password@host:5432/shop'",
    'export AWS_BACKUP_BUCKET=my-backups',
    "export AWS_S3_ENDPOINT='https://<account>.r2.cloudflarestorage.com'   # nothing for AWS",
    'export AWS_ACCESS_KEY_ID=... AWS_SECRET_ACCESS_KEY=...',
    '```',
    '',
    '| npm script | `command` in a workflow | what it does |',
    '|---|---|---|',
    ...terminalCommands.map(
      ({ script, command, purpose }) =>
        `| [\`npm run ${script}\`](#${slug(script)}) | \`${command}\` | ${purpose} |`,
    ),
    '| | `plan` | Freezes what a gated `restore` or `delete` will do; see [the approval gate](permissions-and-threat-model.md#the-approval-gate) |',
    '',
    '- Options follow two dashes: `npm run backup:list -- --type=DAILY`.',
    '- The result goes to standard output, what happens meanwhile to standard error. `--json` prints the whole result as one line of JSON',
    '  (`npm run --silent backup:list -- --json | jq .statistics`).',
    '- Exit code 0: the command did what it was asked. 1: it did not, and says why. 130: interrupted by Ctrl-C, which is safe at any time.',
    '- On a terminal, commands that delete or replace ask first; elsewhere they do not ask, and a restore needs `--confirm=<database>`.',
    '  `--yes` answers questions with yes.',
    '- Colours only on a terminal, and not where `NO_COLOR` is set.',
    '',
    ...terminalCommands.flatMap((command) => [
      `## ${command.script}`,
      '',
      '```text',
      describeCommand(command).trimEnd(),
      '```',
      '',
    ]),
    ...describeIssueCommands(),
    'Previous: [Best practices](best-practices.md) · Next: [Configuration](configuration.md)',
    '',
  ].join('\n')
}

function inputRow({ name, description }: Declared): string {
  if (!isInputKey(name)) throw new Error(`Cannot describe input "${name}": it is not known`)
  const { env, default: fallback, secret } = describeInput(name satisfies InputKey)
  const variable = env === undefined ? '' : `\`${env}\``
  const shown = secret === true ? 'a secret' : fallback === '' ? '' : `\`${fallback}\``
  return `| \`${name}\` | ${variable} | ${shown} | ${inCell(withoutVariable(description))} |`
}

function inCell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s+/g, ' ')
}

/** The anchor that GitHub gives a heading. */
export function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-')
}
