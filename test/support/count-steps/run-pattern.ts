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
 * @param isSticky the match must begin at `from`
 */
export function runPattern(
  options: Options,
  text: string,
  from: number,
  isSticky: boolean,
): Search {
  const run: Run = { text, taken: [], steps: 0 }
  const isAnchored = options.every(([first]) => first === textStart)
  const last = isSticky || isAnchored ? from : text.length
  for (let start = from; start <= last; start += 1) {
    let end = start
    const isMet = matchAny(run, options, start, (at) => {
      end = at
      return true
    })
    if (isMet) return { found: [start, end], steps: run.steps }
  }
  return { found: undefined, steps: run.steps }
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
      return at < text.length && part.isMet(text.charAt(at)) && next(at + 1)
    case 'edge':
      return part.isMet(text, at) && next(at)
    case 'look':
      return matchAny(run, part.options, at, () => true) === part.isWanted && next(at)
    case 'group':
      return matchGroup(run, part, at, next)
    case 'again': {
      const wanted = taken[part.index] ?? ''
      run.steps += wanted.length
      return text.startsWith(wanted, at) && next(at + wanted.length)
    }
    case 'repeat':
      return part.part.kind === 'one'
        ? repeatOne(run, part, part.part, at, next)
        : repeat(run, part, 0, at, next)
  }
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
  { isMet }: Part & { readonly kind: 'one' },
  at: number,
  next: Next,
): boolean {
  let end = at
  const goOn = () => {
    run.steps += 1
    if (end - at >= max || end >= run.text.length || !isMet(run.text.charAt(end))) return false
    end += 1
    return true
  }
  while (end - at < min) if (!goOn()) return false
  if (isLazy) {
    while (!next(end)) if (!goOn()) return false
    return true
  }
  while (goOn());
  for (; end - at >= min; end -= 1) {
    run.steps += 1
    if (next(end)) return true
  }
  return false
}
