/** A part of a regular expression, as a machine that goes back and tries again carries it out. */
export type Part =
  /** One character. */
  | { readonly kind: 'one'; readonly isMet: (character: string) => boolean }
  /** A place between characters. */
  | { readonly kind: 'edge'; readonly isMet: (text: string, at: number) => boolean }
  | { readonly kind: 'group'; readonly index: number | undefined; readonly options: Options }
  | { readonly kind: 'look'; readonly isWanted: boolean; readonly options: Options }
  /** What a group has taken, once more. */
  | { readonly kind: 'again'; readonly index: number }
  | {
      readonly kind: 'repeat'
      readonly part: Part
      readonly min: number
      readonly max: number
      readonly isLazy: boolean
    }

/** Sequences, of which the first that fits is taken. */
export type Options = readonly (readonly Part[])[]

/** The place where a text begins. */
export const textStart: Part = { kind: 'edge', isMet: (_, at) => at === 0 }

/** What is left to read of a pattern. */
interface Reader {
  readonly source: string
  readonly flags: string
  at: number
  groupCount: number
}

/**
 * Reads a regular expression. What one character may be is left to the engine, so that classes and cases need no second
 * truth.
 *
 * @throws Error for what is not known here: better no count than a wrong one
 */
export function readPattern({ source, flags }: RegExp): Options {
  if (/[vm]/.test(flags))
    throw new Error(`Cannot count /${source}/${flags}: its flags are not known`)
  const reader: Reader = { source, flags, at: 0, groupCount: 0 }
  const options = readOptions(reader)
  if (reader.at < source.length) throw unknown(reader)
  return options
}

function readOptions(reader: Reader): Options {
  const options: Part[][] = [[]]
  while (reader.at < reader.source.length && !reader.source.startsWith(')', reader.at)) {
    if (take(reader, /\|/y)) options.push([])
    else options.at(-1)?.push(readRepeats(reader))
  }
  return options
}

function readRepeats(reader: Reader): Part {
  const part = readPart(reader)
  const found = take(reader, /(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})(\??)/y)
  if (found === undefined) return part
  const [, sign, least, comma, most, lazy] = found
  const min = sign === undefined ? Number(least) : sign === '+' ? 1 : 0
  const max =
    sign === undefined ? (comma ? Number(most || Infinity) : min) : sign === '?' ? 1 : Infinity
  return { kind: 'repeat', part, min, max, isLazy: lazy === '?' }
}

function readPart(reader: Reader): Part {
  if (take(reader, /\^/y)) return textStart
  if (take(reader, /\$/y)) return { kind: 'edge', isMet: (text, at) => at === text.length }
  const again = take(reader, /\\([1-9])/y)
  if (again !== undefined) return { kind: 'again', index: Number(again[1]) }
  const behind = take(reader, /\(\?<([=!])(\\.|[^\\()[\]]|\[(?:\\.|[^\\\]])*\])\)/y)
  if (behind !== undefined) return readBehind(reader, behind)
  const look = take(reader, /\(\?([=!])/y)
  if (look !== undefined) return { kind: 'look', isWanted: look[1] === '=', options: close(reader) }
  if (take(reader, /\(\?:/y)) return { kind: 'group', index: undefined, options: close(reader) }
  if (take(reader, /\((?:\?<[A-Za-z]\w*>|(?!\?))/y)) {
    reader.groupCount += 1
    return { kind: 'group', index: reader.groupCount, options: close(reader) }
  }
  const one = take(
    reader,
    /\\(?:x[\dA-Fa-f]{2}|[pP]\{\w+\}|[^xucbBpPk\d])|\[(?:\\.|[^\\\]])*\]|[^\\()[\]*+?|]/y,
  )
  if (one === undefined) throw unknown(reader)
  return { kind: 'one', isMet: testOf(one[0], reader.flags) }
}

function readBehind({ flags }: Reader, [, sign, one = '']: RegExpExecArray): Part {
  const isMet = testOf(one, flags)
  const isThere = (text: string, at: number) => at > 0 && isMet(text.charAt(at - 1))
  return { kind: 'edge', isMet: (text, at) => isThere(text, at) === (sign === '=') }
}

function close(reader: Reader): Options {
  const options = readOptions(reader)
  if (take(reader, /\)/y) === undefined) throw unknown(reader)
  return options
}

/** The engine's own answer for one character, remembered. */
function testOf(one: string, flags: string): (character: string) => boolean {
  const pattern = new RegExp(`^${one}$`, flags.replace(/[gy]/g, ''))
  const known = new Map<string, boolean>()
  return (character) => {
    const met = known.get(character) ?? (character !== '' && pattern.test(character))
    known.set(character, met)
    return met
  }
}

function take(reader: Reader, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = reader.at
  const found = pattern.exec(reader.source) ?? undefined
  reader.at += found?.[0].length ?? 0
  return found
}

function unknown({ source, at }: Reader): Error {
  return new Error(`Cannot count /${source}/: what stands at ${at} is not known`)
}
