import { findCodeEnd, indexBackticks } from './code-spans.ts'
import { createRawFinder } from './find-raw.ts'
import { readLabel, readTail } from './link-tails.ts'
import { countTag, countTags, type OpenElements } from './open-elements.ts'

/**
 * How a line of a paragraph begins: as `text`, inside `code`, inside HTML or an autolink, or where
 * it is `unclear`, because it may belong to a link, is struck out or stands in an element.
 */
export type LineOpening = 'text' | 'code' | 'html' | 'unclear'

interface Scanner {
  readonly text: string
  readonly starts: readonly number[]
  readonly openings: LineOpening[]
  /** Lines that begin as text so far, and may still turn out to stand between brackets. */
  readonly textLines: number[]
  readonly brackets: number[]
  /** Places of `~` and `~~` that may begin struck text. */
  readonly tildes: readonly [number[], number[]]
  readonly elements: OpenElements
}

/**
 * Says how each line of a paragraph begins.
 *
 * Code, HTML and autolinks are found exactly as CommonMark does. For links that is not tried, since
 * whether brackets make one depends on definitions elsewhere: a line between two brackets, or in
 * what may be a link's target, is unclear, and so is all that follows a target or a label in which
 * marks of code or HTML would have to be read in two ways.
 *
 * @param lines texts of the lines, without their indentation
 * @param elements HTML elements that are open before the paragraph, brought up to date
 */
export function scanInlines(
  lines: readonly string[],
  elements: OpenElements,
): readonly LineOpening[] {
  const starts: number[] = []
  let length = 0
  for (const line of lines) {
    starts.push(length)
    length += line.length + 1
  }
  const scanner: Scanner = {
    text: lines.join('\n').trimEnd(),
    starts,
    openings: [],
    textLines: [],
    brackets: [],
    tildes: [[], []],
    elements,
  }
  beginLine(scanner)
  scanText(scanner)
  while (scanner.openings.length < lines.length) scanner.openings.push('unclear')
  return scanner.openings
}

/**
 * Goes over the marks of a text. Ends early where CommonMark may be read in two ways from there on;
 * tags still count, for the paragraphs after.
 */
function scanText(scanner: Scanner): void {
  const { text } = scanner
  const ticks = indexBackticks(text)
  const findRaw = createRawFinder(text)
  const special = /[\n\\`<[\]~]/g
  for (let at = 0; ; ) {
    special.lastIndex = at
    const found = special.exec(text)
    if (found === null) return
    at = found.index
    switch (found[0]) {
      case '\n':
        beginLine(scanner)
        at += 1
        break
      case '\\':
        at += /[!-/:-@[-`{-~]/.test(text.charAt(at + 1)) ? 2 : 1
        break
      case '`': {
        at = findCodeEnd(ticks, text, at)
        passLines(scanner, at, 'code')
        break
      }
      case '<': {
        const raw = findRaw(at)
        if (raw.isUnclear === true) {
          countTags(scanner.elements, text.slice(at))
          return
        }
        if (raw.end !== undefined) {
          passLines(scanner, raw.end, 'html')
          countTag(scanner.elements, text.slice(at, raw.end))
        }
        at = raw.end ?? at + 1
        break
      }
      case '[':
        scanner.brackets.push(at)
        at += 1
        break
      case ']': {
        const end = closeBracket(scanner, at)
        if (end === undefined) {
          countTags(scanner.elements, text.slice(at))
          return
        }
        at = end
        break
      }
      default:
        at = passTildes(scanner, at)
    }
  }
}

function beginLine({ openings, textLines, elements }: Scanner): void {
  if (elements.size === 0) textLines.push(openings.length)
  openings.push(elements.size === 0 ? 'text' : 'unclear')
}

/** Lines that begin before `end` begin inside what was just read. */
function passLines({ openings, starts }: Scanner, end: number, opening: LineOpening): void {
  for (let next = starts[openings.length]; next !== undefined && next < end; ) {
    openings.push(opening)
    next = starts[openings.length]
  }
}

/** Where to go on after `]`; nothing where that depends on whether it closes a link. */
function closeBracket(scanner: Scanner, at: number): number | undefined {
  const { text } = scanner
  const open = scanner.brackets.pop()
  if (open === undefined) return at + 1
  dropLinesSince(scanner, open)
  const next = text.charAt(at + 1)
  if (next !== '(' && next !== '[') return at + 1
  const read = next === '(' ? readTail(text, at + 1) : readLabel(text, at + 1)
  if (read.isUnclear) return undefined
  if (next === '[' || read.end === undefined) return at + 1
  passLines(scanner, read.end, 'unclear')
  return read.end
}

/** Every line that began as text after `open` is none of the comment's own. */
function dropLinesSince({ textLines, openings, starts }: Scanner, open: number): void {
  for (let last = textLines.at(-1); last !== undefined; last = textLines.at(-1)) {
    if ((starts[last] ?? 0) < open) return
    openings[last] = 'unclear'
    textLines.pop()
  }
}

/** One or two tildes strike out what is between them and their like; a run may both begin and end. */
function passTildes(scanner: Scanner, at: number): number {
  const { text } = scanner
  let end = at
  while (text[end] === '~') end += 1
  const openers = scanner.tildes[end - at - 1]
  if (openers === undefined) return end
  if (/\S/.test(text.charAt(at - 1))) {
    const open = openers.pop()
    if (open !== undefined) dropLinesSince(scanner, open)
  }
  if (/\S/.test(text.charAt(end))) openers.push(at)
  return end
}
