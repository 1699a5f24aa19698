import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Fingerprint, fingerprint } from '../integration/postgres/target/fingerprint.ts'
import { expectNothingGivenAway } from '../support/acceptance/expect-bad-end.ts'
import { runStep, type StepEnd } from '../support/acceptance/run-step.ts'
import { type Bucket, startWorld, type World } from '../support/acceptance/start-world.ts'
import { type GateScene, stageGate } from '../support/github/gate-scene.ts'
import { seedApproval } from '../support/github/resources/approvals.ts'
import { seedUser } from '../support/github/resources/users.ts'
import { seedToken } from '../support/github/tokens.ts'

let world: World
let scene: GateScene
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
  'request-id': 'r-1',
})

const plans = new Map<string, Promise<string>>()

/** The first job: what reviewers will be shown. Every scene has the same ids, so one plan of a kind serves. */
async function plan(given: Readonly<Record<string, string>> = {}): Promise<string> {
  const kind = JSON.stringify(given)
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
      confirm: database,
      ...asked(),
      ...given,
    },
    environment: variables(),
  })
  expect(end.code, end.stdout).toBe(0)
  return String(JSON.parse(end.outputs['result'] ?? '').plan)
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
      confirm: database,
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
    // No secret was used: the bucket was not even asked.
    expect(world.server.requests.length).toBe(requests)
    expect(bucket.contents()).toEqual(before)
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
    await expectNothingGivenAway(end, {
      bucket,
      secrets: { token: scene.token, password: cluster.password },
    })
  })
})
