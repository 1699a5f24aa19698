import { Ajv, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import { asObject, type JsonObject, resolveReference, type Subject } from './github-description.ts'

const rootId = 'https://fake-github.invalid/description'

/**
 * A compiler of the description's schemas, with only the components that `roots` lead to: a fraction of
 * a megabyte of thirteen.
 */
export function createCompiler(
  roots: readonly unknown[],
  subject: Subject,
): {
  /** Answers and bodies: nothing is coerced. */
  compile(schema: unknown): ValidateFunction
  /** Parameters of path and query: texts become numbers and booleans. */
  compileParameters(schema: unknown): ValidateFunction
} {
  const components = cut(roots, subject)
  const strict = prepare(components, false)
  const coercing = prepare(components, true)
  return {
    compile: (schema) => strict.compile(asObject(toJsonSchema(schema))),
    compileParameters: (schema) => coercing.compile(asObject(toJsonSchema(schema))),
  }
}

function prepare(components: JsonObject, coerceTypes: boolean): Ajv {
  // GitHub's description uses keywords and formats that JSON Schema does not know.
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false, coerceTypes })
  addFormats.default(ajv)
  return ajv.addSchema({ $id: rootId, ...components })
}

/** Every component that is referred to from `roots`, at the place where its reference looks for it. */
function cut(roots: readonly unknown[], subject: Subject): JsonObject {
  const kept: Record<string, Record<string, Record<string, unknown>>> = {}
  const seen = new Set<string>()
  const queue = roots.flatMap(referencesOf)
  for (let reference = queue.pop(); reference !== undefined; reference = queue.pop()) {
    if (seen.has(reference)) continue
    seen.add(reference)
    const component = resolveReference(reference, subject)
    const [top = '', kind = '', name = ''] = reference.replace(/^#\//, '').split('/')
    kept[top] ??= {}
    kept[top][kind] ??= {}
    kept[top][kind][name] = toJsonSchema(component)
    queue.push(...referencesOf(component))
  }
  return kept
}

/** The references within a schema; examples are not looked at. */
function referencesOf(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === '$ref' && typeof inner === 'string') return [inner]
    return key === 'example' || key === 'examples' ? [] : referencesOf(inner)
  })
}

/** OpenAPI 3.0 says `nullable: true` where JSON Schema has a union with null. */
function toJsonSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toJsonSchema)
  if (typeof value !== 'object' || value === null) return value
  const schema = Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'example' && key !== 'examples' && key !== 'nullable')
      .map(([key, inner]) => [
        key,
        key === '$ref' && typeof inner === 'string' ? `${rootId}${inner}` : toJsonSchema(inner),
      ]),
  )
  const isNullable = 'nullable' in value && value.nullable === true
  return isNullable ? { anyOf: [schema, { type: 'null' }] } : schema
}
