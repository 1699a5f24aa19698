import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isFailure } from '../../../action/domain/failure.ts'
import { freezePlan } from '../../../action/domain/frozen-plan.ts'
import { type GateVerdict, judgeGate } from '../../../action/domain/gate.ts'
import { connectGitHub } from '../../../action/github/connect-github.ts'
import { readGateFacts } from '../../../action/github/read-gate-facts.ts'
import type { Fault } from '../../support/github/fault-script.ts'
import { type GateScene, seedCard, stageGate } from '../../support/github/gate-scene.ts'
import type { ApprovalState } from '../../support/github/resources/approvals.ts'
import { seedApp } from '../../support/github/resources/apps.ts'
import { seedEnvironment } from '../../support/github/resources/environments.ts'
import { seedIssue } from '../../support/github/resources/issues.ts'
import { seedRole } from '../../support/github/resources/permissions.ts'
import { seedUser, type UserState } from '../../support/github/resources/users.ts'
import { seedToken } from '../../support/github/tokens.ts'

const now = new Date('2026-11-22T12:00:00.000Z')
const dayMs = 24 * 60 * 60 * 1000
const operations = [
  'repos/get',
  'repos/get-environment',
  'actions/get-workflow-run',
  'actions/get-reviews-for-run',
  'issues/get-comment',
  'repos/get-collaborator-permission-level',
] as const

let scene: GateScene
let card: ReturnType<GateScene['card']>
beforeEach(async () => {
  scene = await stageGate()
  card = scene.card()
})
afterEach(async () => {
  await scene.github.close()
})

/** What the gated job itself brings along, where it is not as it should be. */
interface Changes {
  readonly token?: string
  readonly environment?: string
  readonly runAttempt?: number
  readonly ref?: string
  readonly runId?: string
  readonly signal?: AbortSignal
  readonly timeoutMs?: number
  readonly commentId?: number
}

/** The whole gate as the gated job walks it, from the API to the verdict. */
async function walk(changes: Changes = {}): Promise<GateVerdict> {
  const runId = changes.runId ?? String(scene.run.id)
  const repository = 'acme/shop'
  const requestedBy = { id: scene.asker.id, login: 'asker' }
  const github = connectGitHub({
    token: changes.token ?? scene.token,
    apiUrl: scene.github.apiUrl,
    repository,
    sleep: async () => {},
    signal: changes.signal,
    timeoutMs: changes.timeoutMs ?? 20_000,
  })
  const facts = await readGateFacts(github, changes.environment ?? 'database-restore', {
    runId,
    runAttempt: changes.runAttempt ?? 1,
    ref: changes.ref ?? 'refs/heads/main',
    repository,
    commentId: changes.commentId ?? card.comment.id,
  })
  const requestId = card.request.id
  const plan = freezePlan({
    backup: {
      id: '20261122T030012Z-k7q2',
      fileUrl: 's3://vault/strongroom/x',
      fileSize: 1,
      checksum: 'a'.repeat(64),
      database: 'shop',
      status: 'COMPLETED',
    },
    action: { command: 'restore', target: 'shop', mode: 'swap' },
    requestedBy,
    requestId,
    runId,
    repository,
    now,
  })
  const asked = { command: 'restore', target: 'shop', mode: 'swap' } as const
  return judgeGate(facts, plan, { ...asked, now, requestId, requestedBy })
}

describe('readGateFacts', () => {
  it('reads an open gate, asking seven questions and no more', async () => {
    expect(await walk()).toMatchObject({
      decision: 'open',
      requester: { id: scene.asker.id },
      approvers: [{ login: 'approver' }],
      warnings: [],
    })
    expect(scene.github.requests.map(({ operationId }) => operationId)).toEqual([
      ...operations.slice(0, -1),
      // The card leads to the comment that asked, and that to its author.
      'issues/get-comment',
      ...operations.slice(-1),
    ])
  })

  it('honours the address of a server of one’s own', async () => {
    await scene.github.close()
    scene = await stageGate({ basePath: '/api/v3' })
    card = scene.card()
    expect((await walk()).decision).toBe('open')
  })

  it('finds an environment whatever the case of its name', async () => {
    expect((await walk({ environment: 'Database-Restore' })).decision).toBe('open')
  })

  it('asks a person who started the run for no card', async () => {
    const asker = scene.asker
    Object.assign(scene.run, { actor: asker, triggeringActor: asker })
    expect(await walk({ commentId: 1 })).toMatchObject({ decision: 'open', requester: asker })
    const asked = scene.github.requests.map(({ operationId }) => operationId)
    expect(asked).not.toContain('issues/get-comment')
  })

  it('lets an open environment through where the policy file allows it, and only then reads it', async () => {
    const changes = { ...open({ policy: allowing }), ...change(scene.run, { approvals: [] }) }
    expect(await walk(changes)).toMatchObject({ decision: 'open', isUnprotected: true })
    expect(scene.github.requests.at(-4)?.operationId).toBe('repos/get-content')
  })

  it.each<readonly [string, string, () => Changes]>([
    ['is not valid', 'line 2, "nonsense"', () => open({ policy: `${allowing}nonsense: 1\n` })],
    [
      'may not be read',
      'contents: read',
      () => ({ ...open({ policy: allowing }), token: tokenWithout('contents') }),
    ],
  ])('says why the policy file counts for nothing where it %s', async (_name, why, spoil) => {
    const { warnings } = await walk(spoil())
    expect(warnings[0]).toMatch(/^Cannot read the policy file/)
    expect(warnings[0]).toContain(why)
  })

  it.each([
    ['triage', undefined],
    ['maintain', undefined],
    ['database-operator', 'write'],
  ] as const)('believes a comment of a person whose role is %s', async (name, base) => {
    withRole(name, base)
    expect((await walk()).decision).toBe('open')
  })

  it('knows a team among the reviewers', async () => {
    scene.environment.reviewers = [{ id: 40, slug: 'dba' }]
    expect((await walk()).decision).toBe('open')
  })

  it.each<readonly [string, string, () => Changes]>([
    [
      'attempt_not_first',
      'a second attempt',
      () => change(scene.run, { attempts: ['completed', 'in_progress'] }),
    ],
    ['attempt_not_first', 'a runner at its second attempt', () => ({ runAttempt: 2 })],
    ['environment_missing', 'an unknown environment', () => ({ environment: 'production' })],
    [
      'reviewers_missing',
      'an environment as GitHub creates it',
      () => ({ environment: environment('production').name }),
    ],
    [
      'reviewers_missing',
      'rules without reviewers',
      () => change(scene.environment, { reviewers: [] }),
    ],
    ['reviewers_missing', 'no rule', () => change(scene.environment, { reviewers: undefined })],
    [
      'admins_may_bypass',
      'administrators who may bypass',
      () => change(scene.environment, { canAdminsBypass: true }),
    ],
    [
      'reviewers_missing',
      'a policy file that allows nothing',
      () => open({ policy: 'commands: {}\n' }),
    ],
    [
      'reviewers_missing',
      'a policy file that is not valid',
      () => open({ policy: 'allow-unprotected: true\nnonsense: 1\n' }),
    ],
    [
      'reviewers_missing',
      'a policy file that the token may not read',
      () => ({ ...open({ policy: allowing }), token: tokenWithout('contents') }),
    ],
    ['requester_unknown', 'an organisation', () => startedBy('acme')],
    ['requester_unknown', 'a bot without a card', () => ({ commentId: 1 })],
    [
      'requester_unknown',
      'a comment that is no card',
      () => change(card.comment, { body: 'hello' }),
    ],
    [
      'requester_unknown',
      'a card of another bot',
      () => cardOf({ author: seedUser(scene.world, 'github-actions[bot]') }),
    ],
    ['requester_unknown', 'a card that a person wrote', () => cardOf({ author: scene.asker })],
    ['requester_unknown', 'a card for somebody else', () => cardOf({ requester: scene.approver })],
    ['requester_unknown', 'a card that asks for a deletion', () => cardOf({ command: 'delete' })],
    [
      'request_unproven',
      'a comment that is gone',
      () => {
        scene.repository.comments.delete(card.asked.id)
        return {}
      },
    ],
    [
      'request_unproven',
      'a comment of somebody else',
      () => change(card.asked, { author: scene.approver }),
    ],
    [
      'request_unproven',
      'a comment that was edited',
      () => change(card.asked, { updatedAt: new Date(card.asked.createdAt.getTime() + 60_000) }),
    ],
    ['request_unproven', 'a comment of a stranger', () => withRole(undefined)],
    ['request_unproven', 'a comment of a reader', () => withRole('read')],
    ['request_unproven', 'a comment of a reader by another name', () => withRole('looker', 'read')],
    [
      'request_unproven',
      'a comment of the bot, that also says it asked',
      () => {
        const { bot } = scene
        cardOf({ requester: bot })
        Object.assign(scene, { asker: bot })
        return {}
      },
    ],
    ['request_unproven', 'other words', () => change(card.asked, { body: 'Thank you' })],
    [
      'request_unproven',
      'a comment through an App',
      () => change(card.asked, { app: seedApp(scene.world, 'helper') }),
    ],
    [
      'request_unproven',
      'a comment under another issue',
      () => change(card.asked, { issue: seedIssue(scene.world, scene.repository) }),
    ],
    [
      'request_unproven',
      'a comment of last week',
      () => change(scene.run, { createdAt: new Date(scene.run.createdAt.getTime() + 7 * dayMs) }),
    ],
    [
      'requester_unknown',
      'a card that the token may not read',
      () => ({ token: tokenWithout('issues') }),
    ],
    [
      'approver_started_run',
      'the actor approving',
      () => change(scene.run, { actor: scene.approver }),
    ],
    ['approver_is_requester', 'the starter approving', () => startedBy('approver')],
    [
      'approver_is_requester',
      'the requester approving too',
      () => approvedBy(scene.approver, scene.asker),
    ],
    ['approval_missing', 'a bypass', () => change(scene.run, { approvals: [] })],
    [
      'approval_missing',
      'an approval of another environment',
      () => approved({ environments: [environment('staging')] }),
    ],
    [
      'approval_missing',
      'an environment that was made anew since',
      () => ({ environment: environment('database-restore', [scene.approver]).name }),
    ],
    ['approval_not_granted', 'a rejection', () => approved({ state: 'rejected' })],
    [
      'approver_not_reviewer',
      'an approver who was struck off',
      () => change(scene.environment, { reviewers: [seedUser(scene.world, 'somebody')] }),
    ],
    ['not_default_branch', 'another branch', () => change(scene.run, { branch: 'feature' })],
    ['not_default_branch', 'another ref', () => ({ ref: 'refs/heads/feature' })],
    [
      'not_default_branch',
      'another default',
      () => change(scene.repository, { defaultBranch: 'trunk' }),
    ],
  ])('leads to %s for %s', async (code, _name, spoil) => {
    const verdict = await walk(spoil())
    expect(verdict).toMatchObject({ decision: 'refused' })
    expect(verdict).toHaveProperty('reasons', expect.arrayContaining([expectCode(code)]))
  })
})

describe('readGateFacts under faults', () => {
  const faults: readonly (readonly [string, Fault])[] = [
    ['500', { kind: 'status', status: 500 }],
    ['502', { kind: 'status', status: 502 }],
    ['403', { kind: 'status', status: 403 }],
    ['429', { kind: 'status', status: 429, headers: { 'retry-after': '60' } }],
    ['401', { kind: 'status', status: 401 }],
    ['404', { kind: 'status', status: 404 }],
    ['304', { kind: 'status', status: 304 }],
    ['a reset', { kind: 'reset' }],
    ['no JSON', { kind: 'raw', text: '<html>' }],
    ['no text', { kind: 'raw', text: '' }],
    ['null', { kind: 'raw', text: 'null' }],
    ['an empty list in place of an object, or none in place of one', { kind: 'raw', text: '[]' }],
    ['an empty object', { kind: 'raw', text: '{}' }],
    ['ids that are texts', { kind: 'raw', text: '[{"state":"approved","user":{"id":"2"}}]' }],
    ['a hang', { kind: 'hang' }],
    ['a stall', { kind: 'stall' }],
  ]
  const cases = operations.flatMap((operationId) =>
    faults.map(([name, fault]) => [operationId, name, fault] as const),
  )

  it.each(cases)('%s answering with %s never opens the gate', async (operationId, _name, fault) => {
    scene.github.faults.add({ operationId, fault })
    const timeoutMs = fault.kind === 'hang' || fault.kind === 'stall' ? 60 : 20_000
    const ended = await walk({ timeoutMs }).catch((error: unknown) => error)
    expect(ended).toSatisfy(isRefusal)
  })

  it.each(operations)('%s is asked again after 500, a reset, and then answers', async (id) => {
    const scripts = [{ kind: 'status', status: 500 }, { kind: 'reset' }] as const
    for (const fault of scripts) scene.github.faults.add({ operationId: id, fault, times: 1 })
    expect((await walk()).decision).toBe('open')
    const asked = scene.github.requests.filter(({ operationId }) => operationId === id)
    expect(asked).toHaveLength(id === 'issues/get-comment' ? 4 : 3)
  })

  it('gives up after three tries', async () => {
    scene.github.faults.add({ fault: { kind: 'status', status: 503 } })
    await expect(walk()).rejects.toThrow('GitHub answered 503, expected 200')
    expect(scene.github.requests).toHaveLength(3)
  })

  it('does not ask again after a refusal', async () => {
    scene.github.faults.add({ fault: { kind: 'status', status: 403 } })
    await expect(walk()).rejects.toThrow('GitHub answered 403')
    expect(scene.github.requests).toHaveLength(1)
  })

  it('names the permission that a token lacks', async () => {
    const token = seedToken(scene.world, {})
    await expect(walk({ token })).rejects.toMatchObject({
      code: 'gate_refused',
      stage: 'gate',
      message: 'Cannot read the environment for the gate: GitHub answered 403, expected 200',
      hint: 'The token lacks a permission: give the job `actions: read`.',
    })
  })

  it('says that a token is at its limit', async () => {
    const headers = { 'x-ratelimit-remaining': '0' }
    scene.github.faults.add({ fault: { kind: 'status', status: 403, headers } })
    await expect(walk()).rejects.toMatchObject({ hint: expect.stringContaining('rate limit') })
  })

  it('says that a token is not valid, and never shows it', async () => {
    const error = await walk({ token: 'ghs_wrong' }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'gate_refused',
      hint: expect.stringContaining('not valid'),
    })
    expect(inspect(error)).not.toContain('ghs_wrong')
  })

  it('never shows the token of a request that failed on the way', async () => {
    scene.github.faults.add({ fault: { kind: 'reset' } })
    const error = await walk().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'gate_refused', cause: expect.any(Error) })
    expect(inspect(error)).not.toContain(scene.token)
  })

  it('refuses a run that GitHub does not know', async () => {
    await expect(walk({ runId: '1' })).rejects.toMatchObject({ code: 'gate_refused' })
  })

  it('ends with the signal that stopped it', async () => {
    scene.github.faults.add({ fault: { kind: 'hang' } })
    const reason = new Error('stopped')
    await expect(walk({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })

  it('refuses off GitHub', async () => {
    const github = connectGitHub({
      token: scene.token,
      apiUrl: scene.github.apiUrl,
      repository: 'acme/shop',
      sleep: async () => {},
    })
    await expect(readGateFacts(github, 'database-restore', {})).rejects.toMatchObject({
      code: 'gate_refused',
      message: 'Cannot read the run for the gate: this is no workflow run, expected one',
    })
  })
})

function startedBy(login: string): Changes {
  const user = seedUser(scene.world, login)
  return change(scene.run, { actor: user, triggeringActor: user })
}

/** One more environment, or the same one made anew. */
function environment(name: string, reviewers?: readonly UserState[]) {
  return seedEnvironment(scene.world, scene.repository, name, { reviewers })
}

const allowing = 'allow-unprotected: true\n'

/** Nobody must review, and the policy file says something. */
function open({ policy }: { readonly policy: string }): Changes {
  scene.repository.files.set('.github/strongroom.yml', policy)
  return change(scene.environment, { reviewers: undefined })
}

function tokenWithout(name: 'contents' | 'issues'): string {
  const permissions = { actions: 'read', contents: 'read', issues: 'read' } as const
  const { [name]: _, ...rest } = permissions
  return seedToken(scene.world, rest)
}

/** The asker with another role: one of GitHub's own, or a custom one that builds on one of those. */
function withRole(name: string | undefined, base?: 'read' | 'write'): Changes {
  scene.repository.roles.delete(scene.asker.id)
  if (name !== undefined) seedRole(scene.repository, scene.asker, name, base)
  return {}
}

/** The card with another author or another request, under an id that nothing else has changed. */
function cardOf(changes: Partial<Parameters<typeof seedCard>[2]>): Changes {
  const { bot: author, asker: requester } = scene
  const seed = { command: 'restore', author, requester, ...changes } as const
  card = seedCard(scene.world, scene.repository, seed)
  return {}
}

/** The one approval, with something else in it. */
function approved(changes: Partial<ApprovalState>): Changes {
  const approvals = scene.run.approvals.map((approval) => ({ ...approval, ...changes }))
  return change(scene.run, { approvals })
}

/** An approval by each of these. */
function approvedBy(...users: readonly UserState[]): Changes {
  const approvals = users.flatMap((user) =>
    scene.run.approvals.map((approval) => ({ ...approval, user })),
  )
  return change(scene.run, { approvals })
}

/** Changes the scene and nothing that the job brings along. */
function change<T extends object>(target: T, changes: Partial<T>): Changes {
  Object.assign(target, changes)
  return {}
}

function expectCode(code: string): unknown {
  return expect.objectContaining({ code })
}

/** A verdict that refuses, or the failure that does. */
function isRefusal(ended: unknown): boolean {
  if (isFailure(ended, 'gate_refused')) return true
  return typeof ended === 'object' && ended !== null && Reflect.get(ended, 'decision') === 'refused'
}
