import type { ValidateFunction } from 'ajv'
import {
  asObject,
  dereference,
  findOperations,
  type JsonObject,
  type Operation,
} from './github-description.ts'
import { createCompiler } from './json-schema.ts'

/** A request as far as its operation describes it. */
export interface DescribedRequest {
  readonly parameters: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly body: unknown
}

/** One operation, ready to recognise and to judge requests and answers. */
export interface OperationJudge {
  readonly operationId: string
  /** Path parameters, decoded, where method and path are this operation's. */
  match(method: string, path: string): Readonly<Record<string, string>> | undefined
  /** What is wrong with the request; nothing where it is as described. */
  judgeRequest(request: DescribedRequest): readonly string[]
  /** What is wrong with the answer. Errors that GitHub does not list have its common form. */
  judgeAnswer(status: number, body: unknown): readonly string[]
}

const basicError = { $ref: '#/components/schemas/basic-error' }

const cache = new Map<string, readonly OperationJudge[]>()

/** Judges of these operations by GitHub's own description; compiled once a process. */
export function createJudges(operationIds: readonly string[]): readonly OperationJudge[] {
  const key = [...operationIds].sort().join(' ')
  const judges = cache.get(key) ?? compileJudges(operationIds)
  cache.set(key, judges)
  return judges
}

function compileJudges(operationIds: readonly string[]): readonly OperationJudge[] {
  const operations = findOperations(operationIds)
  const roots = operations.map(({ description }) => description)
  const compiler = createCompiler([...roots, basicError])
  const fallback = compiler.compile(basicError)
  return operations
    .toSorted((a, b) => countOf(a.template) - countOf(b.template))
    .map((operation) => {
      const { description, operationId } = operation
      const judgePath = compiler.compileParameters(parametersSchema(description, 'path'))
      const judgeQuery = compiler.compileParameters(parametersSchema(description, 'query'))
      const bodySchema = schemaOf(description['requestBody'])
      const judgeBody = bodySchema === undefined ? undefined : compiler.compile(bodySchema)
      const answers = new Map(
        Object.entries(asObject(description['responses'])).map(([status, answer]) => {
          const schema = schemaOf(answer)
          return [status, schema === undefined ? undefined : compiler.compile(schema)] as const
        }),
      )
      return {
        operationId,
        match: createMatcher(operation),
        judgeRequest: ({ parameters, query, body }) => [
          ...problemsOf('path', judgePath, { ...parameters }),
          ...problemsOf('query', judgeQuery, { ...query }),
          ...judgeBodyOf(judgeBody, body),
        ],
        judgeAnswer(status, body) {
          const isListed = answers.has(String(status))
          if (!isListed && status < 400) return [`answer: status ${status} is not described`]
          const judge = isListed ? answers.get(String(status)) : fallback
          return judgeBodyOf(judge, body).map((problem) => `answer: ${problem}`)
        },
      }
    })
}

function judgeBodyOf(judge: ValidateFunction | undefined, body: unknown): readonly string[] {
  if (judge !== undefined) return problemsOf('body', judge, body)
  return body === undefined ? [] : ['body: there is one, expected none']
}

function problemsOf(where: string, judge: ValidateFunction, value: unknown): readonly string[] {
  if (judge(value)) return []
  return (judge.errors ?? []).map((error) => `${where}${error.instancePath} ${error.message}`)
}

/** The schema of a body or an answer in JSON, or nothing where none is described. */
function schemaOf(described: unknown): unknown {
  return asObject(asObject(dereference(described)['content'])['application/json'])['schema']
}

/** All parameters at one place as one closed object: an unknown one is a mistake of ours. */
function parametersSchema(description: JsonObject, place: 'path' | 'query'): JsonObject {
  const parameters = parametersOf(description).filter((parameter) => parameter['in'] === place)
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(
      parameters.map((parameter) => [String(parameter['name']), parameter['schema']]),
    ),
    required: parameters
      .filter((parameter) => parameter['required'] === true)
      .map((parameter) => String(parameter['name'])),
  }
}

function parametersOf(description: JsonObject): readonly JsonObject[] {
  const parameters = description['parameters']
  return Array.isArray(parameters) ? parameters.map(dereference) : []
}

function createMatcher({ method, template, description }: Operation): OperationJudge['match'] {
  const long = new Set(
    parametersOf(description)
      .filter((parameter) => parameter['x-multi-segment'] === true)
      .map((parameter) => String(parameter['name'])),
  )
  const source = template
    .split('/')
    .map((segment) => {
      const name = /^\{(.+)\}$/.exec(segment)?.[1]
      if (name === undefined) return segment.replace(/[^\w-]/g, '\\$&')
      return long.has(name) ? `(?<${name}>.+)` : `(?<${name}>[^/]+)`
    })
    .join('/')
  const pattern = new RegExp(`^${source}$`)
  return (givenMethod, path) => {
    const found = givenMethod === method ? pattern.exec(path) : null
    if (found === null) return undefined
    return Object.fromEntries(
      Object.entries(found.groups ?? {}).map(([name, text]) => [name, decodeURIComponent(text)]),
    )
  }
}

/** Parameters of a template: the more literal one is asked first. */
function countOf(template: string): number {
  return template.split('{').length
}
