/** More parentheses in one another GitHub does not read in an address. */
const parenthesesMax = 32
/** Longest label of a link. */
const labelCharactersMax = 1000

interface Reading {
  /** Behind the target or label; absent where there is none. */
  readonly end?: number
  /** Whether it is one, and what it holds, may be read in two ways. */
  readonly isUnclear?: boolean
}

/** The target of a link, `(address "title")`, that begins at `at`. */
export function readTail(text: string, at: number): Reading {
  const from = skipSpace(text, at + 1)
  const address = from === undefined ? undefined : findAddressEnd(text, from)
  if (from === undefined || address === undefined) return { isUnclear: true }
  if (address.end === undefined) return {}
  let end = skipSpace(text, address.end)
  if (end === undefined) return { isUnclear: true }
  const title = /[ \n]/.test(text.charAt(end - 1)) ? findTitleEnd(text, end) : {}
  if (title.end !== undefined) end = skipSpace(text, title.end)
  if (end === undefined) return { isUnclear: true }
  if (text[end] !== ')') return {}
  const inside = text.slice(text[from] === '<' ? from + 1 : from, end)
  return { end: end + 1, isUnclear: /[`<[\]]/.test(inside) }
}

/** The label that follows a link's text, `[label]`; unclear where marks in it would count otherwise. */
export function readLabel(text: string, at: number): Reading {
  const label = /^\[(?:[^\\[\]]|\\[\s\S])*\]/.exec(text.slice(at, at + labelCharactersMax + 2))?.[0]
  return { isUnclear: label !== undefined && /[`<]/.test(label) }
}

/** Spaces with one line end at most among them; nothing where a tab makes readers differ. */
function skipSpace(text: string, at: number): number | undefined {
  const end = at + (/^ *(?:\n *)?/.exec(text.slice(at, at + 1000))?.[0].length ?? 0)
  return /[\t\v\f]/.test(text.charAt(end)) || end - at >= 1000 ? undefined : end
}

/** Where an address ends; nothing where it has too many parentheses. */
function findAddressEnd(text: string, at: number): Reading | undefined {
  if (text[at] === '<') {
    const inBraces = /<(?:[^<>\n\\]|\\.)*>/y
    inBraces.lastIndex = at
    const found = inBraces.exec(text)?.[0]
    return found === undefined ? {} : { end: at + found.length }
  }
  let depth = 0
  let end = at
  for (; end < text.length; end += 1) {
    const character = text.charAt(end)
    if (/[ \t\n\v\f\r]/.test(character)) break
    if (character === '\\' && /[!-/:-@[-`{-~]/.test(text.charAt(end + 1))) end += 1
    else if (character === '(') depth += 1
    else if (character === ')') depth -= 1
    if (depth < 0) break
    if (depth > parenthesesMax) return undefined
  }
  return depth > 0 || (end === at && text[end] !== ')') ? {} : { end }
}

/** A title between quotes or parentheses; a back-slash takes the next character with it. */
function findTitleEnd(text: string, at: number): Reading {
  const open = text.charAt(at)
  if (open !== '"' && open !== "'" && open !== '(') return {}
  const close = open === '(' ? ')' : open
  for (let end = at + 1; end < text.length; end += 1) {
    const character = text[end]
    if (character === '\\') end += 1
    else if (character === close) return { end: end + 1 }
    else if (character === open) break
  }
  return {}
}
