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

/** Whose API it is: GitHub's own site, or a server of one's own. */
export type Edition = 'api.github.com' | 'ghes-3.19'

/** Something that GitHub describes: an API, or its webhooks. */
export type Subject = Edition | 'webhooks'

const require = createRequire(import.meta.url)

const find: Readonly<Record<Subject, () => string>> = {
  'api.github.com': () => require.resolve('@octokit/openapi/generated/api.github.com.json'),
  'ghes-3.19': () => require.resolve('@octokit/openapi/generated/ghes-3.19.json'),
  webhooks: () => require.resolve('@octokit/openapi-webhooks/generated/api.github.com.json'),
}

const cache = new Map<Subject, JsonObject>()

/** GitHub's own description: of the API 13 MB, read once a process (0.1 s). */
function readDescription(subject: Subject): JsonObject {
  const known = cache.get(subject)
  if (known !== undefined) return known
  const description = asObject(JSON.parse(readFileSync(find[subject](), 'utf8')))
  cache.set(subject, description)
  return description
}

/** The operations with these ids. Throws for an id that this GitHub does not have. */
export function findOperations(
  operationIds: readonly string[],
  edition: Edition = 'api.github.com',
): readonly Operation[] {
  const wanted = new Set(operationIds)
  const found = Object.entries(asObject(readDescription(edition)['paths'])).flatMap(
    ([template, item]) =>
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

/** One webhook as GitHub describes it, by its name there: "issue-comment-created". */
export function findWebhook(name: string): JsonObject {
  const webhook = asObject(asObject(readDescription('webhooks')['webhooks'])[name])
  if (webhook['post'] === undefined) throw new Error(`GitHub has no webhook ${name}`)
  return asObject(webhook['post'])
}

/** What a reference within the description, "#/components/…", leads to. */
export function resolveReference(
  reference: string,
  subject: Subject = 'api.github.com',
): JsonObject {
  let value: unknown = readDescription(subject)
  for (const step of reference.replace(/^#\//, '').split('/')) {
    value = asObject(value)[step.replaceAll('~1', '/').replaceAll('~0', '~')]
  }
  return asObject(value)
}

/** The object itself, or the one that it refers to. */
export function dereference(value: unknown, edition: Edition = 'api.github.com'): JsonObject {
  const object = asObject(value)
  const reference = object['$ref']
  return typeof reference === 'string' ? resolveReference(reference, edition) : object
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
