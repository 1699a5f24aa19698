/** A value of GitHub's expressions: JSON. */
export type Value = null | boolean | number | string | readonly Value[] | Values
export interface Values {
  readonly [name: string]: Value
}

export function isTruthy(value: Value): boolean {
  return value !== null && value !== false && value !== '' && value !== 0 && !Number.isNaN(value)
}

/** A value as it stands within a text. */
export function toText(value: Value): string {
  if (value === null) return ''
  if (Array.isArray(value)) return 'Array'
  return typeof value === 'object' ? 'Object' : String(value)
}

/** GitHub's loose conversion to a number, by which values of two kinds are compared. */
function toNumber(value: Value): number {
  if (value === null) return 0
  if (typeof value === 'string') return value === '' ? 0 : Number(value)
  return typeof value === 'object' ? Number.NaN : Number(value)
}

/** Equal as GitHub sees it: texts without regard to case, different kinds as numbers, objects by identity. */
export function areEqual(a: Value, b: Value): boolean {
  if (typeof a === 'string' && typeof b === 'string') return a.toLowerCase() === b.toLowerCase()
  if (typeof a === typeof b && a !== null && b !== null) return a === b
  return toNumber(a) === toNumber(b)
}

/** Less than zero, zero or more, or NaN where the two cannot be compared. */
export function compare(a: Value, b: Value): number {
  if (typeof a === 'string' && typeof b === 'string') {
    const [one, other] = [a.toLowerCase(), b.toLowerCase()]
    return one < other ? -1 : Number(one > other)
  }
  return toNumber(a) - toNumber(b)
}

/** A property or an element; null where there is none. Names are compared without regard to case. */
export function access(value: Value, key: Value): Value {
  if (Array.isArray(value)) return value[toNumber(key)] ?? null
  if (typeof value !== 'object' || value === null) return null
  const name = toText(key).toLowerCase()
  const found = Object.entries(value).find(([own]) => own.toLowerCase() === name)
  return found?.[1] ?? null
}
