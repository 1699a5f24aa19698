import type { ValidateFunction } from 'ajv'
import {
  asObject,
  dereference,
  type Edition,
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
export function createJudges(
  operationIds: readonly string[],
  edition: Edition = 'api.github.com',
): readonly OperationJudge[] {
  const key = [edition, ...[...operationIds].sort()].join(' ')
  const judges = cache.get(key) ?? compileJudges(operationIds, edition)
  cache.set(key, judges)
  return judges
}

function compileJudges(
  operationIds: readonly string[],
  edition: Edition,
): readonly OperationJudge[] {
  const operations = findOperations(operationIds, edition)
  const roots = operations.map(({ description }) => description)
  const compiler = createCompiler([...roots, basicError], edition)
  const fallback = compiler.compile(basicError)
  return operations
    .toSorted((a, b) => countOf(a.template) - countOf(b.template))
    .map((operation) => {
      // Compiled at the first use: no test needs them all.
      let compiled: Compiled | undefined
      const judge = () => {
        compiled ??= compileOperation(operation, compiler, edition)
        return compiled
      }
      return {
        operationId: operation.operationId,
        match: createMatcher(operation, edition),
        judgeRequest: ({ parameters, query, body }) => [
          ...problemsOf('path', judge().path, { ...parameters }),
          ...problemsOf('query', judge().query, { ...query }),
          ...(judge().isBodyOptional && body === undefined ? [] : judgeBodyOf(judge().body, body)),
        ],
        judgeAnswer(status, body) {
          const { answers } = judge()
          const isListed = answers.has(String(status))
          if (!isListed && status < 400) return [`answer: status ${status} is not described`]
          const judgeAnswer = answers.get(String(status)) ?? (status < 400 ? undefined : fallback)
          return judgeBodyOf(judgeAnswer, body).map((problem) => `answer: ${problem}`)
        },
      }
    })
}

type Compiled = ReturnType<typeof compileOperation>

function compileOperation(
  { description }: Operation,
  compiler: ReturnType<typeof createCompiler>,
  edition: Edition,
) {
  const bodySchema = schemaOf(description['requestBody'], edition)
  const answers = Object.entries(asObject(description['responses'])).map(([status, answer]) => {
    const schema = schemaOf(answer, edition)
    return [status, schema === undefined ? undefined : compiler.compile(schema)] as const
  })
  return {
    path: compiler.compileParameters(parametersSchema(description, 'path', edition)),
    query: compiler.compileParameters(parametersSchema(description, 'query', edition)),
    body: bodySchema === undefined ? undefined : compiler.compile(bodySchema),
    isBodyOptional: asObject(description['requestBody'])['required'] === false,
    answers: new Map(answers),
  }
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
function schemaOf(described: unknown, edition: Edition): unknown {
  const { content } = dereference(described, edition)
  return asObject(asObject(content)['application/json'])['schema']
}

/** All parameters at one place as one closed object: an unknown one is a mistake of ours. */
function parametersSchema(
  description: JsonObject,
  place: 'path' | 'query',
  edition: Edition,
): JsonObject {
  const parameters = parametersOf(description, edition).filter(
    (parameter) => parameter['in'] === place,
  )
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(
      parameters.map((parameter) => [String(parameter['name']), parameterSchema(parameter)]),
    ),
    required: parameters
      .filter((parameter) => parameter['required'] === true)
      .map((parameter) => String(parameter['name'])),
  }
}

/** GitHub describes `created` as an instant, and documents it as a search: `>=2026-11-22`, `a..b`. */
function parameterSchema({ name, schema }: JsonObject): unknown {
  return name === 'created' ? { type: 'string' } : schema
}

function parametersOf(description: JsonObject, edition: Edition): readonly JsonObject[] {
  const parameters = description['parameters']
  if (!Array.isArray(parameters)) return []
  return parameters.map((parameter) => dereference(parameter, edition))
}

function createMatcher(
  { method, template, description }: Operation,
  edition: Edition,
): OperationJudge['match'] {
  const long = new Set(
    parametersOf(description, edition)
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
