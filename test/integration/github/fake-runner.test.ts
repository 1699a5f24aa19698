import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type BotScene, stageBot } from '../../support/github/bot-scene.ts'
import { addComment } from '../../support/github/resources/comments.ts'
import { seedEnvironment } from '../../support/github/resources/environments.ts'
import { seedWorkflow } from '../../support/github/resources/workflows.ts'
import { review } from '../../support/github/run-story.ts'
import { startRunner, type WorkflowRunner } from '../../support/github/runner/start-runner.ts'
import { startRun } from '../../support/github/start-run.ts'

/** An Action that prints what it has, saves it for its end, and can fail, leak, ask GitHub and wait. */
const mainSource = `
import { appendFileSync, readFileSync } from 'node:fs'
const say = process.env.INPUT_SAY
console.log('main says ' + say + ' for ' + process.env.GITHUB_ACTOR + ' ' + process.env.SPOKEN)
appendFileSync(process.env.GITHUB_OUTPUT, 'said=' + say + '\\nopen=nothing\\n')
appendFileSync(process.env.GITHUB_STATE, 'said=' + say + '\\n')
appendFileSync(process.env.GITHUB_STEP_SUMMARY, 'said ' + say)
const event = JSON.parse(readFileSync(process.env.GITHUB_EVENT_PATH, 'utf8'))
console.log('event of ' + event.repository.default_branch + ' ' + (event.comment?.body ?? event.inputs?.word))
if (process.env.INPUT_ASK) {
  const url = process.env.GITHUB_API_URL + '/repos/acme/shop' + process.env.INPUT_ASK
  const headers = { authorization: 'Bearer ' + process.env.INPUT_TOKEN, 'user-agent': 'x' }
  console.log('asked: ' + (await fetch(url, { headers })).status)
}
if (process.env.INPUT_WAIT) {
  process.on('SIGINT', () => { console.log('stopped'); process.exit(130) })
  console.log('waiting')
  setInterval(() => {}, 1000)
} else if (say === 'fail') process.exit(1)
`
const postSource = `console.log('post knows ' + process.env.STATE_said)`

let folder = ''
let scene: BotScene
let runner: WorkflowRunner
let minuteMs = 60_000
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strongroom-runner-test-'))
  await writeFile(join(folder, 'main.mjs'), mainSource)
  await writeFile(join(folder, 'post.mjs'), postSource)
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  minuteMs = 60_000
  scene = await stageBot()
  await start()
})
/** As Actions write it: the default of an input may be an expression. */
const token = `$\{{ github.token }}`
async function start() {
  runner = await startRunner(scene.github, {
    minuteMs,
    readAction: () => ({
      inputs: { say: 'nothing', ask: undefined, token, wait: undefined },
      outputs: ['said', 'open'],
      main: join(folder, 'main.mjs'),
      post: join(folder, 'post.mjs'),
    }),
  })
}
afterEach(async () => {
  await runner.close()
  await scene.github.close()
})

/** Dispatches a workflow with this text. */
function run(text: string, inputs: Readonly<Record<string, string>> = {}) {
  const { world, repository, app } = scene
  const workflow = seedWorkflow(world, repository, 'w.yml', 'active', text)
  const event = 'workflow_dispatch' as const
  return startRun({ world, repository, workflow, event, actor: app.user, inputs })
}
const on = `
on:
  workflow_dispatch:
    inputs: { word: { type: string } }
`
const texts = (of: ReturnType<typeof run>) =>
  runner.logs(of).map(({ job, step, text }) => `${job} / ${step}: ${text.trim()}`)

describe('the runner of the fake', () => {
  it('runs jobs in their order, with inputs, variables, outputs and what is done afterwards', async () => {
    scene.repository.variables = { PLACE: 'here' }
    const one = run(
      `${on}
run-name: \${{ format('say {0}', inputs.word) }}
env: { SPOKEN: loudly }
jobs:
  second:
    needs: first
    runs-on: ubuntu-24.04
    steps:
      - uses: a
        with: { say: "\${{ needs.first.outputs.word }} \${{ vars.PLACE }}" }
  first:
    runs-on: ubuntu-24.04
    outputs: { word: "\${{ steps.one.outputs.said }}" }
    steps:
      - id: one
        name: First word
        uses: a
        with: { say: "\${{ inputs.word || 'none' }}" }
`,
      { word: 'hello' },
    )
    expect(one.title).toBe('say hello')
    await runner.ended(one)
    expect(one.conclusion).toBe('success')
    expect(texts(one)).toEqual([
      'first / First word: main says hello for strongroom[bot] loudly\nevent of main hello',
      'first / Post First word: post knows hello',
      'second / Run a: main says hello here for strongroom[bot] loudly\nevent of main hello',
      'second / Post Run a: post knows hello here',
    ])
    const told = scene.github.webhooks.all.map(({ event, action }) => `${event} ${action}`)
    expect(told.slice(0, 4)).toEqual([
      'workflow_run requested',
      'workflow_job queued',
      'workflow_run in_progress',
      'workflow_job in_progress',
    ])
    expect(told.at(-1)).toBe('workflow_run completed')
  })

  it('runs scripts as GitHub does: they stop at the first failure', async () => {
    const one = run(`${on}
jobs:
  first:
    runs-on: u
    outputs: { word: "\${{ steps.s.outputs.word }}" }
    steps:
      - id: s
        env: { WORD: "\${{ github.actor }}" }
        run: |
          echo "word=$WORD" >> "$GITHUB_OUTPUT"
          false
          echo never
      - { if: always(), run: "echo after \${{ steps.s.outcome }} \${{ steps.s.outputs.word }}" }
`)
    await runner.ended(one)
    expect(one.conclusion).toBe('failure')
    expect(texts(one).map((text) => text.split(': ')[1])).toEqual([
      '',
      'after failure strongroom[bot]',
    ])
  })

  it('fails a run, runs what always runs, and skips what needs the failed job', async () => {
    const one = run(`${on}
jobs:
  first:
    runs-on: u
    steps:
      - { id: bad, uses: a, with: { say: fail } }
      - { uses: a, with: { say: never } }
      - { if: always(), uses: a, with: { say: "after \${{ steps.bad.outcome }}" } }
  second: { needs: first, runs-on: u, steps: [{ uses: a, with: { say: never } }] }
  third:
    needs: [first, second]
    if: \${{ failure() }}
    runs-on: u
    steps: [{ uses: a, with: { say: "told of \${{ needs.first.result }}" } }]
`)
    await runner.ended(one)
    expect(one.conclusion).toBe('failure')
    const log = texts(one).join('\n')
    expect(log).toContain('says after failure')
    expect(log).toContain('says told of failure')
    expect(log).not.toContain('never')
    expect(one.jobs.map(({ name, conclusion }) => `${name} ${conclusion}`)).toEqual([
      'first failure',
      'second skipped',
      'third success',
    ])
  })

  it('hides secrets in logs, and drops an output that holds one', async () => {
    seedEnvironment(scene.world, scene.repository, 'vault', { secrets: { KEY: 'opensesame' } })
    const one = run(`${on}
jobs:
  first:
    runs-on: u
    environment: vault
    outputs: { leak: "\${{ steps.s.outputs.said }}", fine: "\${{ steps.s.outputs.open }}" }
    steps: [{ id: s, uses: a, with: { say: "\${{ secrets.KEY }}" } }]
  second:
    needs: first
    runs-on: u
    steps: [{ uses: a, with: { say: "got \${{ needs.first.outputs.leak || needs.first.outputs.fine }}" } }]
`)
    await runner.ended(one)
    expect(runner.dropped(one)).toEqual(['first.leak'])
    const log = texts(one).join('\n')
    expect(log).toContain('main says ***')
    expect(log).toContain('says got nothing')
    expect(log).not.toContain('opensesame')
  })

  it('gives its token what the file says, and takes it back', async () => {
    const one = run(`${on}
permissions: {}
jobs:
  none:
    runs-on: u
    steps: [{ uses: a, with: { ask: /actions/runs } }]
  some:
    needs: none
    runs-on: u
    permissions: { actions: read }
    steps: [{ uses: a, with: { ask: /actions/runs } }]
`)
    const tokens = scene.world.tokens.size
    await runner.ended(one)
    const log = texts(one).join('\n')
    expect(log.match(/asked: \d+/g)).toEqual(['asked: 403', 'asked: 200'])
    expect(scene.world.tokens.size).toBe(tokens)
  })
})

describe('the runner of the fake, held up', () => {
  const gated = `${on}
jobs:
  gated:
    runs-on: u
    environment: database-restore
    steps: [{ uses: a, with: { say: "\${{ secrets.KEY }}" } }]
`
  const stage = () =>
    seedEnvironment(scene.world, scene.repository, 'database-restore', {
      reviewers: [scene.admin],
      secrets: { KEY: 'open' },
    })

  it('waits for reviewers, and goes on with their approval', async () => {
    const environment = stage()
    const one = run(gated)
    await runner.until(one, 'waiting')
    expect(runner.logs(one)).toEqual([])
    expect(one.pending).toHaveLength(1)
    review({ ...scene, run: one }, environment, scene.admin, 'approved')
    await runner.ended(one)
    expect(one).toMatchObject({ conclusion: 'success', pending: [] })
  })

  it('fails with their rejection', async () => {
    const environment = stage()
    const one = run(gated)
    await runner.until(one, 'waiting')
    review({ ...scene, run: one }, environment, scene.admin, 'rejected')
    await runner.ended(one)
    expect(one.conclusion).toBe('failure')
    expect(runner.logs(one)).toEqual([])
  })

  it('is cancelled while it waits', async () => {
    stage()
    const one = run(gated)
    await runner.until(one, 'waiting')
    one.cancel?.()
    await runner.ended(one)
    expect(one).toMatchObject({ conclusion: 'cancelled', pending: [] })
  })

  const long = (minutes: number, more = '') => `${on}${more}
jobs:
  long:
    runs-on: u
    timeout-minutes: ${minutes}
    steps: [{ uses: a, with: { wait: 'yes' } }]
`
  const begun = async (one: ReturnType<typeof run>) => {
    await runner.said(one, /waiting/)
    return one
  }

  it('stops a step that runs, and still does what is done afterwards', async () => {
    const one = await begun(run(long(30)))
    one.cancel?.()
    await runner.ended(one)
    expect(one.conclusion).toBe('cancelled')
    expect(texts(one).at(-1)).toContain('post knows nothing')
  })

  it('ends a job that takes longer than it may', async () => {
    await runner.close()
    minuteMs = 300
    await start()
    const one = run(long(1))
    await runner.ended(one)
    expect(one.conclusion).toBe('cancelled')
  })

  it('lets one run of a group wait, and calls it off for a third', async () => {
    const grouped = long(30, 'concurrency: { group: database, cancel-in-progress: false }\n')
    const first = await begun(run(grouped))
    const second = run(grouped)
    await runner.until(second, 'pending')
    const third = run(grouped)
    await runner.ended(second)
    expect(second.conclusion).toBe('cancelled')
    first.cancel?.()
    await runner.said(third, /waiting/)
    third.cancel?.()
    await runner.idle()
  })
})

describe('comments before the runner of the fake', () => {
  const text = `
on: { issue_comment: { types: [created] } }
permissions: { issues: write }
jobs: { answer: { runs-on: u, steps: [{ uses: a, with: { say: hi } }] } }
`
  const runs = () => [...scene.repository.runs.values()]

  it('start a workflow that listens to them, unless a workflow wrote them', async () => {
    const { world, repository, issue, writer } = scene
    seedWorkflow(world, repository, 'commands.yml', 'active', text)
    addComment(world, repository, issue, { body: '/backup', author: writer })
    await runner.idle()
    const [one] = runs()
    if (one === undefined) throw new Error('a run was expected')
    expect(one).toMatchObject({ event: 'issue_comment', actor: writer, conclusion: 'success' })
    expect(texts(one).join('\n')).toContain('event of main /backup')
    const actions = world.apps.get('github-actions')
    if (actions === undefined) throw new Error('the App of Actions was expected')
    addComment(world, repository, issue, { body: 'x', author: actions.user, app: actions })
    expect(runs()).toHaveLength(1)
  })
})

describe('runs before the runner of the fake', () => {
  it('start a workflow that listens to those of a named one', async () => {
    const { world, repository } = scene
    seedWorkflow(
      world,
      repository,
      'follow.yml',
      'active',
      `
on: { workflow_run: { workflows: [Backup], types: [completed] } }
jobs:
  follow:
    runs-on: u
    steps: [{ run: "echo after \${{ github.event.workflow_run.conclusion }}" }]
`,
    )
    const jobs = 'jobs: { a: { runs-on: u, steps: [{ run: echo done }] } }'
    run(`name: Other\n${on}\n${jobs}\n`)
    await runner.idle()
    expect(repository.runs.size).toBe(1)
    run(`name: Backup\n${on}\n${jobs}\n`)
    await runner.idle()
    const [, , follower] = [...repository.runs.values()]
    if (follower === undefined) throw new Error('a third run was expected')
    expect(follower.event).toBe('workflow_run')
    expect(texts(follower)).toEqual([expect.stringContaining('after success')])
  })
})

describe('a workflow that the runner of the fake cannot carry out', () => {
  it('fails, and fails the test', async () => {
    const one = run(`${on}\njobs: { a: { runs-on: u, steps: [{ run: ls, shell: fish }] } }\n`)
    await Promise.resolve()
    expect(one).toMatchObject({ attempts: ['completed'], conclusion: 'startup_failure' })
    await expect(runner.close()).rejects.toThrow('w.yml')
    await start()
  })
})
