import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectApp } from '../../../bot/github/connect-app.ts'
import { connectRepository } from '../../../bot/github/connect-repository.ts'
import type { Repository } from '../../../bot/ports.ts'
import { type BotScene, stageBot } from '../../support/github/bot-scene.ts'
import type { Fault } from '../../support/github/fault-script.ts'
import { seedApproval } from '../../support/github/resources/approvals.ts'
import { addComment } from '../../support/github/resources/comments.ts'
import { seedEnvironment } from '../../support/github/resources/environments.ts'
import { addJob } from '../../support/github/resources/jobs.ts'
import { seedPending } from '../../support/github/resources/pending.ts'
import { seedRole } from '../../support/github/resources/permissions.ts'
import { seedRun } from '../../support/github/resources/runs.ts'
import { seedTeam } from '../../support/github/resources/teams.ts'
import { seedUser } from '../../support/github/resources/users.ts'
import { seedWorkflow } from '../../support/github/resources/workflows.ts'
import { seedToken } from '../../support/github/tokens.ts'

const start = new Date('2026-11-22T12:00:00.000Z')
const workflowText = `
on:
  workflow_dispatch:
    inputs:
      command: { type: string, required: true }
`

let now = start
let scene: BotScene
beforeEach(async () => {
  now = start
  scene = await stageBot({ now: () => now })
})
afterEach(async () => {
  await scene.github.close()
})

interface Changes {
  readonly token?: string
  readonly timeoutMs?: number
  readonly selfLogin?: string
  readonly waits?: number[]
}

function connect(changes: Changes = {}): Repository {
  const { github, repository, token } = scene
  return connectRepository({
    address: { url: github.apiUrl, isServer: github.apiUrl.endsWith('/api/v3') },
    fullName: repository.fullName,
    defaultBranch: repository.defaultBranch,
    selfLogin: changes.selfLogin ?? 'strongroom[bot]',
    authorize: async () => ({ kind: 'found', value: changes.token ?? token }),
    clock: { sleep: async (ms) => void changes.waits?.push(ms) },
    timeoutMs: changes.timeoutMs ?? 20_000,
  })
}

/** How often an operation came in. */
function countOf(operationId: string): number {
  return scene.github.requests.filter((request) => request.operationId === operationId).length
}

describe('connectRepository: people and files', () => {
  it('reads a role of GitHub, a custom one with its base, and tells who has none', async () => {
    const { repository, world, admin, stranger } = scene
    const dba = seedUser(world, 'dba')
    seedRole(repository, dba, 'database-operator', 'write')
    const github = connect()
    expect(await github.readPermission('ADMIN')).toEqual({
      kind: 'found',
      value: { userId: admin.id, roleName: 'admin', base: 'admin' },
    })
    expect(await github.readPermission('dba')).toEqual({
      kind: 'found',
      value: { userId: dba.id, roleName: 'database-operator', base: 'write' },
    })
    expect(await github.readPermission('stranger')).toMatchObject({
      value: { userId: stranger.id, roleName: 'read' },
    })
    expect(await github.readPermission('nobody')).toEqual({ kind: 'missing' })
  })

  it('counts only active members of a team, and a team that is not there as none', async () => {
    const { world, writer, admin } = scene
    const team = seedTeam(world, 'acme', 'dba', [writer])
    team.members.set(admin.login, 'pending')
    const github = connect()
    expect(await github.readMembership('dba', 'writer')).toEqual({ kind: 'found', value: true })
    expect(await github.readMembership('dba', 'admin')).toEqual({ kind: 'found', value: false })
    expect(await github.readMembership('dba', 'stranger')).toEqual({ kind: 'found', value: false })
    expect(await github.readMembership('none', 'writer')).toEqual({ kind: 'found', value: false })
  })

  it('reads a file in full, with its characters', async () => {
    const text = `# Grüße ${'x'.repeat(200)}\nlimits: {}\n`
    scene.repository.files.set('.github/strongroom.yml', text)
    const github = connect()
    expect(await github.readFile('.github/strongroom.yml')).toEqual({ kind: 'found', value: text })
    expect(await github.readFile('.github/other.yml')).toEqual({ kind: 'missing' })
  })

  it.each([
    ['a directory', [{ type: 'file', name: 'a.yml' }]],
    ['a link that leads elsewhere', { type: 'symlink', target: '/etc/passwd' }],
    ['a submodule', { type: 'submodule', submodule_git_url: 'git://x.example/y' }],
    ['more than a megabyte', { type: 'file', encoding: 'none', content: '', size: 2_000_000 }],
  ])('says that %s is no file to read', async (_name, answer) => {
    const fault = { kind: 'raw', text: JSON.stringify(answer) } as const
    scene.github.faults.add({ fault, operationId: 'repos/get-content' })
    expect(await connect().readFile('.github/strongroom.yml')).toEqual({
      kind: 'failed',
      problem: 'it is no file of text of at most 1 MB, expected one',
      hint: 'Put a file of text there, on the default branch.',
    })
    expect(countOf('repos/get-content')).toBe(1)
  })

  it('says which permission is missing', async () => {
    const token = seedToken(scene.world, { issues: 'write' })
    expect(await connect({ token }).readMembership('dba', 'writer')).toEqual({
      kind: 'denied',
      status: 403,
      problem: 'GitHub answered 403, expected success',
      hint: 'The bot lacks a permission: give it `members: read`.',
    })
  })
})

describe('connectRepository: comments', () => {
  it('creates, reads, changes and removes its own comment', async () => {
    const { issue, app } = scene
    const github = connect()
    const created = await github.createComment(issue.number, 'first')
    expect(created).toEqual({
      kind: 'done',
      value: {
        id: expect.any(Number),
        issueNumber: issue.number,
        body: 'first',
        author: { id: app.user.id, login: 'strongroom[bot]', type: 'Bot' },
        createdAt: start,
        url: expect.stringContaining('/issues/1#issuecomment-'),
      },
    })
    const id = created.kind === 'done' ? created.value.id : 0
    expect(await github.updateComment(id, 'second')).toMatchObject({ value: { body: 'second' } })
    expect(await github.readComment(id)).toMatchObject({ value: { id, body: 'second' } })
    expect(await github.removeComment(id)).toEqual({ kind: 'done', value: undefined })
    expect(await github.removeComment(id)).toEqual({ kind: 'done', value: undefined })
    expect(await github.readComment(id)).toEqual({ kind: 'missing' })
    expect(await github.updateComment(id, 'third')).toMatchObject({ kind: 'refused', status: 404 })
  })

  it('refuses, and takes back, a comment that another account wrote for it', async () => {
    const github = connect({ selfLogin: 'github-actions[bot]' })
    expect(await github.createComment(scene.issue.number, 'card')).toMatchObject({
      kind: 'refused',
      hint: expect.stringContaining('bot-login'),
    })
    expect([...scene.repository.comments.values()]).toEqual([])
  })

  it('says that the issue is locked, and not that it lacks a permission', async () => {
    scene.issue.isLocked = true
    expect(await connect().createComment(scene.issue.number, 'card')).toMatchObject({
      kind: 'refused',
      problem: 'the issue is locked, expected it to be open for comments',
      hint: expect.stringContaining('Unlock'),
    })
  })

  it('takes what is gone for good for missing', async () => {
    const message = 'This issue was deleted'
    scene.github.faults.add({ fault: { kind: 'status', status: 410, message } })
    const github = connect()
    expect(await github.listComments(1, start)).toEqual({ kind: 'missing' })
    expect(await github.removeComment(1)).toEqual({ kind: 'done', value: undefined })
  })

  it('lists what changed since, to the second, of an issue or of the repository', async () => {
    const { world, repository, issue, writer } = scene
    const [other] = [{ ...issue, id: 9, number: 2 }]
    repository.issues.set(2, other)
    addComment(world, repository, issue, { body: 'old', author: writer })
    now = new Date('2026-11-22T12:05:00.700Z')
    addComment(world, repository, issue, { body: 'here', author: writer })
    addComment(world, repository, other, { body: 'there', author: writer })
    const github = connect()
    const ofIssue = await github.listComments(1, new Date('2026-11-22T12:05:00.900Z'))
    expect(ofIssue).toMatchObject({
      kind: 'found',
      value: { isComplete: true, comments: [{ body: 'here', issueNumber: 1 }] },
    })
    expect(await github.listRecentComments(now)).toMatchObject({
      value: { comments: [{ body: 'there', issueNumber: 2 }, { body: 'here' }] },
    })
  })

  it('reads page after page, and says where it stopped', async () => {
    const { world, repository, issue, writer } = scene
    const add = (count: number) => {
      for (let index = 0; index < count; index += 1)
        addComment(world, repository, issue, { body: 'x', author: writer })
    }
    add(100)
    const github = connect()
    const list = async () => {
      const reading = await github.listRecentComments(start)
      if (reading.kind !== 'found') throw new Error(reading.kind)
      return { isComplete: reading.value.isComplete, count: reading.value.comments.length }
    }
    expect(await list()).toEqual({ isComplete: true, count: 100 })
    add(101)
    expect(await list()).toEqual({ isComplete: true, count: 201 })
    add(400)
    expect(await list()).toEqual({ isComplete: false, count: 500 })
  })

  it('lists of very many comments of an issue the first and the newest', async () => {
    const { world, repository, issue, writer } = scene
    for (let index = 0; index < 701; index += 1)
      addComment(world, repository, issue, { body: String(index), author: writer })
    const reading = await connect().listComments(issue.number, start)
    if (reading.kind !== 'found') throw new Error(reading.kind)
    const places = reading.value.comments.map(({ body }) => Number(body))
    expect(places).toEqual([
      ...Array.from({ length: 100 }, (_, index) => index),
      ...Array.from({ length: 301 }, (_, index) => 400 + index),
    ])
    expect(reading.value.isComplete).toBe(false)
    expect(countOf('issues/list-comments')).toBe(5)
  })

  it('reacts, tells a reaction that was there, and never fails for it', async () => {
    const { world, repository, issue, writer } = scene
    const { id } = addComment(world, repository, issue, { body: '/backup', author: writer })
    const github = connect()
    expect(await github.react(id, 'eyes')).toBe('added')
    expect(await github.react(id, 'eyes')).toBe('present')
    expect(await github.react(id, 'rocket')).toBe('added')
    expect(await github.react(1, 'eyes')).toBe('failed')
  })
})

describe('connectRepository: runs', () => {
  const dispatchId = 'actions/create-workflow-dispatch'

  it('starts a run on the default branch and is told which', async () => {
    const { world, repository } = scene
    seedWorkflow(world, repository, 'database-backup.yml', 'active', workflowText)
    const started = await connect().dispatch('database-backup.yml', { command: 'backup' })
    const [run] = [...repository.runs.values()]
    expect(started).toEqual({
      kind: 'done',
      value: { runId: run?.id, url: expect.stringMatching(/\/actions\/runs\/\d+$/) },
    })
    expect(run?.inputs).toEqual({ command: 'backup' })
  })

  it('tells no run apart on a server of one’s own, and asks for nothing that it does not know', async () => {
    const server = await stageBot({ basePath: '/api/v3' })
    const { github, world, repository, token } = server
    try {
      seedWorkflow(world, repository, 'database-backup.yml', 'active', workflowText)
      const connected = connectRepository({
        address: { url: github.apiUrl, isServer: true },
        fullName: repository.fullName,
        defaultBranch: 'main',
        selfLogin: 'strongroom[bot]',
        authorize: async () => ({ kind: 'found', value: token }),
        clock: { sleep: async () => {} },
      })
      const started = await connected.dispatch('database-backup.yml', { command: 'backup' })
      expect(started).toEqual({ kind: 'done', value: undefined })
      expect(repository.runs.size).toBe(1)
    } finally {
      await github.close()
    }
  })

  it.each<[string, Fault]>([
    ['a 502', { kind: 'status', status: 502 }],
    ['a reset', { kind: 'reset' }],
    ['no answer', { kind: 'hang' }],
    ['half an answer', { kind: 'stall' }],
  ])('sends a dispatch once, and knows nothing of it after %s', async (_name, fault) => {
    const { world, repository, github } = scene
    seedWorkflow(world, repository, 'database-backup.yml', 'active', workflowText)
    github.faults.add({ fault, operationId: dispatchId, isAfterEffect: true })
    const started = await connect({ timeoutMs: 300 }).dispatch('database-backup.yml', {
      command: 'backup',
    })
    expect(started).toMatchObject({ kind: 'unknown' })
    expect([countOf(dispatchId), repository.runs.size]).toEqual([1, 1])
  })

  it('takes an accepted dispatch for done where the answer has another form', async () => {
    const { world, repository, github } = scene
    seedWorkflow(world, repository, 'database-backup.yml', 'active', workflowText)
    const fault = { kind: 'raw', text: '{"odd":1}' } as const
    github.faults.add({ fault, operationId: dispatchId, isAfterEffect: true })
    const started = await connect().dispatch('database-backup.yml', { command: 'backup' })
    expect(started).toEqual({ kind: 'done', value: undefined })
  })

  it.each([
    ['a workflow that is not there', 'none.yml', {}, 404],
    ['an input that is not there', 'database-backup.yml', { command: 'backup', odd: '1' }, 422],
    ['an input that is missing', 'database-backup.yml', {}, 422],
  ])('tells a refusal apart: %s', async (_name, workflow, inputs, status) => {
    const { world, repository } = scene
    seedWorkflow(world, repository, 'database-backup.yml', 'active', workflowText)
    const started = await connect().dispatch(workflow, inputs)
    expect(started).toMatchObject({ kind: 'refused', status })
    expect([countOf(dispatchId), repository.runs.size]).toEqual([1, 0])
  })

  it.each([
    ['a disabled workflow', 'disabled_inactivity', workflowText, 'the workflow is disabled'],
    ['a workflow without the trigger', 'active', 'on: push', 'no trigger "workflow_dispatch"'],
    ['a file of another version', 'active', workflowText, 'does not take the inputs'],
  ] as const)('says what is wrong with %s', async (_name, state, text, problem) => {
    const { world, repository } = scene
    seedWorkflow(world, repository, 'database-backup.yml', state, text)
    const inputs = { command: 'backup', odd: '1' }
    const started = await connect().dispatch('database-backup.yml', inputs)
    expect(started).toMatchObject({ kind: 'refused', problem: expect.stringContaining(problem) })
    expect(JSON.stringify(started)).not.toContain('githubstatus')
  })

  it('is refused without a repetition where it is at its limit', async () => {
    const fault = { kind: 'status', status: 403, headers: { 'retry-after': '1' } } as const
    scene.github.faults.add({ fault, operationId: dispatchId })
    expect(await connect().dispatch('x.yml', {})).toMatchObject({ kind: 'refused', status: 403 })
    expect(countOf(dispatchId)).toBe(1)
  })

  it('reads a run, its jobs, what it waits for, and who answered', async () => {
    const { world, repository, app, admin } = scene
    const environment = seedEnvironment(world, repository, 'database-restore', {
      reviewers: [admin, seedTeam(world, 'acme', 'dba')],
      canAdminsBypass: false,
    })
    const run = seedRun(world, repository, app.user, {
      title: 'restore rq1',
      attempts: ['waiting'],
    })
    addJob(world, run, 'plan')
    seedPending(world, run, environment)
    const github = connect()
    expect(await github.readRun(run.id)).toEqual({
      kind: 'found',
      value: {
        id: run.id,
        url: expect.stringContaining(`/runs/${run.id}`),
        status: 'waiting',
        conclusion: undefined,
        title: 'restore rq1',
        event: 'workflow_dispatch',
        attempt: 1,
        actorId: app.user.id,
        createdAt: start,
        updatedAt: start,
      },
    })
    expect(await github.readJobs(run.id)).toEqual({
      kind: 'found',
      value: [{ name: 'plan', status: 'queued', conclusion: undefined }],
    })
    expect(await github.readPendingDeployments(run.id)).toEqual({
      kind: 'found',
      value: [{ environment: 'database-restore', reviewers: ['admin', 'dba'], since: start }],
    })
    seedApproval(run, environment, admin, 'rejected')
    expect(await github.readApprovals(run.id)).toEqual({
      kind: 'found',
      value: [
        {
          state: 'rejected',
          environments: ['database-restore'],
          user: { id: admin.id, login: 'admin', type: 'User' },
        },
      ],
    })
    expect(await github.readEnvironment('Database-Restore')).toEqual({
      kind: 'found',
      value: {
        name: 'database-restore',
        hasReviewers: true,
        reviewers: ['admin', 'dba'],
        canAdminsBypass: false,
      },
    })
    expect(await github.readEnvironment('none')).toEqual({ kind: 'missing' })
    expect(await github.cancelRun(run.id)).toEqual({ kind: 'done', value: undefined })
    expect(await github.cancelRun(run.id)).toMatchObject({ kind: 'refused', status: 409 })
  })

  it('sees an environment without reviewers as such', async () => {
    seedEnvironment(scene.world, scene.repository, 'open', { reviewers: [], waitMinutes: 5 })
    expect(await connect().readEnvironment('open')).toMatchObject({
      value: { hasReviewers: false, reviewers: [] },
    })
  })

  it('lists dispatched runs since, newest first', async () => {
    const { world, repository, app } = scene
    const workflow = seedWorkflow(world, repository, 'database-restore.yml')
    seedRun(world, repository, app.user, { workflow, title: 'old' })
    now = new Date('2026-11-22T12:10:00.500Z')
    seedRun(world, repository, app.user, { workflow, title: 'one' })
    seedRun(world, repository, app.user, { workflow, title: 'nightly', event: 'schedule' })
    seedRun(world, repository, app.user, { workflow, title: 'two' })
    const github = connect()
    expect(await github.listRuns('database-restore.yml', now)).toMatchObject({
      kind: 'found',
      value: [{ title: 'two' }, { title: 'one' }],
    })
    expect(await github.listRuns('none.yml', now)).toEqual({ kind: 'missing' })
  })

  it('finds an open run behind a hundred that have ended', async () => {
    const { world, repository, app } = scene
    const workflow = seedWorkflow(world, repository, 'database-restore.yml')
    seedRun(world, repository, app.user, { workflow, title: 'waits', attempts: ['waiting'] })
    for (let index = 0; index < 100; index += 1)
      seedRun(world, repository, app.user, { workflow, attempts: ['completed'] })
    seedRun(world, repository, app.user, { workflow, title: 'runs' })
    expect(await connect().listOpenRuns('database-restore.yml')).toMatchObject({
      value: [{ title: 'runs' }, { title: 'waits' }],
    })
  })
})

describe('connectRepository: trouble', () => {
  const operationId = 'repos/get-collaborator-permission-level'

  it.each<[string, Fault]>([
    ['a 500', { kind: 'status', status: 500 }],
    ['a reset', { kind: 'reset' }],
    ['half an answer', { kind: 'stall' }],
    ['a limit that ends soon', { kind: 'status', status: 429, headers: { 'retry-after': '2' } }],
    ['a token that is not known yet', { kind: 'status', status: 401 }],
  ])('repeats a reading after %s', async (_name, fault) => {
    scene.github.faults.add({ fault, operationId, times: 2 })
    const waits: number[] = []
    const reading = await connect({ timeoutMs: 300, waits }).readPermission('admin')
    expect(reading).toMatchObject({ kind: 'found' })
    expect(waits).toHaveLength(2)
    expect(countOf(operationId)).toBe(3)
  })

  it.each<[string, Fault, object]>([
    ['500 again and again', { kind: 'status', status: 500 }, { kind: 'failed' }],
    [
      'a limit that lasts',
      { kind: 'status', status: 403, headers: { 'retry-after': '60' } },
      { kind: 'failed', hint: expect.stringContaining('rate limit') },
    ],
    [
      'a limit without an end',
      { kind: 'status', status: 403, headers: { 'x-ratelimit-remaining': '0' } },
      { kind: 'failed' },
    ],
    [
      'a limit that only its words tell',
      { kind: 'status', status: 403, message: 'You have exceeded a secondary rate limit.' },
      { kind: 'failed', hint: expect.stringContaining('rate limit') },
    ],
    ['a 403', { kind: 'status', status: 403 }, { kind: 'denied', status: 403 }],
    ['another form', { kind: 'raw', text: '[]' }, { kind: 'failed' }],
    ['no JSON', { kind: 'raw', text: '<html>' }, { kind: 'failed' }],
  ])('gives up on %s, and repeats nothing of GitHub’s words', async (_name, fault, expected) => {
    scene.github.faults.add({ fault, operationId })
    const reading = await connect({ timeoutMs: 300 }).readPermission('admin')
    expect(reading).toMatchObject(expected)
    expect(JSON.stringify(reading)).not.toMatch(/Scripted|ghs_|127\.0\.0\.1/)
    expect(countOf(operationId)).toBeLessThanOrEqual(3)
  })

  it('does not repeat the creation of a comment that GitHub did not answer', async () => {
    const { github, issue, repository } = scene
    const fault = { kind: 'reset' } as const
    github.faults.add({ fault, operationId: 'issues/create-comment', isAfterEffect: true })
    expect(await connect().createComment(issue.number, 'card')).toMatchObject({ kind: 'unknown' })
    expect(repository.comments.size).toBe(1)
  })

  it('writes a change again, since the second one changes nothing more', async () => {
    const { github, world, repository, issue, app } = scene
    const { id } = addComment(world, repository, issue, { body: 'a', author: app.user, app })
    const fault = { kind: 'reset' } as const
    github.faults.add({
      fault,
      operationId: 'issues/update-comment',
      isAfterEffect: true,
      times: 1,
    })
    expect(await connect().updateComment(id, 'b')).toMatchObject({
      kind: 'done',
      value: { body: 'b' },
    })
    expect(countOf('issues/update-comment')).toBe(2)
  })
})

describe('connectApp', () => {
  function signIn(changes: { readonly appId?: number; readonly privateKey?: string } = {}) {
    const { app, github } = scene
    return connectApp({
      appId: app.id,
      privateKey: app.privateKey,
      address: { url: github.apiUrl, isServer: false },
      clock: { sleep: async () => {} },
      ...changes,
    })
  }

  beforeEach(() => {
    // The App's own clock is the machine's.
    now = new Date()
  })

  it('learns its login once', async () => {
    const signedIn = signIn()
    expect(await signedIn.readLogin()).toEqual({ kind: 'found', value: 'strongroom[bot]' })
    expect(await signedIn.readLogin()).toEqual({ kind: 'found', value: 'strongroom[bot]' })
    expect(countOf('apps/get-authenticated')).toBe(1)
  })

  it('takes a token for one repository, and keeps it', async () => {
    const { installation, repository, world } = scene
    const authorize = signIn().authorize(installation.id, repository.id)
    const first = await authorize(false)
    expect(first).toMatchObject({ kind: 'found', value: expect.stringMatching(/^ghs_/) })
    expect(await authorize(false)).toEqual(first)
    expect(countOf('apps/create-installation-access-token')).toBe(1)
    const token = world.tokens.get(first.kind === 'found' ? first.value : '')
    expect(token?.repositoryIds).toEqual(new Set([repository.id]))
    expect(await authorize(true)).not.toEqual(first)
  })

  it('says that number and key belong to different Apps', async () => {
    expect(await signIn({ appId: 1 }).readLogin()).toMatchObject({
      kind: 'denied',
      hint: expect.stringContaining('same App'),
    })
  })

  it('tells a missing installation from no answer', async () => {
    const { github, installation, repository } = scene
    expect(await signIn().authorize(1, repository.id)(false)).toEqual({ kind: 'missing' })
    const fault = { kind: 'status', status: 500 } as const
    github.faults.add({ fault, operationId: 'apps/create-installation-access-token' })
    expect(await signIn().authorize(installation.id, repository.id)(false)).toMatchObject({
      kind: 'failed',
    })
  })

  it('sends nothing, and refuses, where it gets no token', async () => {
    const { github, repository, issue } = scene
    const connected = connectRepository({
      address: { url: github.apiUrl, isServer: false },
      fullName: repository.fullName,
      defaultBranch: 'main',
      selfLogin: 'strongroom[bot]',
      authorize: signIn().authorize(1, repository.id),
      clock: { sleep: async () => {} },
    })
    expect(await connected.createComment(issue.number, 'card')).toMatchObject({
      kind: 'refused',
      hint: 'Install the App in this repository.',
    })
    expect(countOf('issues/create-comment')).toBe(0)
  })
})
