import { type Options, type Part, textStart } from './read-pattern.ts'

/** How a search ended, and what it took. */
export interface Search {
  /** Where the match begins and ends; absent where there is none. */
  readonly found: readonly [start: number, end: number] | undefined
  /** Characters and places that were looked at, each as often as it was. */
  readonly steps: number
}

interface Run {
  readonly text: string
  /** Whether a pair of surrogates is one character. */
  readonly unicode: boolean
  /** What each group has taken last. */
  readonly taken: string[]
  steps: number
}

/** A way on: whether all that follows fits from here. */
type Next = (at: number) => boolean

type Repeat = Part & { readonly kind: 'repeat' }

/**
 * Searches as a machine without any cleverness does: from each place on, one way after the other, and back where it led
 * nowhere. V8's is such a machine with shortcuts, so that a step here stands for a bounded amount of its work.
 *
 * @param sticky the match must begin at `from`
 */
export function runPattern(
  options: Options,
  text: string,
  from: number,
  { sticky, unicode }: Pick<RegExp, 'sticky' | 'unicode'>,
): Search {
  const run: Run = { text, unicode, taken: [], steps: 0 }
  const isAnchored = options.every(([first]) => first === textStart)
  const last = sticky || isAnchored ? from : text.length
  for (let start = from; start <= last; start += lengthAt(run, start)) {
    let end = start
    const isMet = matchAny(run, options, start, (at) => {
      end = at
      return true
    })
    if (isMet) return { found: [start, end], steps: run.steps }
  }
  return { found: undefined, steps: run.steps }
}

function lengthAt({ text, unicode }: Run, at: number): 1 | 2 {
  return unicode && (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
}

function matchAny(run: Run, options: Options, at: number, next: Next): boolean {
  return options.some((parts) => matchFrom(run, parts, 0, at, next))
}

function matchFrom(
  run: Run,
  parts: readonly Part[],
  index: number,
  at: number,
  next: Next,
): boolean {
  const part = parts[index]
  if (part === undefined) return next(at)
  return matchPart(run, part, at, (end) => matchFrom(run, parts, index + 1, end, next))
}

function matchPart(run: Run, part: Part, at: number, next: Next): boolean {
  const { text, taken } = run
  run.steps += 1
  switch (part.kind) {
    case 'one':
      return isMetAt(run, part, at) && next(at + lengthAt(run, at))
    case 'edge':
      return part.isMet(text, at) && next(at)
    case 'look':
      return matchAny(run, part.options, at, () => true) === part.isWanted && next(at)
    case 'group':
      return matchGroup(run, part, at, next)
    case 'again': {
      const wanted = taken[part.index] ?? ''
      let length = 0
      while (length < wanted.length && text[at + length] === wanted[length]) length += 1
      run.steps += length
      return length === wanted.length && next(at + length)
    }
    case 'repeat':
      return part.part.kind === 'one'
        ? repeatOne(run, part, part.part, at, next)
        : repeat(run, part, 0, at, next)
  }
}

function isMetAt(run: Run, { isMet }: Part & { readonly kind: 'one' }, at: number): boolean {
  return at < run.text.length && isMet(run.text.slice(at, at + lengthAt(run, at)))
}

function matchGroup(
  run: Run,
  { index, options }: Part & { readonly kind: 'group' },
  at: number,
  next: Next,
): boolean {
  if (index === undefined) return matchAny(run, options, at, next)
  const before = run.taken[index]
  const isMet = matchAny(run, options, at, (end) => {
    run.taken[index] = run.text.slice(at, end)
    return next(end)
  })
  if (!isMet) run.taken[index] = before ?? ''
  return isMet
}

function repeat(run: Run, part: Repeat, count: number, at: number, next: Next): boolean {
  const goOn: Next = (end) =>
    (end > at || count < part.min) && repeat(run, part, count + 1, end, next)
  const once = () => count < part.max && matchPart(run, part.part, at, goOn)
  if (count < part.min) return once()
  return part.isLazy ? next(at) || once() : once() || next(at)
}

/** The same for one character, without a call for each, of which a text has more than the stack has room. */
function repeatOne(
  run: Run,
  { min, max, isLazy }: Repeat,
  one: Part & { readonly kind: 'one' },
  at: number,
  next: Next,
): boolean {
  const ends = [at]
  const end = () => ends.at(-1) ?? at
  const goOn = () => {
    run.steps += 1
    if (ends.length > max || !isMetAt(run, one, end())) return false
    ends.push(end() + lengthAt(run, end()))
    return true
  }
  while (ends.length <= min) if (!goOn()) return false
  if (isLazy) {
    while (!next(end())) if (!goOn()) return false
    return true
  }
  while (goOn());
  for (; ends.length > min; ends.pop()) {
    run.steps += 1
    if (next(end())) return true
  }
  return false
}
