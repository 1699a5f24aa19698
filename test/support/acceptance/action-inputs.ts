import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'

const actionSchema = z.object({
  inputs: z.record(z.string(), z.object({ default: z.string().optional() })),
})

const { inputs } = actionSchema.parse(
  parse(readFileSync(new URL('../../../action.yml', import.meta.url), 'utf8')),
)

/**
 * The variables by which the runner hands inputs over: in capitals, spaces as underscores, hyphens kept; every
 * input of action.yml, with its default where a workflow gives nothing.
 *
 * @throws Error for an input that action.yml does not have; the runner only warns, a test means it
 */
export function inputVariables(given: Readonly<Record<string, string>>): Record<string, string> {
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(inputs, name))
  if (unknown.length > 0) throw new Error(`action.yml has no input ${unknown.join(', ')}`)
  const names = Object.keys(inputs)
  return Object.fromEntries(
    names.map((name) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      given[name] ?? inputs[name]?.default ?? '',
    ]),
  )
}
