import { parseArgs } from 'node:util'
import { findClosestId } from '../domain/closest-id.ts'
import {
  describeInput,
  type InputKey,
  inputKeys,
  isInputKey,
  type RawInputs,
} from '../domain/input-keys.ts'
import { createInputFailure } from '../domain/inputs.ts'
import { showControls } from '../domain/show-controls.ts'
import {
  bucketOptions,
  findTerminalCommand,
  type TerminalCommand,
  terminalCommands,
} from './terminal-commands.ts'
import { describeCommand, describeCommands } from './terminal-help.ts'

/** Words on a command line, read. */
export type TerminalArguments =
  | { readonly kind: 'help'; readonly text: string }
  | {
      readonly kind: 'run'
      /** Inputs as given, `command` among them. */
      readonly given: Readonly<Partial<RawInputs>>
      /** Whether every question is answered with yes. */
      readonly yes: boolean
      /** Whether the result is wanted as JSON. */
      readonly json: boolean
    }

/**
 * Reads `npm run backup:restore -- latest --mode=swap`.
 *
 * A secret is refused as an option: other users of the machine could read it in the list of
 * processes, and it would stay in the shell's history.
 *
 * @param command what the script of package.json puts first; undefined or an option asks for help
 * @throws Failure `invalid_input` with every problem at once
 */
export function parseTerminalArguments(
  command: string | undefined,
  words: readonly string[],
): TerminalArguments {
  if (command === undefined || ['help', '--help', '-h'].includes(command))
    return { kind: 'help', text: describeCommands() }
  const definition = findTerminalCommand(command)
  if (definition === undefined) {
    const known = terminalCommands.map((each) => each.command).join(', ')
    throw createInputFailure(
      [`Cannot run command "${showControls(command)}": it is not known, expected one of ${known}`],
      'Run with --help to see the commands',
    )
  }
  const { given, problems, switches } = readWords(definition, words)
  if (switches.has('help')) return { kind: 'help', text: describeCommand(definition) }
  if (problems.length > 0)
    throw createInputFailure(problems, `See npm run ${definition.script} -- --help`)
  return { kind: 'run', given, yes: switches.has('yes'), json: switches.has('json') }
}

const ownSwitches = ['yes', 'json', 'help'] as const

interface Words {
  readonly given: Readonly<Partial<RawInputs>>
  readonly problems: readonly string[]
  readonly switches: ReadonlySet<string>
}

function readWords(definition: TerminalCommand, words: readonly string[]): Words {
  const given: Partial<Record<InputKey, string>> = { command: definition.command }
  const problems: string[] = []
  const switches = new Set<string>()
  const keep = (key: InputKey, shown: string, value: string) => {
    if (given[key] !== undefined)
      problems.push(`Cannot read ${shown}: "${key}" is given twice, expected it once`)
    given[key] = value
  }
  for (const token of tokenize(definition, words)) {
    if (token.kind === 'option-terminator') continue
    if (token.kind === 'positional') {
      if (definition.takesId) keep('backup-id', 'the id', token.value)
      else
        problems.push(
          'Cannot read a word without dashes: this command takes options only, expected none',
        )
      continue
    }
    const shown = `option "${showControls(token.rawName)}"`
    const isOwn = ownSwitches.some((name) => name === token.name)
    const key = findKey(definition, token.name)
    if (isOwn && token.value === undefined) switches.add(token.name)
    else if (key === undefined) problems.push(explainUnknown(definition, token.name, shown))
    else if (token.value !== undefined) keep(key, shown, token.value)
    else if (isSwitch(key)) keep(key, shown, 'true')
    else problems.push(`Cannot read ${shown}: it has no value, expected ${token.rawName}=<value>`)
  }
  return { given, problems, switches }
}

function tokenize({ aliases }: TerminalCommand, words: readonly string[]) {
  const names = [...inputKeys, ...Object.keys(aliases)]
  const options = Object.fromEntries(
    names.map((name) => {
      const key = aliases[name] ?? (isInputKey(name) ? name : undefined)
      const type = key !== undefined && isSwitch(key) ? ('boolean' as const) : ('string' as const)
      return [name, { type, multiple: true }]
    }),
  )
  return parseArgs({
    args: [...words],
    options: {
      ...options,
      yes: { type: 'boolean', short: 'y' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
    strict: false,
    allowPositionals: true,
    tokens: true,
  }).tokens
}

/** Whether an option needs no value. */
function isSwitch(key: InputKey): boolean {
  return ['true', 'false'].includes(describeInput(key).default)
}

/** The input that an option of this command stands for. */
function findKey(definition: TerminalCommand, name: string): InputKey | undefined {
  const alias = Object.hasOwn(definition.aliases, name) ? definition.aliases[name] : undefined
  if (alias !== undefined) return alias
  return isInputKey(name) && [...definition.options, ...bucketOptions].includes(name)
    ? name
    : undefined
}

function explainUnknown(definition: TerminalCommand, name: string, shown: string): string {
  if (isInputKey(name)) {
    const { secret, env } = describeInput(name)
    if (secret === true || name === 'access-key-id')
      return `Cannot read ${shown}: others can see a credential on the command line, expected ${env ?? 'GITHUB_TOKEN'} in the environment`
    return `Cannot read ${shown}: command "${definition.command}" has no use for it, expected one of its own options`
  }
  const names = [
    ...definition.options,
    ...bucketOptions,
    ...Object.keys(definition.aliases),
    ...ownSwitches,
  ]
  const close = findClosestId(name, names)
  const isAlike = close !== undefined && close.slice(0, 2) === name.slice(0, 2).toLowerCase()
  return isAlike
    ? `Cannot read ${shown}: it is not known, expected perhaps "--${close}"`
    : `Cannot read ${shown}: it is not known, expected an option of "${definition.command}"`
}
