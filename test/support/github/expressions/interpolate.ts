import { evaluate, type Scope } from './evaluate.ts'
import { statusFunctions } from './functions.ts'
import { isTruthy, toText, type Value } from './value.ts'

const part = /\$\{\{((?:'(?:[^']|'')*'|[^'}]|\}(?!\}))*)\}\}/g
const whole = new RegExp(`^${part.source}$`)

/** A text of a workflow with its expressions worked out: a text. */
export function interpolate(text: string, scope: Scope): string {
  return text.replaceAll(part, (_all, expression: string) => toText(evaluate(expression, scope)))
}

/** Likewise, where a lone expression keeps the kind of its value. */
export function interpolateValue(text: string, scope: Scope): Value {
  const [, expression] = whole.exec(text.trim()) ?? []
  return expression === undefined ? interpolate(text, scope) : evaluate(expression, scope)
}

/** Whether an `if:` lets its step or job run: without a status function only where all went well so far. */
export function isMet(condition: unknown, scope: Scope): boolean {
  const { progress = 'success' } = scope
  if (condition === undefined) return progress === 'success'
  const text = String(condition).trim()
  const [, inner = text] = whole.exec(text) ?? []
  if (!statusFunctions.test(inner) && progress !== 'success') return false
  return isTruthy(evaluate(inner, scope))
}
