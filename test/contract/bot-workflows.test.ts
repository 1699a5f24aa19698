import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { isInputKey } from '../../action/domain/input-keys.ts'
import { commands } from '../../action/domain/inputs.ts'
import {
  type Job,
  mapJobs,
  ours,
  placeholder,
  readWorkflows,
  type WorkflowFile,
} from '../support/read-workflows.ts'

const files = await readWorkflows()

/** An expression as a workflow has it. */
function expression(text: string): string {
  return `\${{ ${text} }}`
}

/** The workflow of a path. */
function fileOf(path: string): WorkflowFile {
  const file = files.find((candidate) => candidate.path === path)
  if (file === undefined) throw new Error(`Cannot find ${path}`)
  return file
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
    // The bot answers these with what was probably meant.
    ['/Backup', true],
    ['/\u200bbackup', true],
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
