import { isBackupId } from '../../action/domain/backup-id.ts'
import { findClosest } from '../../action/domain/closest-id.ts'
import { commandDefinitions } from './registry.ts'

/** Slips in the name of a command; with two, "/restart" of another bot would be taken for ours. */
const commandSlipsMax = 1
/** Slips in an option or a value. */
const wordSlipsMax = 2

/** The command that a mistyped or capitalised name means, without the slash. */
export function suggestCommand(name: string): string | undefined {
  return findClosest(
    name,
    commandDefinitions.map((command) => command.name),
    commandSlipsMax,
  )
}

/** The word of a few that a mistyped one means. */
export function suggestWord(word: string, known: readonly string[]): string | undefined {
  return findClosest(word.replaceAll('_', '-'), known, wordSlipsMax)
}

/** A word without the quotes, brackets and full stops around it. */
export function stripPunctuation(word: string): string {
  return word.replace(/^[\p{Ps}\p{Pi}"'`<]+|[\p{Pe}\p{Pf}"'`>.,;:!?]+$/gu, '')
}

/**
 * The backup id inside a mangled one: in another letter case, as an ISO instant, with another dash,
 * in the name of a file or between quotes.
 */
export function suggestBackupId(word: string): string | undefined {
  const [, date, time, suffix] =
    /(\d{4}-?\d{2}-?\d{2})[T_ ]?(\d{2}:?\d{2}:?\d{2})Z?[\p{Pd}_]?([A-Z2-7]{4})(?![A-Z0-9])/iu.exec(
      word,
    ) ?? []
  if (date === undefined || time === undefined || suffix === undefined) return undefined
  const id = `${digits(date)}T${digits(time)}Z-${suffix.toLowerCase()}`
  return isBackupId(id) ? id : undefined
}

function digits(text: string): string {
  return text.replace(/\D/g, '')
}
