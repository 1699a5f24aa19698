import type { ArgumentDefinition, CommandDefinition } from './command.ts'
import { readValue } from './read-value.ts'
import { describeUsage } from './registry.ts'
import { stripPunctuation, suggestWord } from './suggest.ts'

/** Most words behind a command; no command takes so many. */
const wordsMax = 20
/** Longest foreign word that is repeated. */
const wordCharactersMax = 40

/** What is wrong with a word, as the end of a sentence. */
export interface Fault {
  readonly message: string
  /** All words, with those at fault as they were probably meant. */
  readonly mended?: readonly string[]
}

/** Inputs that were understood, and faults; the inputs count only where there is no fault. */
export interface Words {
  readonly inputs: Readonly<Record<string, string>>
  readonly faults: readonly Fault[]
}

/** Reads words from the first to the last, each by what the registry says of its place. */
export function readWords(command: CommandDefinition, words: readonly string[]): Words {
  if (words.length > wordsMax)
    return { inputs: {}, faults: [{ message: `it has ${words.length} words, expected fewer` }] }
  const inputs: Record<string, string> = {}
  const faults: Fault[] = []
  for (let place = 0; place < words.length; ) {
    const step = readWord(command, inputs, words, place)
    if ('fault' in step) faults.push(step.fault)
    else inputs[step.input] = step.value
    place += step.taken
  }
  const missing = command.arguments.find(
    ({ isRequired, input }) => isRequired === true && !(input in inputs),
  )
  if (missing !== undefined && faults.length === 0)
    faults.push({ message: `it names no backup, expected ${describeUsage(command)}` })
  return { inputs, faults }
}

type Step = { readonly taken: number } & (
  | { readonly input: string; readonly value: string }
  | { readonly fault: Fault }
)

function readWord(
  command: CommandDefinition,
  inputs: Readonly<Record<string, string>>,
  words: readonly string[],
  place: number,
): Step {
  const word = words[place] ?? ''
  if (/^[\p{Pd}\u2212]/u.test(word)) return readOption(command, inputs, words, place)
  const argument = command.arguments.find(
    ({ usage, input }) => !usage.startsWith('--') && !(input in inputs),
  )
  if (argument === undefined) {
    const mended = mendStray(command, word)
    return fault(
      words,
      place,
      1,
      `${quote(word)} means nothing here, ${expectMore(command)}`,
      mended,
    )
  }
  return toStep(argument, word, words, place, 1, (value) => [value])
}

function readOption(
  command: CommandDefinition,
  inputs: Readonly<Record<string, string>>,
  words: readonly string[],
  place: number,
): Step {
  const word = words[place] ?? ''
  const [, name = '', , given] = /^[\p{Pd}\u2212]+([^=]*)(=(.*))?$/u.exec(word) ?? []
  const argument = command.arguments.find(({ usage }) => usage === `--${name}`)
  const equals = given === undefined ? '' : `=${given}`
  if (argument === undefined) {
    const close = suggestWord(name, listOptions(command).map(withoutDashes))
    const mended = close === undefined ? undefined : [`--${close}${equals}`]
    return fault(words, place, 1, `${quote(word)} is not known, ${expectMore(command)}`, mended)
  }
  if (!word.startsWith(`--${name}`) || word.startsWith('---'))
    return fault(
      words,
      place,
      1,
      `${quote(word)} does not begin with two hyphens, expected --${name}`,
      [`--${name}${equals}`],
    )
  if (argument.input in inputs)
    return fault(words, place, 1, `--${name} is given twice, expected it once`)
  if (argument.kind === 'flag') {
    if (given === undefined) return { input: argument.input, value: 'true', taken: 1 }
    return fault(words, place, 1, `--${name} has a value, expected none`)
  }
  if (given !== undefined)
    return toStep(argument, given, words, place, 1, (value) => [`--${name}=${value}`])
  const next = words[place + 1]
  if (next === undefined || next.startsWith('--'))
    return fault(
      words,
      place,
      1,
      `--${name} has no value, expected --${name} ${argument.placeholder}`,
    )
  return toStep(argument, next, words, place, 2, (value) => [`--${name}`, value])
}

function toStep(
  argument: ArgumentDefinition,
  text: string,
  words: readonly string[],
  place: number,
  taken: number,
  write: (value: string) => readonly string[],
): Step {
  const reading = readValue(argument, text)
  if (reading.kind === 'value') return { input: argument.input, value: reading.value, taken }
  const { expected, suggestion } = reading
  const mended = suggestion === undefined ? undefined : write(suggestion)
  const what = argument.usage.startsWith('--') ? `${argument.usage} is ${quote(text)}` : quote(text)
  return fault(words, place, taken, `${what}, expected ${expected}`, mended)
}

function fault(
  words: readonly string[],
  place: number,
  taken: number,
  message: string,
  mended?: readonly string[],
): Step {
  return {
    taken,
    fault: {
      message,
      ...(mended !== undefined && { mended: words.toSpliced(place, taken, ...mended) }),
    },
  }
}

/** A word that stands alone where an option was meant: "dry-run", "page=2" or "DAILY". */
function mendStray(command: CommandDefinition, word: string): readonly string[] | undefined {
  const bare = stripPunctuation(word)
  const [name = ''] = bare.split('=')
  if (listOptions(command).includes(`--${name}`)) return [`--${bare}`]
  const choice = command.arguments.find(
    (argument) => argument.kind === 'choice' && readValue(argument, bare).kind === 'value',
  )
  return choice === undefined ? undefined : [choice.usage, bare]
}

function listOptions(command: CommandDefinition): readonly string[] {
  return command.arguments.map(({ usage }) => usage).filter((usage) => usage.startsWith('--'))
}

function expectMore(command: CommandDefinition): string {
  const options = listOptions(command)
  return options.length === 0 ? 'expected nothing more' : `expected ${options.join(', ')}`
}

function withoutDashes(option: string): string {
  return option.slice(2)
}

/** A foreign word, cut; the renderer makes it harmless. */
function quote(word: string): string {
  const characters = [...word]
  const cut = characters.length > wordCharactersMax
  return `"${cut ? `${characters.slice(0, wordCharactersMax).join('')}…` : word}"`
}
