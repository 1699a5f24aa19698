import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser'
import { describe, expect, it } from 'vitest'
import { isInputKey } from '../../action/domain/input-keys.ts'
import { commands } from '../../action/domain/inputs.ts'
import { outputKeys } from '../../action/runner/write-outputs.ts'
import { runLint } from '../support/lint-workflow.ts'
import {
  botPlaceholder,
  mapJobs,
  ours,
  placeholder,
  readWorkflows,
} from '../support/read-workflows.ts'

/** Newer than actionlint 1.7.7: the queue of 2026-05-07, and 25 inputs instead of 10 since 2025-12-04. */
const tooNew = [
  { message: /^unexpected key "queue" for "concurrency" section/, isUsed: /^ *queue: max$/m },
  {
    message:
      /^maximum number of inputs for "workflow_dispatch" event is 10 but (1\d|2[0-5]) inputs/,
    isUsed: /^ {6}filter-status:$/m,
  },
]

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
      '.github/workflows/database-backup.yml',
      '.github/workflows/database-restore.yml',
      '.github/workflows/release.yml',
      '.github/workflows/scorecard.yml',
      'examples/before-migration.yml',
      'examples/cloudflare-r2.yml',
      'examples/database-backup.yml',
      'examples/database-check.yml',
      'examples/database-commands.yml',
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
    const found = await runLint(text, path)
    const isNews = (message: string) => tooNew.some((news) => news.message.test(message))
    expect(found.filter(({ message }) => !isNews(message))).toEqual([])
    // The day actionlint knows them, this says that the exceptions may go.
    const used = tooNew.filter(({ isUsed }) => isUsed.test(text))
    expect(found).toHaveLength(used.length)
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
    const foreign = used.filter((value) => ![...ours, botPlaceholder].includes(value))
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

  it('lets nobody but a condition look at what somebody wrote on GitHub', () => {
    const written = /github\.(event\.\S*\b(body|title|message|name|label|ref)\b|head_ref)/
    const withoutConditions = { ...workflow, jobs: mapJobs(workflow, ({ if: _, ...job }) => job) }
    expect(JSON.stringify(withoutConditions)).not.toMatch(written)
  })

  it('hands no secret to a whole workflow or job, and none to a step that runs a script', () => {
    const isSecret = /secrets(\.|\[|: *inherit)/
    expect(text).not.toMatch(/secrets: *inherit/)
    expect(JSON.stringify(workflow['env'] ?? {})).not.toMatch(isSecret)
    for (const job of Object.values(workflow.jobs)) {
      expect(JSON.stringify(job['env'] ?? {})).not.toMatch(isSecret)
      for (const step of job.steps.filter(({ run }) => run !== undefined))
        expect(JSON.stringify(step)).not.toMatch(/secrets\./)
    }
  })

  it('checks out nothing that a stranger may have written', () => {
    expect(text).not.toMatch(/^ *pull_request_target:/m)
    const isByOthers = /^ *(issue_comment|workflow_run):/m.test(text)
    if (isByOthers) expect(text).not.toContain('actions/checkout')
    else expect(text).not.toMatch(/^ *ref: .*(head|event)/m)
  })

  it('grants each permission to a job with a reason beside it', () => {
    for (const [line] of text.matchAll(/^ *[a-z-]+: write\b.*$/gm)) {
      expect(line, path).toMatch(/: write(?: # .+)?$/)
      if (path.includes('database-')) expect(line).toMatch(/ # \S+/)
    }
  })
})

describe('the examples', () => {
  const used = files.flatMap(({ path, text, workflow, steps }) =>
    steps
      .filter(({ uses }) => uses === placeholder)
      .map((step) => ({ path, text, workflow, step, given: step.with ?? {} })),
  )

  it('use this Action', () => {
    const using = new Set(used.map(({ path }) => path))
    const examples = files.map(({ path }) => path).filter((path) => path.startsWith('examples/'))
    expect([...using, 'examples/database-commands.yml'].toSorted()).toEqual(examples)
    const commandsFile = files.find(({ path }) => path === 'examples/database-commands.yml')
    expect(commandsFile?.text).toContain(`uses: ${botPlaceholder}`)
  })

  it.each(used)('$path gives only inputs and commands that exist', ({ given }) => {
    expect(Object.keys(given).filter((key) => !isInputKey(key))).toEqual([])
    const { command = 'backup' } = given
    if (!String(command).startsWith('${{')) expect(commands).toContain(command)
  })

  it.each(used)('$path says which placeholder to replace', ({ text }) => {
    expect(text).toContain(`${placeholder} is a placeholder: examples/README.md`)
  })

  it.each(used)('$path reads only outputs that exist', ({ text }) => {
    const read = [...text.matchAll(/steps\.\w+\.outputs\.([\w-]+)/g)].map(([, name = '']) => name)
    const known: readonly string[] = outputKeys
    expect(read.filter((name) => !known.includes(name))).toEqual([])
  })

  it.each(used)(
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
