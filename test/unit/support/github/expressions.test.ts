import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { evaluate } from '../../../support/github/expressions/evaluate.ts'
import { interpolate, isMet } from '../../../support/github/expressions/interpolate.ts'

const contexts = {
  inputs: { command: 'restore', 'request-id': 'rq1-2-0-ab', 'dry-run': false, page: '' },
  github: { actor: 'octocat', event: { comment: { id: 7 } } },
  needs: { plan: { result: 'success', outputs: { plan: '{"a":[1,2]}' } } },
}

/** Expressions of the kinds that our workflows use, and what is odd about them. */
const cases = [
  [
    "inputs.request-id && format('{0} {1}', inputs.command, inputs.request-id) || 'by hand'",
    'restore rq1-2-0-ab',
  ],
  ["inputs.page || '1'", '1'],
  ["inputs['Request-ID'] == 'RQ1-2-0-AB'", true],
  ["inputs.missing == ''", true],
  ["inputs.dry-run == 'false'", false],
  ['inputs.dry-run == 0', true],
  ["!inputs.dry-run && needs.plan.result != 'failure'", true],
  ['fromJSON(needs.plan.outputs.plan).a[1]', 2],
  ['inputs.page && fromJSON(inputs.page)', ''],
  ['github.event.comment.id > 6 && (github.event.comment.id <= 7)', true],
  ["format('{{0}} {0}', 'it''s')", "{0} it's"],
  ["contains('Restore', inputs.command)", true],
  ["startsWith(github.actor, 'OCTO')", true],
  ['null == 0', true],
  ["'a' < 'B'", true],
  ['0x10 + 1', undefined],
  ['nothing.at.all', undefined],
  ["inputs.command = 'x'", undefined],
  ['hash(inputs)', undefined],
] as const

/** Comes with @actions/workflow-parser, and is nothing that we depend on by ourselves. */
const officialPath = join(
  import.meta.dirname,
  '../../../../node_modules',
  ...['@actions', 'expressions', 'dist', 'index.js'],
)

describe('evaluate', () => {
  it.each(cases)('%s', (text, expected) => {
    if (expected === undefined) expect(() => evaluate(text, { contexts })).toThrow()
    else expect(evaluate(text, { contexts })).toEqual(expected)
  })

  it.each(cases)(
    'agrees with the evaluator of GitHub’s own workflow parser: %s',
    async (text, expected) => {
      expect(await evaluateOfficially(text)).toEqual(expected)
    },
  )
})

/** Expressions as they stand in a workflow. */
const by = (...expressions: readonly string[]) =>
  expressions.map((expression) => `$\{{ ${expression} }}`).join('/')

describe('interpolate', () => {
  it('works out every expression of a text', () => {
    const text = by('inputs.command', "format('}}{0}', github.actor)", 'inputs.page')
    expect(interpolate(text, { contexts })).toBe('restore/}octocat/')
  })
})

describe('isMet', () => {
  it.each([
    [undefined, 'success', true],
    [undefined, 'failure', false],
    ['inputs.command', 'failure', false],
    ['always()', 'failure', true],
    [by("failure() && inputs.command == 'restore'"), 'failure', true],
    ['success()', 'failure', false],
    ['!cancelled()', 'failure', true],
    ["inputs.page != ''", 'success', false],
  ] as const)('%s after %s: %s', (condition, progress, expected) => {
    expect(isMet(condition, { contexts, progress })).toBe(expected)
  })
})

interface Official {
  readonly Lexer: new (text: string) => { lex(): { tokens: unknown } }
  readonly Parser: new (
    tokens: unknown,
    contexts: string[],
    functions: unknown[],
  ) => { parse(): unknown }
  readonly Evaluator: new (
    expression: unknown,
    contexts: unknown,
  ) => {
    evaluate(): { primitive?: unknown; kind: number; coerceString(): string }
  }
  readonly data: { reviver(key: string, value: unknown): unknown }
}

/** The evaluator that comes with @actions/workflow-parser; nothing where it refuses the expression. */
async function evaluateOfficially(text: string): Promise<unknown> {
  const official: Official = await import(pathToFileURL(officialPath).href)
  const data = JSON.parse(JSON.stringify(contexts), official.data.reviver)
  try {
    const { tokens } = new official.Lexer(text).lex()
    const expression = new official.Parser(tokens, Object.keys(contexts), []).parse()
    const value = new official.Evaluator(expression, data).evaluate()
    return 'value' in value ? value.value : value.coerceString()
  } catch {
    return undefined
  }
}
