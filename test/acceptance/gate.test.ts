import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Fingerprint, fingerprint } from '../integration/postgres/target/fingerprint.ts'
import { expectNothingGivenAway } from '../support/acceptance/expect-bad-end.ts'
import { runStep, type StepEnd } from '../support/acceptance/run-step.ts'
import { type Bucket, startWorld, type World } from '../support/acceptance/start-world.ts'
import { type GateScene, stageGate } from '../support/github/gate-scene.ts'
import { seedApproval } from '../support/github/resources/approvals.ts'
import { changeComment } from '../support/github/resources/comments.ts'
import { seedUser } from '../support/github/resources/users.ts'
import { seedToken } from '../support/github/tokens.ts'

let world: World
let scene: GateScene
let card: ReturnType<GateScene['card']>
let bucket: Bucket
let database = ''
let good: Fingerprint
let damaged: Fingerprint
let id = ''
let older = ''

beforeAll(async () => {
  world = await startWorld()
  bucket = world.newBucket()
  database = await world.newDatabase()
  const inputs = { ...bucket.inputs, 'database-url': world.cluster.url(database) }
  older = (await runStep(world.folder, { inputs })).outputs['backup-id'] ?? ''
  id = (await runStep(world.folder, { inputs })).outputs['backup-id'] ?? ''
  good = await fingerprint(world.cluster, database)
  await world.cluster.query(database, 'DELETE FROM orders')
  damaged = await fingerprint(world.cluster, database)
})
beforeEach(async () => {
  scene = await stageGate()
  card = scene.card()
})
afterEach(async () => {
  await scene.github.close()
})
afterAll(async () => {
  await world?.close()
})

/** The variables of the run that the scene tells of. */
const variables = () => ({
  GITHUB_API_URL: scene.github.apiUrl,
  GITHUB_RUN_ID: String(scene.run.id),
  GITHUB_ACTOR: 'strongroom[bot]',
  GITHUB_TRIGGERING_ACTOR: 'strongroom[bot]',
})
const asked = () => ({
  'requested-by': 'asker',
  'requested-by-id': String(scene.asker.id),
  'request-id': card.request.id,
  'comment-id': String(card.comment.id),
})

const plans = new Map<string, Promise<string>>()

/** The first job: what reviewers will be shown. Scenes have the same ids, so one plan of a kind serves. */
async function plan(given: Readonly<Record<string, string>> = {}): Promise<string> {
  const kind = JSON.stringify([given, card.request.id])
  const made = plans.get(kind) ?? makePlan(given)
  plans.set(kind, made)
  return await made
}

async function makePlan(given: Readonly<Record<string, string>>): Promise<string> {
  const end = await runStep(world.folder, {
    inputs: {
      ...bucket.inputs,
      command: 'plan',
      'backup-id': 'latest',
      ...asked(),
      ...given,
    },
    environment: variables(),
  })
  expect(end.code, end.stdout).toBe(0)
  return String(JSON.parse(end.outputs['result'] ?? '').plan)
}

async function readJson(key: string): Promise<unknown> {
  return JSON.parse(await bucket.peek.readText(key))
}

interface Job {
  readonly given?: Readonly<Record<string, string>>
  readonly environment?: Readonly<Record<string, string>>
}

/** The second job, which the environment holds back until it is approved. */
async function gated(text: string, { given = {}, environment = {} }: Job = {}): Promise<StepEnd> {
  return await runStep(world.folder, {
    inputs: {
      ...bucket.inputs,
      'database-url': world.cluster.url(database),
      command: 'restore',
      'backup-id': 'latest',
      'restore-delay-seconds': '0',
      'safety-backup': 'false',
      environment: 'database-restore',
      'github-token': scene.token,
      plan: text,
      ...asked(),
      ...given,
    },
    environment: { ...variables(), ...environment },
  })
}

describe('a restore behind the gate, refused', () => {
  it.each<readonly [string, RegExp, () => Job | undefined]>([
    ['nobody approved', /approv/, () => void scene.run.approvals.splice(0)],
    [
      'who asked approved',
      /approved a request of their own/,
      () => {
        scene.run.approvals.splice(0)
        scene.environment.reviewers = [scene.asker]
        seedApproval(scene.run, scene.environment, scene.asker)
      },
    ],
    [
      'somebody else than a reviewer approved',
      /reviewer/,
      () => {
        scene.run.approvals.splice(0)
        seedApproval(scene.run, scene.environment, seedUser(scene.world, 'passer-by'))
      },
    ],
    [
      'it was rejected',
      /approv|reject/,
      () => {
        scene.run.approvals.splice(0)
        seedApproval(scene.run, scene.environment, scene.approver, 'rejected')
      },
    ],
    [
      'the environment has no reviewers',
      /reviewers/,
      () => {
        scene.environment.reviewers = undefined
      },
    ],
    [
      'administrators may bypass the environment',
      /administrators may bypass/,
      () => {
        scene.environment.canAdminsBypass = true
      },
    ],
    [
      'the card is not there any more',
      /not known who asked/,
      () => void scene.repository.comments.delete(card.comment.id),
    ],
    [
      'the comment that asked is not there any more',
      /comment that asked is gone/,
      () => void scene.repository.comments.delete(card.asked.id),
    ],
    [
      'somebody has edited the comment that asked',
      /comment that asked was edited/,
      () => {
        const { world: there, repository, approver: sender } = scene
        const later = new Date(there.now().getTime() + 60_000)
        changeComment({ world: there, repository, comment: card.asked, sender }, '/restore latest')
        card.asked.updatedAt = later
      },
    ],
    ['no card is named', /not known who asked/, () => ({ given: { 'comment-id': '' } })],
    ['an undo', /"undo" is given/, () => ({ given: { undo: id, 'backup-id': '' } })],
    ['there is no such environment', /environment/, () => ({ given: { environment: 'nowhere' } })],
    [
      'the run was started again',
      /first attempt/,
      () => {
        scene.run.attempts = ['completed', 'in_progress']
        return { environment: { GITHUB_RUN_ATTEMPT: '2' } }
      },
    ],
    [
      'another branch',
      /default branch/,
      () => {
        scene.run.branch = 'sneaky'
        return { environment: { GITHUB_REF: 'refs/heads/sneaky' } }
      },
    ],
    [
      'another target',
      /target/,
      () => ({
        given: { confirm: 'postgres', 'target-database-url': world.cluster.url('postgres') },
      }),
    ],
    ['another mode', /mode/, () => ({ given: { 'restore-mode': 'in-place' } })],
    ['another backup', /backup/, () => ({ given: { 'backup-id': older } })],
    [
      'another who asked',
      /requester/,
      () => ({ given: { 'requested-by-id': String(scene.approver.id) } }),
    ],
    ['no plan', /no plan|plan/, () => ({ given: { plan: '' } })],
    ['no token', /github-token/, () => ({ given: { 'github-token': '' } })],
    [
      'a token that may not look',
      /GitHub answered 403/,
      () => ({ given: { 'github-token': seedToken(scene.world, {}) } }),
    ],
    ['no environment, though a plan', /environment/, () => ({ given: { environment: '' } })],
  ])('%s', async (_name, message, spoil) => {
    const text = await plan()
    const before = bucket.contents()
    const requests = world.server.requests.length
    const end = await gated(text, spoil() ?? {})
    expect(end, end.stdout).toMatchObject({ code: 1, result: { ok: false } })
    expect(['gate_refused', 'invalid_input']).toContain(end.result.reasonCode)
    expect(end.result.message).toMatch(message)
    expect(end.result.message).toMatch(/^Cannot .+, expected /)
    // The bucket heard of the refusal after it, and of nothing else.
    const after = [...bucket.contents().keys()].filter((key) => !before.has(key))
    expect(after).toEqual([expect.stringMatching(/^strongroom\/audit\/\d{4}\/.*-(restore|undo)-/)])
    expect(await readJson(after[0] ?? '')).toMatchObject({
      outcome: end.result.reasonCode,
      actor: 'asker',
      requestId: card.request.id,
      requestedById: expect.any(Number),
      details: { message: end.result.message },
    })
    const asked = world.server.requests.slice(requests).map(({ key }) => key)
    for (const key of asked) expect(key).toMatch(/^strongroom\/(audit|probe)\//)
    expect(await fingerprint(world.cluster, database)).toEqual(damaged)
    await expectNothingGivenAway(end, {
      bucket,
      secrets: { token: scene.token, password: world.cluster.password },
    })
  })

  it('a backup whose bytes are not those that were approved', async () => {
    const text = await plan({ 'backup-id': id })
    const other = JSON.stringify({ ...JSON.parse(text), checksum: 'f'.repeat(64) })
    const end = await gated(other)
    expect(end, end.stdout).toMatchObject({ code: 1, result: { reasonCode: 'gate_refused' } })
    expect(end.result.message).toContain('checksum')
    expect(await fingerprint(world.cluster, database)).toEqual(damaged)
  })

  it('a connection that leads to another database than the approved one', async () => {
    const elsewhere = world.cluster.url('postgres')
    const end = await gated(await plan(), { given: { 'target-database-url': elsewhere } })
    expect(end, end.stdout).toMatchObject({ code: 1, result: { reasonCode: 'gate_refused' } })
    expect(end.result.message).toContain(`another database than the approved "${database}"`)
    expect(await fingerprint(world.cluster, database)).toEqual(damaged)
  })

  it('GitHub does not answer', async () => {
    const text = await plan()
    scene.github.faults.add({ fault: { kind: 'status', status: 503 } })
    const end = await gated(text)
    expect(end, end.stdout).toMatchObject({ code: 1, result: { reasonCode: 'gate_refused' } })
    expect(await fingerprint(world.cluster, database)).toEqual(damaged)
  })
})

describe('a deletion behind the gate', () => {
  it('is refused without an approval, and deletes what was approved', async () => {
    card = scene.card('delete', older)
    const text = await plan({ 'backup-id': older, plan: 'delete' })
    const given = { command: 'delete', 'backup-id': older }
    const restored = await gated(text)
    expect(restored, restored.stdout).toMatchObject({
      code: 1,
      result: { reasonCode: 'gate_refused' },
    })
    const approvals = scene.run.approvals.splice(0)
    const refused = await gated(text, { given })
    expect(refused).toMatchObject({ code: 1, result: { reasonCode: 'gate_refused' } })
    expect(bucket.peek.keys(`strongroom/backups/${older}/`)).toHaveLength(2)
    scene.run.approvals.push(...approvals)
    const end = await gated(text, { given })
    expect(end, end.stdout).toMatchObject({ code: 0, result: { removal: 'deleted' } })
    expect(bucket.peek.keys(`strongroom/backups/${older}/`)).toEqual([])
    expect(bucket.peek.keys(`strongroom/backups/${id}/`)).toHaveLength(2)
  })
})

describe('a restore that the policy file lets through', () => {
  it('goes into a new database of a name of its own, and says that nobody had to approve', async () => {
    scene.environment.reviewers = undefined
    scene.run.approvals.splice(0)
    scene.repository.files.set('.github/strongroom.yml', 'allow-unprotected: true\n')
    const mode = { 'restore-mode': 'new-database' }
    const text = await plan({ 'backup-id': id, ...mode })
    const name = `${database}__restored_${id.toLowerCase().replaceAll('-', '_')}`
    expect(JSON.parse(text)).toMatchObject({ target: name })
    const end = await gated(text, { given: mode })
    expect(end, end.stdout).toMatchObject({ code: 0, outputs: { 'backup-id': id } })
    expect(end.stdout).toContain('UNPROTECTED: the environment "database-restore" has no required')
    expect(await fingerprint(world.cluster, name)).toEqual(good)
    const audits = await Promise.all(bucket.peek.keys('strongroom/audit/').map(readJson))
    expect(audits).toContainEqual(
      expect.objectContaining({ action: 'restore', isUnprotected: true, approvers: [] }),
    )
    await world.cluster.query('postgres', `DROP DATABASE "${name}"`)
  })
})

describe('a restore behind the gate, approved', () => {
  it('restores what the plan says, and not what "latest" has become', async () => {
    const text = await plan()
    const { cluster } = world
    const newer = await runStep(world.folder, {
      inputs: { ...bucket.inputs, 'database-url': cluster.url(database) },
    })
    expect(newer.code, newer.stdout).toBe(0)
    const end = await gated(text)
    expect(end, end.stdout).toMatchObject({ code: 0, outputs: { 'backup-id': id } })
    expect(end.stdout).toContain('Approved by approver')
    expect(await fingerprint(cluster, database)).toEqual(good)
    const claimed = await readJson(`strongroom/audit/requests/${card.request.id}.json`)
    expect(claimed).toMatchObject({
      action: 'restore',
      outcome: 'accepted',
      actor: 'asker',
      approvers: [{ id: scene.approver.id, login: 'approver' }],
      run: { id: String(scene.run.id) },
    })
    await expectNothingGivenAway(end, {
      bucket,
      secrets: { token: scene.token, password: cluster.password },
    })
  })
})

describe('a request that was carried out', () => {
  const own = 'rq7-41-0-00112233aabb'
  const backup = (runId: string, attempt = '1', actor = 'strongroom[bot]', requestId = own) =>
    runStep(world.folder, {
      inputs: {
        ...bucket.inputs,
        'database-url': world.cluster.url(database),
        type: 'MANUAL',
        'request-id': requestId,
        'requested-by': 'asker',
        'requested-by-id': '1',
      },
      environment: {
        ...variables(),
        GITHUB_RUN_ID: runId,
        GITHUB_RUN_ATTEMPT: attempt,
        GITHUB_ACTOR: actor,
        GITHUB_TRIGGERING_ACTOR: actor,
      },
    })

  it('is not taken away from its bot by a person who types its id', async () => {
    const typed = await backup('8000000', '1', 'octocat')
    expect(typed, typed.stdout).toMatchObject({
      code: 1,
      result: { reasonCode: 'invalid_input', stage: 'gate' },
    })
    expect(bucket.peek.keys('strongroom/audit/requests/')).not.toContain(
      `strongroom/audit/requests/${own}.json`,
    )
    const audits = await Promise.all(bucket.peek.keys('strongroom/audit/').map(readJson))
    const told = audits.find((audit) => Object(audit).outcome === 'invalid_input')
    expect(told).toMatchObject({ actor: 'octocat', action: 'backup' })
    expect(told).not.toHaveProperty('requestedById')
  })

  it('is not carried out by another run, and again by none but its own', async () => {
    const first = await backup('8000001')
    expect(first, first.stdout).toMatchObject({ code: 0, result: { reasonCode: 'completed' } })
    const replayed = await backup('8000002')
    expect(replayed, replayed.stdout).toMatchObject({
      code: 1,
      result: { reasonCode: 'already_carried_out', stage: 'gate' },
    })
    expect(replayed.result.message).toMatch(
      /^Cannot carry out request rq7-\S+: \S+8000001 has taken/,
    )
    const again = await backup('8000001', '2')
    expect(again).toMatchObject({ code: 0, result: { reasonCode: 'already_completed' } })
    expect(again.outputs['backup-id']).toBe(first.outputs['backup-id'])
  })

  it('is not taken away from an App by a run that a workflow started, which gives way to it', async () => {
    const id = 'rq7-42-0-00112233aabb'
    const workflows = 'github-actions[bot]'
    expect((await backup('8000011', '1', workflows, id)).code).toBe(0)
    expect(await backup('8000012', '1', workflows, id)).toMatchObject({
      code: 1,
      result: { reasonCode: 'already_carried_out' },
    })
    const asked = await backup('8000013', '1', 'strongroom[bot]', id)
    expect(asked, asked.stdout).toMatchObject({ code: 0, result: { reasonCode: 'completed' } })
    const replayed = await backup('8000014', '1', 'strongroom[bot]', id)
    expect(replayed).toMatchObject({ code: 1, result: { reasonCode: 'already_carried_out' } })
    // Not even again, now that the App's run has it.
    const again = await backup('8000011', '2', workflows, id)
    expect(again).toMatchObject({ code: 1, result: { reasonCode: 'already_carried_out' } })
  })
})
