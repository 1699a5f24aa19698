import type { CommandDefinition } from './command.ts'
import { readWords } from './read-words.ts'
import { describeUsage } from './registry.ts'

/** Rounds in which a line is mended, each of one word. */
const mendingsMax = 20
/** Faults that are told of one command. */
const faultsToldMax = 3

/** What the words behind a command say, or why they say nothing. */
export type ArgumentReading =
  | {
      readonly kind: 'read'
      /** By the names of the Action's inputs; only those with a value. */
      readonly inputs: Readonly<Record<string, string>>
      readonly effect: 'read' | 'change'
    }
  | {
      readonly kind: 'usage'
      /** One sentence for each fault, on lines of their own. */
      readonly message: string
      readonly hint: string
      /** The whole line as it was probably meant; it can be read. */
      readonly suggestion?: string
    }

/**
 * Reads the words behind a command by its entry in the registry. Every word must mean something:
 * unknown, repeated and missing ones are faults. Quotes are no syntax.
 */
export function parseArguments(
  command: CommandDefinition,
  words: readonly string[],
): ArgumentReading {
  const { inputs, faults } = readWords(command, words)
  if (faults.length === 0) {
    const isReading = command.readingInput !== undefined && command.readingInput in inputs
    const effect = isReading ? 'read' : command.effect
    return { kind: 'read', inputs, effect }
  }
  const mended = mendWords(command, words)
  return {
    kind: 'usage',
    message: faults
      .slice(0, faultsToldMax)
      .map(({ message }) => `Cannot read /${command.name}: ${message}`)
      .join('\n'),
    hint: `Usage: ${describeUsage(command)}`,
    ...(mended !== undefined && { suggestion: [`/${command.name}`, ...mended].join(' ') }),
  }
}

/** The words with every fault mended; nothing where one cannot be. */
function mendWords(
  command: CommandDefinition,
  words: readonly string[],
): readonly string[] | undefined {
  let mended = words
  for (let round = 0; round < mendingsMax; round += 1) {
    const { faults } = readWords(command, mended)
    const [fault] = faults
    if (fault === undefined) return mended
    if (fault.mended === undefined) return undefined
    mended = fault.mended
  }
  return undefined
}
