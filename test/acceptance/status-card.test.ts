import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parseCard } from '../../action/domain/parse-card.ts'
import { renderCard } from '../../action/domain/render-card.ts'
import type { ChatCommand, Request } from '../../action/domain/request.ts'
import { startCard } from '../../action/domain/start-card.ts'
import { holdTable, waitUntilBlocked } from '../support/acceptance/hold-table.ts'
import { findLeaks } from '../support/acceptance/leaks.ts'
import { runPost, runStep, type StepEnd, startStep } from '../support/acceptance/run-step.ts'
import { type Bucket, startWorld, type World } from '../support/acceptance/start-world.ts'
import { sampleRequest } from '../support/cards/sample-card.ts'
import { type GateScene, stageGate } from '../support/github/gate-scene.ts'
import { addComment, type CommentState } from '../support/github/resources/comments.ts'
import { seedIssue } from '../support/github/resources/issues.ts'
import { type RepositoryState, seedRepository } from '../support/github/resources/repositories.ts'
import { seedRun } from '../support/github/resources/runs.ts'
import { seedUser } from '../support/github/resources/users.ts'
import { type FakeGitHub, startFakeGitHub } from '../support/github/start-fake-github.ts'
import { seedToken } from '../support/github/tokens.ts'

type SeededCard = ReturnType<GateScene['card']>

const password = 'hush p@ss/w:rd'

let world: World
let bucket: Bucket
let database = ''
let url = ''
let github: FakeGitHub
let repository: RepositoryState
let comment: CommentState
let token = ''
let runId = 0
/** Every test asks anew: a request is carried out once. */
let asked = 1000

beforeAll(async () => {
  world = await startWorld()
  bucket = world.newBucket()
  database = await world.newDatabase()
  await world.cluster.query('postgres', `CREATE ROLE boss LOGIN SUPERUSER PASSWORD '${password}'`)
  url = world.cluster.url(database, { user: 'boss', password })
})
beforeEach(async () => {
  github = await startFakeGitHub()
  repository = seedRepository(github.world, 'acme/shop')
  token = seedToken(github.world, { issues: 'write', actions: 'read' })
})
afterEach(async () => {
  world.server.faults.clear()
  await github.close()
})
afterAll(async () => {
  await world?.close()
})

/** The card as the bot leaves it, and the step that GitHub then starts. */
function ask(command: ChatCommand, given: Readonly<Record<string, string>>) {
  asked += 1
  const author = seedUser(github.world, 'strongroom[bot]')
  runId = seedRun(github.world, repository, author).id
  const issue = seedIssue(github.world, repository, { number: sampleRequest.issueNumber })
  const request: Request = {
    ...sampleRequest,
    id: `rq${issue.number}-${asked}-0-0123456789ab`,
    commentId: asked,
    command,
    arguments: {},
  }
  const card = startCard(new Date(request.createdAt))
  const body = renderCard({ request, signature: 'c2ln', card })
  comment = addComment(github.world, repository, issue, { body, author })
  return {
    inputs: {
      ...bucket.inputs,
      'database-url': url,
      'github-token': token,
      'comment-id': String(comment.id),
      'request-id': request.id,
      'issue-number': String(issue.number),
      'requested-by': request.requester.login,
      'requested-by-id': String(request.requester.id),
      ...given,
    },
    environment: {
      GITHUB_API_URL: github.apiUrl,
      GITHUB_RUN_ID: String(runId),
      GITHUB_ACTOR: author.login,
      GITHUB_ACTOR_ID: String(author.id),
      GITHUB_TRIGGERING_ACTOR: author.login,
      GITHUB_ACTION_REPOSITORY: 'acme/strongroom',
      GITHUB_ACTION_REF: 'v1',
    },
  }
}

async function carryOut(command: ChatCommand, given: Readonly<Record<string, string>>) {
  const end = await runStep(world.folder, ask(command, given))
  return { end, ...readCard() }
}

/** What stands on the card, after a look for what must not. */
function readCard() {
  const parts = parseCard(comment.body)
  if (parts === undefined) throw new Error('the comment is no card')
  expect(parts.signature).toBe('c2ln')
  const text = `${comment.body}\n${JSON.stringify(parts)}`
  const secrets = { password, url, token, 'secret key': world.server.secretAccessKey }
  expect(findLeaks(secrets, text)).toEqual([])
  expect(text).not.toMatch(/127\.0\.0\.1|localhost|s3:\/\//)
  expect(text).not.toContain(bucket.name)
  expect(text).not.toContain(String(world.cluster.port))
  return { ...parts, body: comment.body }
}

/** States that the step wrote, in their order. */
const written = () =>
  github.requests
    .filter(({ method }) => method === 'PATCH')
    .map(({ body }) => parseCard(String((body as { body?: unknown }).body))?.card.state)

function expectAgreement(end: StepEnd, { card }: ReturnType<typeof readCard>): void {
  expect(card.reasonCode).toBe(end.outputs['reason-code'])
  expect(card.state === 'succeeded').toBe(end.code === 0)
}

describe('the status card', () => {
  it('shows a backup from its beginning to its result', async () => {
    const { end, ...shown } = await carryOut('backup', { command: 'backup' })
    expect(end.code, end.stdout).toBe(0)
    expectAgreement(end, shown)
    expect(written()).toEqual(['running', 'succeeded'])
    expect(shown.card.message).toBe(end.result.message)
    expect(shown.body).toContain('### ✅ `/backup` succeeded')
    expect(shown.card.run?.url).toBe(`https://github.example/acme/shop/actions/runs/${runId}`)
    expect(shown.body).toContain(
      'https://github.example/acme/strongroom/blob/v1/docs/status-card.md',
    )
    expect(shown.details).toContain(`| **Backup** | \`${end.outputs['backup-id']}\` |`)
    expect(shown.details).toContain('| **COMPLETED** | ✅ 1 |')
    expect(end.stdout).not.toContain('status card')
  })

  it('shows the backups as a table with the four figures', async () => {
    const { end, ...shown } = await carryOut('backups', { command: 'list', 'per-page': '1' })
    expect(end.code, end.stdout).toBe(0)
    expectAgreement(end, shown)
    expect(shown.details).toMatch(/^\| Backup \| Status \| Type \|/)
    expect(shown.details).toMatch(/\| `\d{8}T\d{6}Z-\w{4}` \| ✅\u00a0COMPLETED \| MANUAL \|/)
    for (const figure of ['Total stored', 'COMPLETED', 'FAILED', 'Last backup'])
      expect(shown.details).toContain(`| **${figure}** |`)
    expect(shown.body).not.toContain('<details>')
  })

  it('shows a failure with its stage, its reason and what to do', async () => {
    const { end, ...shown } = await carryOut('backup', {
      command: 'backup',
      'database-url': 'postgres://boss:hush@localhost:9/shop',
    })
    expect(end.code).toBe(1)
    expectAgreement(end, shown)
    expect(shown.card).toMatchObject({ state: 'failed', hint: expect.any(String) })
    expect(shown.card.message).toMatch(/^Cannot /)
    expect(shown.details).toContain(`| **Stage** | ${end.result.stage} |`)
    expect(shown.body).toContain(`docs/troubleshooting.md#${end.result.reasonCode}`)
  })

  it('shows a bucket that does not answer without naming it', async () => {
    world.server.faults.add({ kind: 'denied', times: Number.POSITIVE_INFINITY })
    const { end, ...shown } = await carryOut('backups', { command: 'list' })
    expect(end.code).toBe(1)
    expectAgreement(end, shown)
    expect(shown.card.state).toBe('failed')
  })

  it('shows inputs that are wrong', async () => {
    const { end, ...shown } = await carryOut('backups', { command: 'list', page: 'none' })
    expect(end.code).toBe(1)
    expectAgreement(end, shown)
    expect(written()).toEqual(['failed'])
    expect(shown.card.reasonCode).toBe('invalid_input')
  })

  it('shows a plan before anything is done', async () => {
    const { end, ...shown } = await carryOut('restore', {
      command: 'plan',
      'backup-id': 'latest',
      confirm: database,
    })
    expect(end.code, end.stdout).toBe(0)
    expect(written()).toEqual(['planned'])
    const plan = JSON.parse(String(end.result.plan))
    expect(shown.card.plan).toMatchObject({
      command: 'restore',
      backupId: plan.backupId,
      checksum: plan.checksum,
      sizeBytes: plan.size,
      target: database,
      mode: 'swap',
    })
    expect(shown.body).toContain('| **Data loss** | ⚠️ what was written since ')
  })

  it('shows why a plan could not be made', async () => {
    const { end, ...shown } = await carryOut('restore', {
      command: 'plan',
      'backup-id': '20200101T000000Z-aaaa',
    })
    expect(end.code).toBe(1)
    expectAgreement(end, shown)
    expect(shown.card.state).toBe('failed')
  })

  it('shows the reasons of a gate that stays shut, and never says that it was running', async () => {
    const { end, ...shown } = await carryOut('restore', {
      command: 'restore',
      'backup-id': 'latest',
      environment: 'database-restore',
      plan: '{}',
    })
    expect(end.code).toBe(1)
    expectAgreement(end, shown)
    expect(written()).toEqual(['failed'])
  })

  it('does not decide how a command ends', async () => {
    token = seedToken(github.world, { issues: 'read' })
    const request = ask('backups', { command: 'list' })
    const step = await startStep(world.folder, request)
    const end = await step.ended
    expect(end.code, end.stdout).toBe(0)
    expect(end.stdout).toMatch(/::warning::Cannot update the status card: .*403.*issues: write/)
    expect(readCard().card.state).toBe('requested')
    const post = await runPost(step, request)
    expect(post.code).toBe(0)
    expect(post.stdout).toContain('Cannot update the status card')
  })

  it('is out of reach for a person who starts a run and types whose card it is', async () => {
    const request = ask('restore', { command: 'plan', 'backup-id': 'latest', confirm: database })
    const person = { GITHUB_ACTOR: 'octocat', GITHUB_ACTOR_ID: '583231' }
    const environment = { ...request.environment, ...person }
    const end = await runStep(world.folder, { ...request, environment })
    expect(end.code, end.stdout).toBe(0)
    expect(end.stdout).toContain('the card is by another account')
    expect(written()).toEqual([])
    expect(readCard().card).not.toHaveProperty('plan')
  })

  it('touches no card of another request', async () => {
    const request = ask('backups', { command: 'list', 'request-id': 'rq7-1001-9-0123456789ab' })
    const end = await runStep(world.folder, request)
    expect(end.code).toBe(0)
    expect(end.stdout).toContain('the card is of another request')
    expect(written()).toEqual([])
  })
})

describe('the status card of a restore', () => {
  let scene: GateScene
  beforeEach(async () => {
    scene = await stageGate()
  })
  afterEach(() => scene.github.close())

  /** One job of the run, with a token that may write the card. */
  async function carryOutJob(given: Readonly<Record<string, string>>, card: SeededCard) {
    const { world: there, asker, run, github: fake } = scene
    return await runStep(world.folder, {
      inputs: {
        ...bucket.inputs,
        'backup-id': 'latest',
        confirm: database,
        'github-token': seedToken(there, { actions: 'read', contents: 'read', issues: 'write' }),
        'requested-by': asker.login,
        'requested-by-id': String(asker.id),
        'request-id': card.request.id,
        'comment-id': String(card.comment.id),
        'issue-number': String(card.request.issueNumber),
        ...given,
      },
      environment: {
        GITHUB_API_URL: fake.apiUrl,
        GITHUB_RUN_ID: String(run.id),
        GITHUB_ACTOR: scene.bot.login,
        GITHUB_ACTOR_ID: String(scene.bot.id),
        GITHUB_TRIGGERING_ACTOR: scene.bot.login,
      },
    })
  }

  const restore = (plan: string) => ({
    command: 'restore',
    'database-url': url,
    'restore-delay-seconds': '0',
    'safety-backup': 'false',
    environment: 'database-restore',
    plan,
  })

  it('tells it from the plan to the end, with who approved', async () => {
    const card = scene.card()
    const planned = await carryOutJob({ command: 'plan' }, card)
    expect(planned.code, planned.stdout).toBe(0)
    expect(parseCard(card.comment.body)?.card.state).toBe('planned')
    const end = await carryOutJob(restore(String(planned.result.plan)), card)
    expect(end.code, end.stdout).toBe(0)
    const shown = parseCard(card.comment.body)
    const { id, login } = scene.approver
    expect(shown?.card).toMatchObject({
      state: 'succeeded',
      plan: { target: database },
      approvers: [{ id, login }],
      run: { id: scene.run.id },
    })
    expect(shown?.card).not.toHaveProperty('isUnprotected')
    expect(shown?.details).toContain('2,500 rows restored in 2 tables')
    expect(`${card.comment.body}${JSON.stringify(shown)}`).not.toMatch(/127\.0\.0\.1|s3:|hush/)
    const states = scene.github.requests
      .filter(({ method }) => method === 'PATCH')
      .map(({ body }) => parseCard(String((body as { body?: unknown }).body))?.card.state)
    expect(states).toEqual(['planned', 'running', 'succeeded'])
  })

  it('gives every reason of a gate that stays shut', async () => {
    const card = scene.card()
    const planned = await carryOutJob({ command: 'plan' }, card)
    scene.run.approvals.splice(0)
    scene.run.branch = 'feature'
    const end = await carryOutJob(restore(String(planned.result.plan)), card)
    expect(end.code).toBe(1)
    const shown = parseCard(card.comment.body)?.card
    expect(shown).toMatchObject({ state: 'failed', reasonCode: 'gate_refused' })
    expect(shown?.message).toMatch(/approv.*; .*default branch/)
    expect(card.comment.body).toContain('default branch')
  })
})

describe('post and the status card', () => {
  it('has nothing to tell after a command that told its end', async () => {
    const request = ask('backups', { command: 'list' })
    const step = await startStep(world.folder, request)
    await step.ended
    const before = github.requests.length
    expect((await runPost(step, request)).code).toBe(0)
    expect(github.requests).toHaveLength(before)
  })

  it('tells the end that main could not', async () => {
    const request = ask('backups', { command: 'list' })
    const fault = { kind: 'status', status: 403 } as const
    github.faults.add({ fault, operationId: 'issues/update-comment', times: 2 })
    const step = await startStep(world.folder, request)
    const end = await step.ended
    expect(readCard().card.state).toBe('requested')
    expect((await runPost(step, request)).code).toBe(0)
    expectAgreement(end, readCard())
    expect(readCard().card.state).toBe('succeeded')
  })

  it('ends the card of a main that was killed', async () => {
    const { release } = await holdTable(world.cluster, database, 'orders')
    try {
      const request = ask('backup', { command: 'backup' })
      const step = await startStep(world.folder, request)
      await waitUntilBlocked(world.cluster, database)
      step.signal('SIGKILL')
      await step.ended
      expect((await runPost(step, request)).code).toBe(0)
    } finally {
      await release()
    }
    expect(readCard().card).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('ended before it could say how'),
      run: { id: runId },
    })
  })

  it('finds the card of a cancelled main at its end', async () => {
    const { release } = await holdTable(world.cluster, database, 'orders')
    try {
      const request = ask('backup', { command: 'backup' })
      const step = await startStep(world.folder, request)
      await waitUntilBlocked(world.cluster, database)
      step.signal('SIGINT')
      expect((await step.ended).code).toBe(130)
      expect(readCard().card).toMatchObject({ state: 'cancelled', reasonCode: 'cancelled' })
      expect((await runPost(step, request)).code).toBe(0)
      expect(readCard().card.state).toBe('cancelled')
    } finally {
      await release()
    }
  })
})
