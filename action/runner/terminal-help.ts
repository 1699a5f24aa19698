import { describeInput, type InputKey, inputKeys } from '../domain/input-keys.ts'
import { optionDescriptions } from './option-descriptions.ts'
import { bucketOptions, type TerminalCommand, terminalCommands } from './terminal-commands.ts'

/** Help for one command: usage, options with their defaults, environment, examples. */
export function describeCommand(command: TerminalCommand): string {
  const { script, purpose, takesId, options, examples } = command
  const usage = `npm run ${script} -- ${takesId ? '<id|latest> ' : ''}[options]`
  return [
    `${purpose}.`,
    '',
    `Usage: ${usage}`,
    '',
    'Options:',
    ...alignPairs([
      ...options.map((key) => describeOption(key, command)),
      ['--yes, -y', 'answer every question with yes'],
      ['--json', 'print the result as JSON on standard output'],
      ['--help, -h', 'print this'],
    ]),
    '',
    'The bucket:',
    ...alignPairs(bucketOptions.map((key) => describeOption(key, command))),
    '',
    'Credentials are read from the environment, never from the command line:',
    ...credentialVariables().map((name) => `  ${name}`),
    '',
    'Examples:',
    ...examples.flatMap(({ words, meaning }) => [
      `  npm run ${script}${words === '' ? '' : ` -- ${words}`}`,
      `      ${meaning}`,
    ]),
    '',
  ].join('\n')
}

/** Help without a command: what there is. */
export function describeCommands(): string {
  return [
    'Strongroom: PostgreSQL backups in your own bucket.',
    '',
    'Commands:',
    ...alignPairs(
      terminalCommands.map(({ script, purpose }) => [`npm run ${script}`, purpose] as const),
    ),
    '',
    'Each explains itself: npm run backup:restore -- --help',
    '',
  ].join('\n')
}

function describeOption(key: InputKey, { aliases }: TerminalCommand): readonly [string, string] {
  const names = [
    ...Object.entries(aliases).flatMap(([alias, target]) => (target === key ? [alias] : [])),
    key,
  ]
  const { value = '', text = '' } = optionDescriptions[key] ?? {}
  const head = names.map((name) => `--${name}`).join(', ')
  // A switch that is on already is only of use where it can be turned off.
  const form = describeInput(key).default === 'true' ? '=<true|false>' : value && `=${value}`
  return [`${head}${form}`, `${text}${describeDefault(key)}`]
}

function describeDefault(key: InputKey): string {
  const { default: fallback, env } = describeInput(key)
  const parts = [
    ...(env === undefined ? [] : [env]),
    ...(fallback === '' || fallback === 'false' ? [] : [fallback]),
  ]
  return parts.length === 0 ? '' : ` [${parts.join(', else ')}]`
}

/** The variables of all secrets, and of the access key that one of them belongs to. */
function credentialVariables(): readonly string[] {
  return inputKeys.flatMap((key) => {
    const { secret, env } = describeInput(key)
    return (secret === true || key === 'access-key-id') && env !== undefined ? [env] : []
  })
}

function alignPairs(pairs: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...pairs.map(([head]) => head.length))
  return pairs.map(([head, text]) => `  ${head.padEnd(width)}  ${text}`)
}
