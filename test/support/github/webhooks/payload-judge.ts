import type { ValidateFunction } from 'ajv'
import { asObject, findWebhook } from '../github-description.ts'
import { createCompiler } from '../json-schema.ts'

const cache = new Map<string, ValidateFunction>()

/** What is wrong with a payload by GitHub's own description of its webhook; nothing where it is as described. */
export function judgePayload(event: string, action: string, payload: unknown): readonly string[] {
  const name = `${event}-${action}`.replaceAll('_', '-')
  const judge = cache.get(name) ?? compile(name)
  cache.set(name, judge)
  if (judge(payload)) return []
  return (judge.errors ?? []).map(
    ({ instancePath, message }) => `webhook ${name}: payload${instancePath} ${message}`,
  )
}

function compile(name: string): ValidateFunction {
  const { content } = asObject(findWebhook(name)['requestBody'])
  const { schema } = asObject(asObject(content)['application/json'])
  return createCompiler([schema], 'webhooks').compile(schema)
}
