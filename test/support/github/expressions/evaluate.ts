import { functions, type Progress } from './functions.ts'
import { access, areEqual, compare, isTruthy, type Value, type Values } from './value.ts'

/** What an expression can see. */
export interface Scope {
  /** By name: "inputs", "github". Another name is a mistake of the workflow, and an error. */
  readonly contexts: Values
  /** @default "success" */
  readonly progress?: Progress
}

/** An expression that was read, ready to be worked out. */
type Node = (scope: Scope) => Value

const token =
  /\s*(?:('(?:[^']|'')*')|(0x[0-9a-f]+|-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)|([a-z_][\w-]*)|(&&|\|\||==|!=|<=|>=|[<>!()[\].,*]))/iy

/** The value of an expression, without its `${{ }}`. @throws Error where it is none, or asks for what is not there */
export function evaluate(text: string, scope: Scope): Value {
  return parse(text)(scope)
}

function tokenise(text: string): readonly string[] {
  const tokens: string[] = []
  token.lastIndex = 0
  while (text.slice(token.lastIndex).trim() !== '') {
    const start = token.lastIndex
    const [found] = token.exec(text) ?? []
    if (found === undefined) throw new Error(`Unexpected symbol in expression at ${start}: ${text}`)
    tokens.push(found.trim())
  }
  return tokens
}

function parse(text: string): Node {
  const tokens = [...tokenise(text)]
  const peek = () => tokens[0] ?? ''
  const take = () => tokens.shift() ?? ''
  const expect = (wanted: string) => {
    const found = take()
    if (found !== wanted) throw new Error(`Expected "${wanted}", found "${found}" in: ${text}`)
  }

  const either = (): Node => chain(both, { '||': (a, b) => (s) => (isTruthy(a(s)) ? a(s) : b(s)) })
  const both = (): Node => chain(equal, { '&&': (a, b) => (s) => (isTruthy(a(s)) ? b(s) : a(s)) })
  const equal = (): Node =>
    chain(order, {
      '==': (a, b) => (s) => areEqual(a(s), b(s)),
      '!=': (a, b) => (s) => !areEqual(a(s), b(s)),
    })
  const order = (): Node =>
    chain(unary, {
      '<': (a, b) => (s) => compare(a(s), b(s)) < 0,
      '<=': (a, b) => (s) => compare(a(s), b(s)) <= 0,
      '>': (a, b) => (s) => compare(a(s), b(s)) > 0,
      '>=': (a, b) => (s) => compare(a(s), b(s)) >= 0,
    })

  function chain(next: () => Node, operators: Readonly<Record<string, Combine>>): Node {
    let left = next()
    for (let combine = operators[peek()]; combine !== undefined; combine = operators[peek()]) {
      take()
      left = combine(left, next())
    }
    return left
  }

  function unary(): Node {
    if (peek() !== '!') return path(primary())
    take()
    const inner = unary()
    return (scope) => !isTruthy(inner(scope))
  }

  function path(base: Node): Node {
    let node = base
    while (peek() === '.' || peek() === '[') {
      const inner = node
      if (take() === '.') {
        const name = take()
        if (!/^[a-z_]/i.test(name)) throw new Error(`"${name}" is no name in: ${text}`)
        node = (scope) => access(inner(scope), name)
      } else {
        const key = either()
        expect(']')
        node = (scope) => access(inner(scope), key(scope))
      }
    }
    return node
  }

  function primary(): Node {
    const word = take()
    if (word === '(') {
      const inner = either()
      expect(')')
      return inner
    }
    if (word.startsWith("'")) return () => word.slice(1, -1).replaceAll("''", "'")
    if (/^[-.\d]/.test(word)) return () => Number(word)
    if (word === 'null') return () => null
    if (word === 'true' || word === 'false') return () => word === 'true'
    if (!/^[a-z_]/i.test(word)) throw new Error(`Unexpected "${word}" in: ${text}`)
    return peek() === '(' ? call(word) : context(word)
  }

  function context(name: string): Node {
    return ({ contexts }) => {
      if (!Object.hasOwn(contexts, name)) throw new Error(`Unrecognized named-value: '${name}'`)
      return contexts[name] ?? null
    }
  }

  function call(name: string): Node {
    const apply = functions[name.toLowerCase()]
    if (apply === undefined) throw new Error(`Unrecognized function: '${name}'`)
    take()
    const given: Node[] = []
    while (peek() !== ')' && peek() !== '') {
      given.push(either())
      if (peek() === ',') take()
    }
    expect(')')
    return (scope) =>
      apply(
        given.map((one) => one(scope)),
        scope.progress ?? 'success',
      )
  }

  const whole = either()
  if (tokens.length > 0) throw new Error(`Unexpected "${peek()}" in: ${text}`)
  return whole
}

type Combine = (left: Node, right: Node) => Node
