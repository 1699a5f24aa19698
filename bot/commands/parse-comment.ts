import { type ChatCommand, chatCommands } from '../../action/domain/request.ts'
import type { CommandProblem, ParsedCommand, ParsedComment } from './command.ts'
import { findFarReaching, listHidden, withoutHidden } from './hidden-characters.ts'
import { type FoundLine, findLines } from './markdown/find-lines.ts'
import { parseArguments } from './parse-arguments.ts'
import { findCommand } from './registry.ts'
import { suggestCommand } from './suggest.ts'

/** Longest comment that GitHub takes. */
const bodyCharactersMax = 65_536
/** Most commands of one comment. */
const commandsMax = 5
/** Longest line that is read as a command; no command needs so much. */
const lineCharactersMax = 500

type Item = ParsedCommand | CommandProblem

/**
 * Reads the commands of a comment: pure, in linear time, and before anything is known of its author.
 *
 * A command counts where it opens a line of a top-level paragraph as CommonMark reads it, in lower
 * case and without hidden characters. Whatever might be read otherwise, by GitHub or by a person, is
 * never run; where somebody will wonder why, a problem says so. Of two changing commands none is
 * left; the readings are.
 *
 * @param body text of the comment as the webhook brought it
 * @returns commands and problems in their order; empty where nothing was meant for us
 */
export function parseComment(body: string): ParsedComment {
  if (body.length > bodyCharactersMax) return mayHoldCommand(body) ? [tooLong(body.length)] : []
  if (!body.includes('/')) return []
  const lines = findLines(body)
  const farReachingLine = findFarReachingLine(body)
  const items: Item[] = []
  for (const line of lines.filter(({ place }) => place === 'text')) {
    const item = readLine(line.text, items.length, line.number > farReachingLine)
    if (item !== undefined) items.push(item)
  }
  if (items.length > commandsMax) return [tooMany(items.length)]
  if (items.length > 0) return withoutTwoChanges(items)
  return findShown(lines)
}

/** The command that a line opens with, or what is wrong with it; nothing where it is none of ours. */
function readLine(line: string, index: number, isTurned: boolean): Item | undefined {
  const hidden = listHidden(line)
  const seen = hidden.length === 0 ? line : withoutHidden(line)
  const [, word] = /^\/([A-Za-z]+)(?=[ \t]|$)/.exec(seen) ?? []
  if (word === undefined) return undefined
  const command = findCommand(word)
  if (command === undefined) return readUnknown(word, seen, index)
  if (hidden.length > 0 || isTurned) return hiddenCharacters(command.name, hidden, index)
  if (line.length > lineCharactersMax) return longLine(command.name, line.length, index)
  const words = line.split(/[ \t]+/).slice(1)
  const reading = parseArguments(command, words)
  const { name } = command
  if (reading.kind === 'usage') {
    const { kind: code, ...told } = reading
    return { kind: 'problem', name, index, code, ...told }
  }
  return { ...reading, kind: 'command', name, index }
}

/** A near miss of one of ours; whatever else begins with a slash is meant for somebody else. */
function readUnknown(word: string, line: string, index: number): CommandProblem | undefined {
  const meant = suggestCommand(word)
  if (meant === undefined) return undefined
  const command = findCommand(meant)
  const words = line
    .slice(0, lineCharactersMax)
    .split(/[ \t]+/)
    .slice(1)
  const reading = command && parseArguments(command, words)
  const suggestion = reading?.kind === 'read' ? [`/${meant}`, ...words].join(' ') : `/${meant}`
  return {
    kind: 'problem',
    index,
    code: 'unknown_command',
    message: `Cannot run "/${word}": there is no such command, expected perhaps "/${meant}"`,
    hint: 'Commands are written in lower case; /help lists them.',
    suggestion: reading?.kind === 'usage' ? (reading.suggestion ?? suggestion) : suggestion,
  }
}

/** Where there is no command: the first that is shown as code, or stands where it is not sure. */
function findShown(lines: readonly FoundLine[]): ParsedComment {
  for (const { text, place } of lines) {
    const item = place === 'text' ? undefined : readLine(text, 0, false)
    if (item?.kind !== 'command') continue
    const where =
      place === 'code'
        ? 'it stands in code'
        : 'it stands in or behind a table, footnote, link, formula or HTML element'
    return [
      {
        kind: 'problem',
        name: item.name,
        index: 0,
        code: 'only_in_code',
        message: `Cannot run /${item.name}: ${where}, expected a line of plain text`,
        hint: 'Write the command in a comment of its own, without code marks around it.',
        suggestion: text,
      },
    ]
  }
  return []
}

/** Of two changes none is run, since nobody can say what the second meant once the first has failed. */
function withoutTwoChanges(items: readonly Item[]): ParsedComment {
  const changing = items.filter(isChange)
  const first = changing.find(({ kind }) => kind === 'command')
  if (first === undefined || changing.length < 2) return items
  const names = changing.map(({ name }) => `/${name}`).join(', ')
  const problem: CommandProblem = {
    kind: 'problem',
    // Without a name its card would say that help was given.
    ...(first.name !== undefined && { name: first.name }),
    index: first.index,
    code: 'two_changes',
    message: `Cannot run ${names}: each changes something, expected one such command in a comment`,
    hint: 'None of them was run. Write the first in a comment of its own, the next when it has ended.',
  }
  return items
    .filter((item) => item === first || item.kind === 'problem' || !isChange(item))
    .map((item) => (item === first ? problem : item))
}

/** Whether it changes something, or was meant to. */
function isChange(item: Item): boolean {
  if (item.kind === 'command') return item.effect === 'change'
  return item.name !== undefined && findCommand(item.name)?.effect === 'change'
}

function hiddenCharacters(
  name: ChatCommand,
  hidden: readonly string[],
  index: number,
): CommandProblem {
  const what =
    hidden.length === 0
      ? 'control or direction characters stand before it'
      : `its line holds characters that nobody sees (${hidden.slice(0, 5).join(', ')})`
  return {
    kind: 'problem',
    name,
    index,
    code: 'hidden_characters',
    message: `Cannot run /${name}: ${what}, expected plain text`,
    hint: 'Type the command by hand, in a comment of its own.',
  }
}

function longLine(name: ChatCommand, length: number, index: number): CommandProblem {
  return {
    kind: 'problem',
    name,
    index,
    code: 'usage',
    message: `Cannot read /${name}: its line has ${length} characters, expected at most ${lineCharactersMax}`,
    hint: `/help ${name} shows what it takes.`,
  }
}

function tooMany(count: number): CommandProblem {
  return {
    kind: 'problem',
    index: 0,
    code: 'too_many',
    message: `Cannot run ${count} commands: there are too many, expected at most ${commandsMax} in a comment`,
    hint: 'None of them was run. Write them in several comments.',
  }
}

function tooLong(length: number): CommandProblem {
  return {
    kind: 'problem',
    index: 0,
    code: 'too_long',
    message: `Cannot read this comment: it has ${length} characters, expected at most ${bodyCharactersMax}`,
    hint: 'Write the command in a comment of its own.',
  }
}

const anyCommand = new RegExp(
  `(?:^|[\\r\\n]) {0,3}/(?:${chatCommands.join('|')})(?=[ \\t\\r\\n]|$)`,
)

function mayHoldCommand(body: string): boolean {
  return anyCommand.test(body)
}

/** The line from behind which on every command may read otherwise than it is; none: infinity. */
function findFarReachingLine(body: string): number {
  const place = findFarReaching(body)
  if (place === -1) return Number.POSITIVE_INFINITY
  return body.slice(0, place).split(/\r\n|\n|\r/).length - 1
}
