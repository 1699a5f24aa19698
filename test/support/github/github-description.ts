import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

/** Anything that is an object in JSON. */
export type JsonObject = Readonly<Record<string, unknown>>

/** One operation of GitHub's REST API, as GitHub describes it. */
export interface Operation {
  readonly operationId: string
  /** "GET". */
  readonly method: string
  /** "/repos/{owner}/{repo}". */
  readonly template: string
  readonly description: JsonObject
}

let cached: JsonObject | undefined

/** GitHub's own description of api.github.com: 13 MB, read once a process (0.1 s). */
function readDescription(): JsonObject {
  if (cached === undefined) {
    const require = createRequire(import.meta.url)
    const path = require.resolve('@octokit/openapi/generated/api.github.com.json')
    cached = asObject(JSON.parse(readFileSync(path, 'utf8')))
  }
  return cached
}

/** The operations with these ids. Throws for an id that GitHub does not have. */
export function findOperations(operationIds: readonly string[]): readonly Operation[] {
  const wanted = new Set(operationIds)
  const found = Object.entries(asObject(readDescription()['paths'])).flatMap(([template, item]) =>
    Object.entries(asObject(item)).flatMap(([verb, value]) => {
      const description = asObject(value)
      const operationId = String(description['operationId'])
      return wanted.delete(operationId)
        ? [{ operationId, method: verb.toUpperCase(), template, description }]
        : []
    }),
  )
  if (wanted.size > 0) throw new Error(`GitHub has no operation ${[...wanted].join(', ')}`)
  return found
}

/** What a reference within the description, "#/components/…", leads to. */
export function resolveReference(reference: string): JsonObject {
  let value: unknown = readDescription()
  for (const step of reference.replace(/^#\//, '').split('/')) {
    value = asObject(value)[step.replaceAll('~1', '/').replaceAll('~0', '~')]
  }
  return asObject(value)
}

/** The object itself, or the one that it refers to. */
export function dereference(value: unknown): JsonObject {
  const object = asObject(value)
  const reference = object['$ref']
  return typeof reference === 'string' ? resolveReference(reference) : object
}

/** GitHub's own example of the answer of an operation: a fresh copy, to put one's own facts into. */
export function exampleOf(operationId: string, status = 200): Record<string, unknown> {
  const [operation] = findOperations([operationId])
  const answer = dereference(asObject(operation?.description['responses'])[String(status)])
  const content = asObject(asObject(answer['content'])['application/json'])
  const [example] = Object.values(asObject(content['examples']))
  return structuredClone(asObject(dereference(example)['value']))
}

/** `value` as an object; an empty one where it is none. */
export function asObject(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null ? (value as JsonObject) : {}
}
