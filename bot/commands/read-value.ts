import { isBackupId } from '../../action/domain/backup-id.ts'
import { parseRequestId } from '../../action/domain/request.ts'
import type { ArgumentDefinition } from './command.ts'
import { commandDefinitions, findCommand, pageMax } from './registry.ts'
import { stripPunctuation, suggestBackupId, suggestCommand, suggestWord } from './suggest.ts'

/** A value as the Action takes it, or what was expected and perhaps meant. */
export type ValueReading =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'fault'; readonly expected: string; readonly suggestion?: string }

/** Reads the text of one argument. Only the letter case of a choice is forgiven, all else is told. */
export function readValue(argument: ArgumentDefinition, text: string): ValueReading {
  const value = convert(argument, text)
  if (value !== undefined) return { kind: 'value', value }
  const suggestion = mend(argument, text)
  return {
    kind: 'fault',
    expected: describeExpected(argument),
    ...(suggestion !== undefined && { suggestion }),
  }
}

function convert({ kind, choices = [] }: ArgumentDefinition, text: string): string | undefined {
  switch (kind) {
    case 'backup-id':
      return choices.includes(text) || isBackupId(text) ? text : undefined
    case 'choice':
      return choices.find((choice) => choice.toLowerCase() === text.toLowerCase())
    case 'number':
      return /^[1-9]\d{0,9}$/.test(text) && Number(text) <= pageMax ? text : undefined
    case 'request-id':
      return parseRequestId(text) === undefined ? undefined : text
    case 'command':
      return findCommand(text.replace(/^\//, ''))?.name
    case 'flag':
      return undefined
  }
}

/** What the text becomes where it was probably only mistyped. */
function mend(argument: ArgumentDefinition, text: string): string | undefined {
  const bare = stripPunctuation(text)
  return convert(argument, bare) ?? convert(argument, bare.toLowerCase()) ?? guess(argument, bare)
}

function guess({ kind, choices = [] }: ArgumentDefinition, bare: string): string | undefined {
  switch (kind) {
    case 'backup-id':
      return suggestBackupId(bare) ?? suggestWord(bare, choices)
    case 'choice':
      return (
        suggestWord(bare, choices) ??
        choices.find((choice) => choice.replaceAll('_', '-') === bare.toUpperCase())
      )
    case 'command':
      return suggestCommand(bare.replace(/^\//, ''))
    case 'number':
    case 'request-id':
    case 'flag':
      return undefined
  }
}

function describeExpected({ kind, choices = [] }: ArgumentDefinition): string {
  switch (kind) {
    case 'backup-id':
      return choices.length === 0
        ? 'an id such as 20261122T030012Z-k7q2'
        : `an id such as 20261122T030012Z-k7q2, or ${choices.map((word) => `"${word}"`).join(', ')}`
    case 'choice':
      return `one of ${choices.join(', ')}`
    case 'number':
      return `a whole number from 1 to ${pageMax}`
    case 'request-id':
      return 'the id of a request as its card shows it, "rq…"'
    case 'command':
      return `one of ${commandDefinitions.map(({ name }) => name).join(', ')}`
    case 'flag':
      return 'no value'
  }
}
