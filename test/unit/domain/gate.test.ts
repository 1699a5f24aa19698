import { describe, expect, it } from 'vitest'
import type { FrozenPlan } from '../../../action/domain/frozen-plan.ts'
import { type GateRequest, judgeGate } from '../../../action/domain/gate.ts'
import type { Account, GateFacts } from '../../../action/domain/gate-facts.ts'
import { type GateReasonCode, gateFailure } from '../../../action/domain/gate-reason.ts'

const requestId = 'rq7-41-0-0123456789ab'
const now = new Date('2026-11-22T12:00:00.000Z')
const bot: Account = { id: 900, login: 'strongroom[bot]', type: 'Bot' }
const asker: Account = { id: 1, login: 'asker', type: 'User' }
const approver: Account = { id: 2, login: 'approver', type: 'User' }
const other: Account = { id: 3, login: 'other', type: 'User' }
const environment = {
  id: 77,
  name: 'database-restore',
  reviewers: [{ kind: 'user', id: approver.id }],
  preventsSelfReview: true,
  canAdminsBypass: false,
  hasBranchPolicy: true,
} as const
const approval = { state: 'approved', environmentIds: [77], user: approver }

/** A run that a bot started for `asker` and that `approver` approved: everything is right. */
const facts = {
  run: {
    id: '5001',
    repository: 'acme/shop',
    attempts: [1, 1],
    ref: 'refs/heads/main',
    branch: 'main',
    createdAt: new Date('2026-11-22T10:55:00.000Z'),
    actor: bot,
    triggeringActor: bot,
  },
  defaultBranch: 'main',
  environment,
  approvals: [approval],
  card: { authorId: bot.id, requestId, requesterId: asker.id, command: 'restore' },
  asking: {
    authorId: asker.id,
    issueNumber: 7,
    createdAt: new Date('2026-11-22T10:54:30.000Z'),
    updatedAt: new Date('2026-11-22T10:54:30.000Z'),
    isByPerson: true,
    isByMember: true,
    body: '/restore 20261122T030012Z-k7q2',
  },
} as const satisfies GateFacts

const plan: FrozenPlan = {
  version: 1,
  command: 'restore',
  backupId: '20261122T030012Z-k7q2',
  key: 'strongroom/backups/20261122T030012Z-k7q2/shop.sql.gz',
  size: 4096,
  checksum: 'a'.repeat(64),
  database: 'shop',
  target: 'shop',
  mode: 'swap',
  requestedBy: { id: asker.id, login: asker.login },
  requestId,
  runId: '5001',
  repository: 'acme/shop',
  createdAt: '2026-11-22T11:00:00.000Z',
}

const request: GateRequest = {
  now,
  command: 'restore',
  backupId: plan.backupId,
  mode: 'swap',
  target: 'shop',
  requestId,
  requestedBy: { id: asker.id, login: asker.login },
}

/** The facts with another run. */
function run(changes: Partial<GateFacts['run']>): GateFacts {
  return { ...facts, run: { ...facts.run, ...changes } }
}

/** The facts with other rules. */
function rules(changes: Partial<NonNullable<GateFacts['environment']>>): GateFacts {
  return { ...facts, environment: { ...environment, ...changes } }
}

/** The facts with these records of approvals. */
function approvals(...records: NonNullable<GateFacts['approvals']>): GateFacts {
  return { ...facts, approvals: records }
}

/** The facts with another card. */
function card(changes: Partial<NonNullable<GateFacts['card']>>): GateFacts {
  return { ...facts, card: { ...facts.card, ...changes } }
}

const words = facts.asking.body

/** The facts with another comment that asked. */
function asked(changes: Partial<NonNullable<GateFacts['asking']>>): GateFacts {
  return { ...facts, asking: { ...facts.asking, ...changes } }
}

const { requestId: _, ...unnumbered } = request

describe('judgeGate', () => {
  it('opens for a bot that names a requester, approved by somebody else', () => {
    expect(judgeGate(facts, plan, request)).toEqual({
      decision: 'open',
      requester: { id: 1, login: 'asker' },
      approvers: [approver],
      isUnprotected: false,
      warnings: [],
    })
  })

  it('opens for a person who started the run, and does not believe whom the inputs name', () => {
    const started = {
      ...run({ actor: asker, triggeringActor: asker }),
      card: undefined,
      asking: undefined,
    }
    const claim = { id: other.id, login: other.login }
    const verdict = judgeGate(
      started,
      { ...plan, requestedBy: claim },
      { ...request, requestedBy: claim },
    )
    expect(verdict).toMatchObject({ decision: 'open', requester: asker })
  })

  it('opens for what the comment leaves open: the newest backup, and the mode of the workflow', () => {
    const latest = asked({ body: '/restore latest' })
    for (const backupId of [undefined, 'latest']) {
      expect(judgeGate(latest, plan, { ...request, backupId }).decision).toBe('open')
    }
    const deletion: FrozenPlan = {
      version: 1,
      command: 'delete',
      backupId: plan.backupId,
      key: plan.key,
      size: plan.size,
      checksum: plan.checksum,
      database: plan.database,
      requestedBy: plan.requestedBy,
      requestId,
      runId: plan.runId,
      repository: plan.repository,
      createdAt: plan.createdAt,
    }
    const card = { ...facts.card, command: 'delete' }
    const facing = { ...asked({ body: `/delete ${plan.backupId}` }), card }
    expect(judgeGate(facing, deletion, { ...request, command: 'delete' }).decision).toBe('open')
  })

  it('opens for an approver whom only a team can account for', () => {
    const team = rules({ reviewers: [{ kind: 'team', id: 40 }] })
    expect(judgeGate(team, plan, request).decision).toBe('open')
  })

  it.each<readonly [string, GateFacts, string]>([
    ['self-review is not prevented', rules({ preventsSelfReview: false }), 'self-review'],
    ['GitHub does not say whether they may', rules({ canAdminsBypass: undefined }), 'bypass'],
    ['any branch may deploy', rules({ hasBranchPolicy: false }), 'Every branch'],
  ])('warns and opens where %s', (_name, given, text) => {
    const verdict = judgeGate(given, plan, request)
    expect(verdict.decision).toBe('open')
    expect(verdict.warnings).toEqual([expect.stringContaining(text)])
  })

  it('opens without a record where the policy file lets the environment have no reviewers, and says so', () => {
    const open = { ...rules({ reviewers: [] }), approvals: [], allowsUnprotected: true }
    const verdict = judgeGate(open, plan, request)
    expect(verdict).toMatchObject({ decision: 'open', approvers: [], isUnprotected: true })
    expect(verdict.warnings[0]).toMatchInlineSnapshot(
      `"UNPROTECTED: the environment "database-restore" has no required reviewers, and the policy file allows it (allow-unprotected)"`,
    )
  })

  it('opens past a bypass that the policy file allows, and still wants the approval', () => {
    const open = { ...rules({ canAdminsBypass: true }), allowsUnprotected: true }
    expect(judgeGate(open, plan, request)).toMatchObject({
      decision: 'open',
      approvers: [approver],
      isUnprotected: true,
    })
    const bypassed = judgeGate({ ...open, approvals: [] }, plan, request)
    expect(codesOf(bypassed)).toEqual(['approval_missing'])
  })

  it('says that nothing is unprotected where the policy file allows it and the environment is not', () => {
    const verdict = judgeGate({ ...facts, allowsUnprotected: true }, plan, request)
    expect(verdict).toMatchObject({ decision: 'open', isUnprotected: false, warnings: [] })
  })

  it('warns of a policy file that cannot be read, and allows nothing', () => {
    const policyProblem = 'Cannot read the policy file: line 1, it is not YAML, expected YAML'
    const verdict = judgeGate({ ...rules({ reviewers: [] }), policyProblem }, plan, request)
    expect(codesOf(verdict)).toEqual(['reviewers_missing'])
    expect(verdict.warnings).toEqual([policyProblem])
  })

  it('takes the target that the plan says where the request names none', () => {
    expect(judgeGate(facts, plan, { ...request, target: undefined }).decision).toBe('open')
  })

  it('judges a record that was left although nobody had to', () => {
    const open = { ...rules({ reviewers: [] }), allowsUnprotected: true }
    const rejected = { ...open, approvals: [{ ...approval, state: 'rejected' }] }
    expect(codesOf(judgeGate(rejected, plan, request))).toEqual(['approval_not_granted'])
    const own = { ...open, approvals: [{ ...approval, user: asker }] }
    expect(codesOf(judgeGate(own, plan, request))).toEqual(['approver_is_requester'])
  })

  it.each<readonly [GateReasonCode, string, GateFacts]>([
    ['admins_may_bypass', 'administrators may bypass', rules({ canAdminsBypass: true })],
    [
      'environment_missing',
      'the policy file allows what is not there',
      { ...facts, environment: undefined, allowsUnprotected: true },
    ],
    [
      'requester_unknown',
      'the policy file allows what nobody is known to ask for',
      { ...rules({ reviewers: [] }), allowsUnprotected: true, card: undefined },
    ],
    ['requester_unknown', 'the bot has no card', { ...facts, card: undefined }],
    ['requester_unknown', 'another bot wrote the card', card({ authorId: 901 })],
    ['requester_unknown', 'a person wrote the card', card({ authorId: asker.id })],
    [
      'requester_unknown',
      'the card is of another request',
      card({ requestId: 'rq7-42-0-0123456789ab' }),
    ],
    ['requester_unknown', 'the card names another person', card({ requesterId: other.id })],
    ['requester_unknown', 'the card asks for something else', card({ command: 'delete' })],
    ['request_unproven', 'the comment that asked is gone', { ...facts, asking: undefined }],
    ['request_unproven', 'it is by the approver', asked({ authorId: approver.id })],
    ['request_unproven', 'it asks for another backup', asked({ body: '/restore latest' })],
    ['request_unproven', 'it names another mode', asked({ body: `${words} --mode in-place` })],
    ['attempt_not_first', 'the runner is at its second attempt', run({ attempts: [2, 1] })],
    ['attempt_not_first', 'the API tells of a second attempt', run({ attempts: [1, 2] })],
    ['attempt_not_first', 'the API tells no attempt', run({ attempts: [1, undefined] })],
    ['attempt_not_first', 'the attempt is no number', run({ attempts: [Number.NaN] })],
    ['attempt_not_first', 'nobody tells the attempt', run({ attempts: [] })],
    ['environment_missing', 'there is no environment', { ...facts, environment: undefined }],
    ['reviewers_missing', 'nobody must review', rules({ reviewers: [] })],
    ['starter_unknown', 'the actor is unknown', run({ actor: undefined })],
    ['starter_unknown', 'the triggering actor is unknown', run({ triggeringActor: undefined })],
    [
      'requester_unknown',
      'an account of another kind started the run',
      run({ triggeringActor: { id: 5, login: 'acme', type: 'Organization' } }),
    ],
    ['approval_missing', 'there are no records', approvals()],
    ['approval_missing', 'the records are unknown', { ...facts, approvals: undefined }],
    [
      'approval_missing',
      'the record is of another environment',
      approvals({ ...approval, environmentIds: [78] }),
    ],
    ['approval_not_granted', 'it was rejected', approvals({ ...approval, state: 'rejected' })],
    ['approval_not_granted', 'it is pending', approvals({ ...approval, state: 'pending' })],
    ['approval_not_granted', 'the state is new', approvals({ ...approval, state: 'bypassed' })],
    [
      'approval_not_granted',
      'one of two reviewers rejected it',
      approvals(approval, { ...approval, state: 'rejected' }),
    ],
    ['approver_unknown', 'the approver is unknown', approvals({ ...approval, user: undefined })],
    [
      'approver_is_requester',
      'the requester approved',
      approvals({ ...approval, user: { ...asker, login: 'renamed' } }),
    ],
    [
      'approver_is_requester',
      'the requester approved beside somebody else',
      approvals(approval, { ...approval, user: asker }),
    ],
    [
      'approver_is_requester',
      'whoever started the run approved, and the inputs name another',
      {
        ...run({ actor: approver, triggeringActor: approver }),
        approvals: [approval],
      },
    ],
    [
      'approver_started_run',
      'the actor approved a run that a bot triggered',
      { ...run({ actor: approver }), approvals: [approval] },
    ],
    ['approver_not_person', 'only an app approved', approvals({ ...approval, user: bot })],
    [
      'approver_not_reviewer',
      'somebody approved who is not on the list',
      approvals({ ...approval, user: other }),
    ],
    ['not_default_branch', 'the runner is on a branch', run({ ref: 'refs/heads/feature' })],
    ['not_default_branch', 'a tag has the name of the branch', run({ ref: 'refs/tags/main' })],
    ['not_default_branch', 'the API tells another branch', run({ branch: 'feature' })],
    ['not_default_branch', 'the API tells no branch', run({ branch: undefined })],
    ['not_default_branch', 'the default is unknown', { ...facts, defaultBranch: undefined }],
    [
      'not_default_branch',
      'the default is empty',
      { ...run({ ref: 'refs/heads/', branch: '' }), defaultBranch: '' },
    ],
    ['plan_of_another_run', 'the plan is of another run', run({ id: '5002' })],
    ['plan_of_another_run', 'it is of another repository', run({ repository: 'acme/other' })],
  ])('refuses with %s where %s', (code, _name, given) => {
    const verdict = judgeGate(given, plan, request)
    expect(verdict).toMatchObject({ decision: 'refused' })
    expect(codesOf(verdict)).toContain(code)
  })

  it.each<readonly [GateReasonCode, string, GateRequest]>([
    ['requester_unknown', 'the bot names nobody', { ...request, requestedBy: {} }],
    ['requester_unknown', 'the bot names no id', { ...request, requestedBy: { login: 'asker' } }],
    ['requester_unknown', 'the id is no number', { ...request, requestedBy: { id: Number.NaN } }],
    ['requester_unknown', 'the id is negative', { ...request, requestedBy: { id: -1 } }],
    ['plan_expired', 'a day has passed', { ...request, now: new Date('2026-11-23T11:00:00.001Z') }],
    ['plan_expired', 'the limit is shorter', { ...request, maxAgeMs: 1_000 }],
    ['plan_expired', 'the limit is no number', { ...request, maxAgeMs: Number.NaN }],
    ['plan_expired', 'it is of the future', { ...request, now: new Date('2026-11-22T10:00:00Z') }],
    ['plan_expired', 'the clock is broken', { ...request, now: new Date(Number.NaN) }],
    ['plan_differs', 'the command is another', { ...request, command: 'delete' }],
    ['plan_differs', 'the backup is another', { ...request, backupId: '20261121T030012Z-aaaa' }],
    ['plan_differs', 'the mode is another', { ...request, mode: 'in-place' }],
    ['plan_differs', 'the mode is unknown', { ...request, mode: undefined }],
    ['plan_differs', 'the target is another', { ...request, target: 'shop_live' }],
    ['plan_differs', 'the request is another', { ...request, requestId: 'rq7-42-0-0123456789ab' }],
    ['plan_differs', 'the request has no id', unnumbered],
    ['plan_differs', 'the requester is another', { ...request, requestedBy: { id: other.id } }],
  ])('refuses with %s where %s', (code, _name, given) => {
    const verdict = judgeGate(facts, plan, given)
    expect(verdict).toMatchObject({ decision: 'refused' })
    expect(codesOf(verdict)).toContain(code)
  })

  it('tells every reason, in the order of the checks', () => {
    const given: GateFacts = {
      ...rules({ reviewers: [] }),
      run: { ...facts.run, attempts: [2], ref: 'refs/heads/x' },
      approvals: [],
    }
    expect(codesOf(judgeGate(given, plan, { ...request, maxAgeMs: 0 }))).toEqual([
      'attempt_not_first',
      'reviewers_missing',
      'approval_missing',
      'plan_expired',
      'not_default_branch',
    ])
  })

  it('refuses when nothing at all is known', () => {
    const nothing: GateFacts = { run: { id: '', repository: '', attempts: [], ref: '' } }
    expect(judgeGate(nothing, plan, request).decision).toBe('refused')
  })
})

describe('gateFailure', () => {
  it('tells every reason and the hint of the first', () => {
    const verdict = judgeGate(run({ attempts: [2], ref: 'refs/heads/x' }), plan, request)
    const failure = gateFailure(verdict.decision === 'refused' ? verdict.reasons : [])
    expect(failure).toMatchObject({ code: 'gate_refused', stage: 'gate' })
    expect(failure.message).toMatchInlineSnapshot(
      `"Cannot open the gate: the run was started again, expected its first attempt; the run does not work on the default branch, expected the default branch"`,
    )
    expect(failure.hint).toMatchInlineSnapshot(
      `"Ask again instead of re-running: a re-run would use the approval of the first attempt."`,
    )
  })

  it('is a refusal even without a reason', () => {
    expect(gateFailure([])).toMatchObject({ code: 'gate_refused', hint: undefined })
  })
})

function codesOf(verdict: ReturnType<typeof judgeGate>): readonly GateReasonCode[] {
  return verdict.decision === 'refused' ? verdict.reasons.map(({ code }) => code) : []
}
