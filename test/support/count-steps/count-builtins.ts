import { type Options, readPattern } from './read-pattern.ts'
import { runPattern } from './run-pattern.ts'

type Method = (this: unknown, ...given: unknown[]) => unknown

/** What a call looked at, judged by what it was called on, with what, and what it returned. */
type Cost = (on: string | readonly unknown[], given: readonly unknown[], result: unknown) => number

const one: Cost = () => 1
const all: Cost = (on) => on.length + 1
const ofPattern: Cost = (on, [pattern]) => (pattern instanceof RegExp ? 1 : on.length + 1)
const ofNeedle: Cost = (_, [needle]) => String(needle).length + 1
const upTo: Cost = (on, [, from], found) =>
  (found === -1 ? on.length : Number(found)) - Number(from ?? 0) + 1

/**
 * Methods that look at less than all that they are called on. A slice of a text is a view in V8; callbacks are the
 * program's own and counted as such.
 */
const cheaper = {
  text: {
    ...Object.fromEntries(
      ['at', 'charAt', 'charCodeAt', 'codePointAt', 'slice', 'substring', 'toString'].map(
        (name) => [name, one],
      ),
    ),
    ...Object.fromEntries(
      ['split', 'replace', 'replaceAll', 'match', 'matchAll', 'search'].map((name) => [
        name,
        ofPattern,
      ]),
    ),
    startsWith: ofNeedle,
    endsWith: ofNeedle,
    indexOf: upTo,
    trimEnd: (on, _, result) => on.length - String(result).length + 1,
    trimStart: (on, _, result) => on.length - String(result).length + 1,
  },
  list: {
    ...Object.fromEntries(
      [
        ['at', 'pop', 'keys', 'values', 'entries'],
        [
          'map',
          'flatMap',
          'filter',
          'find',
          'findIndex',
          'findLast',
          'some',
          'every',
          'forEach',
          'reduce',
        ],
      ]
        .flat()
        .map((name) => [name, one]),
    ),
    push: (_, given) => given.length + 1,
  },
} as const satisfies Record<string, Readonly<Record<string, Cost>>>

/**
 * What the language's own methods look at while a program runs: characters and elements of texts and lists, and the steps
 * of regular expressions. In a process of its own: it changes the language for a while.
 */
export function countBuiltins(program: () => void): number {
  let steps = 0
  let isCounting = false
  const restore: (() => void)[] = []

  function wrap(owner: object, name: string, make: (method: Method) => Method): void {
    const descriptor = Object.getOwnPropertyDescriptor(owner, name)
    if (typeof descriptor?.value !== 'function') return
    Object.defineProperty(owner, name, { ...descriptor, value: make(descriptor.value) })
    restore.push(() => Object.defineProperty(owner, name, descriptor))
  }

  function add(count: () => number): void {
    isCounting = false
    steps += count()
    isCounting = true
  }

  function wrapAll(owner: object, costs: Readonly<Record<string, Cost>>): void {
    for (const name of Object.getOwnPropertyNames(owner)) {
      if (name === 'constructor') continue
      wrap(
        owner,
        name,
        (method) =>
          function (...given) {
            const result = Reflect.apply(method, this, given)
            if (isCounting) add(() => (costs[name] ?? all)(this as string, given, result))
            return result
          },
      )
    }
  }

  wrapAll(String.prototype, cheaper.text)
  wrapAll(Array.prototype, cheaper.list)
  // Every method that takes a regular expression asks this one.
  wrap(
    RegExp.prototype,
    'exec',
    (method) =>
      function (...given) {
        if (!isCounting) return Reflect.apply(method, this, given)
        const pattern = this as RegExp
        const from = pattern.global || pattern.sticky ? pattern.lastIndex : 0
        const result = Reflect.apply(method, pattern, given) as RegExpExecArray | null
        add(() => countSearch(pattern, String(given[0]), from, result))
        return result
      },
  )
  try {
    isCounting = true
    program()
  } finally {
    isCounting = false
    for (const undo of restore) undo()
  }
  return steps
}

const read = new Map<string, Options>()

/** The steps of one search, which the machine must end as the engine did, or its count is worth nothing. */
function countSearch(
  pattern: RegExp,
  text: string,
  from: number,
  result: RegExpExecArray | null,
): number {
  const key = String(pattern)
  const options = read.get(key) ?? readPattern(pattern)
  read.set(key, options)
  const { found, steps } = runPattern(options, text, from, pattern)
  const end = result && result.index + result[0].length
  if (found?.[0] !== result?.index || (found?.[1] ?? null) !== end) {
    throw new Error(
      `Cannot count ${key}: the machine found ${found?.join(' to ')}, the engine ${result?.index} to ${end}`,
    )
  }
  return steps
}
