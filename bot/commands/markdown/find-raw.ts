import { closeTag, openTag } from './html-patterns.ts'

interface RawEnd {
  /** Behind the tag, comment or autolink; absent where `<` is only text. */
  readonly end?: number
  /** Versions of CommonMark read this comment differently. */
  readonly isUnclear?: boolean
}

const sticky = [
  /<[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*>/y,
  // biome-ignore lint/suspicious/noControlCharactersInRegex: CommonMark forbids exactly these
  /<[A-Za-z][A-Za-z0-9.+-]{1,31}:[^<>\x00-\x20]*>/y,
  new RegExp(openTag, 'y'),
  new RegExp(closeTag, 'y'),
]

const delimited = [
  { open: '<!--', close: '-->' },
  { open: '<?', close: '?>' },
  { open: '<![CDATA[', close: ']]>' },
]

/**
 * Finds autolinks and raw HTML. What is once sought in vain is not sought again, so that many
 * openings without an end cost no more than one.
 */
export function createRawFinder(text: string): (at: number) => RawEnd {
  const missing = new Set<string>()
  const find = (close: string, from: number): number | undefined => {
    if (missing.has(close)) return undefined
    const place = text.indexOf(close, from)
    if (place !== -1) return place + close.length
    missing.add(close)
    return undefined
  }
  return (at) => {
    const kind = delimited.find(({ open }) => text.startsWith(open, at))
    if (kind?.open === '<!--') return judgeComment(text, at, find)
    if (kind !== undefined) return toEnd(find(kind.close, at + kind.open.length))
    if (/^<![A-Za-z]/.test(text.slice(at, at + 3))) return toEnd(find('>', at + 3))
    for (const pattern of sticky) {
      pattern.lastIndex = at
      const [raw] = pattern.exec(text) ?? []
      if (raw !== undefined) return toEnd(at + raw.length)
    }
    return {}
  }
}

function toEnd(end: number | undefined): RawEnd {
  return end === undefined ? {} : { end }
}

/** Before 0.31 a comment neither began with ">" or "->", nor held "--". */
function judgeComment(
  text: string,
  at: number,
  find: (close: string, from: number) => number | undefined,
): RawEnd {
  const end = find('-->', at + 4)
  const body = end === undefined ? '' : text.slice(at + 4, end - 3)
  const isUnclear =
    text.startsWith('<!-->', at) ||
    text.startsWith('<!--->', at) ||
    body.includes('--') ||
    body.endsWith('-')
  return isUnclear ? { isUnclear } : toEnd(end)
}
