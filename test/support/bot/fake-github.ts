import type {
  Account,
  Approval,
  Comment,
  EnvironmentRules,
  Job,
  PendingDeployment,
  Permission,
  Reaction,
  Run,
} from '../../../bot/ports.ts'

/** A comment as the fake keeps it. */
export interface StoredComment {
  readonly id: number
  readonly issueNumber: number
  body: string
  readonly author: Account
  readonly createdAt: Date
  updatedAt: Date
}

/** A run as the fake keeps it. */
export interface StoredRun {
  run: Run
  readonly workflow: string
  readonly inputs: Readonly<Record<string, string>>
  /** Listings do not show it before this. */
  readonly visibleAt: Date
  pending: readonly PendingDeployment[]
  approvals: readonly Approval[]
  jobs: readonly Job[]
}

/** GitHub as the bot's port shows it, in memory and shared by all connections. Tests seed and change it. */
export interface FakeGitHub {
  nowMs: number
  readonly comments: Map<number, StoredComment>
  /** By id of the comment. */
  readonly reactions: Map<number, Set<Reaction>>
  readonly runs: Map<number, StoredRun>
  /** By login in lower case. */
  readonly permissions: Map<string, Permission>
  readonly files: Map<string, string>
  /** "team/login" in lower case. */
  readonly memberships: Set<string>
  readonly environments: Map<string, EnvironmentRules>
  /** File names on the default branch. */
  readonly workflows: Set<string>
  /** Whether a dispatch is answered with its run: not on GHES. */
  namesRuns: boolean
  /** How long a started run stays out of the listings. */
  runsShowAfterMs: number
  readonly bot: Account
  nextId(): number
  now(): Date
  /** Writes a comment in somebody's name. */
  comment(author: Account, body: string, issueNumber?: number): StoredComment
  /** Starts a run in somebody's name. */
  start(actor: Account, workflow: string, inputs: Readonly<Record<string, string>>): StoredRun
  /** Changes what a run is. */
  change(
    runId: number,
    change: Partial<Omit<StoredRun, 'run'>> & { readonly run?: Partial<Run> },
  ): void
}

export const bot: Account = { id: 901, login: 'strongroom[bot]', type: 'Bot' }
export const ada: Account = { id: 11, login: 'ada', type: 'User' }
export const bob: Account = { id: 12, login: 'bob', type: 'User' }
export const eve: Account = { id: 13, login: 'eve', type: 'User' }

/** A repository with both workflows, a protected environment, an administrator, a writer and a reader. */
export function createFakeGitHub(): FakeGitHub {
  let lastId = 1000
  const github: FakeGitHub = {
    nowMs: Date.parse('2026-11-22T10:00:00Z'),
    comments: new Map(),
    reactions: new Map(),
    runs: new Map(),
    permissions: new Map([
      ['ada', { userId: ada.id, roleName: 'admin', base: 'admin' }],
      ['bob', { userId: bob.id, roleName: 'write', base: 'write' }],
      ['eve', { userId: eve.id, roleName: 'read', base: 'read' }],
    ]),
    files: new Map(),
    memberships: new Set(),
    environments: new Map([
      [
        'database-restore',
        {
          name: 'database-restore',
          hasReviewers: true,
          reviewers: ['grace'],
          canAdminsBypass: false,
        },
      ],
    ]),
    workflows: new Set(['database-backup.yml', 'database-restore.yml']),
    namesRuns: true,
    runsShowAfterMs: 0,
    bot,
    nextId() {
      lastId += 1
      return lastId
    },
    now: () => new Date(github.nowMs),
    comment(author, body, issueNumber = 7) {
      const at = wholeSecond(github.nowMs)
      const id = github.nextId()
      const comment = { id, issueNumber, body, author, createdAt: at, updatedAt: at }
      github.comments.set(id, comment)
      return comment
    },
    start(actor, workflow, inputs) {
      const id = github.nextId()
      const at = wholeSecond(github.nowMs)
      const stored: StoredRun = {
        workflow,
        inputs,
        visibleAt: new Date(github.nowMs + github.runsShowAfterMs),
        pending: [],
        approvals: [],
        jobs: [],
        run: {
          id,
          url: `https://github.example/acme/shop/actions/runs/${id}`,
          status: 'queued',
          conclusion: undefined,
          title: `${inputs['command']} ${inputs['request-id'] ?? 'by hand'}`,
          event: 'workflow_dispatch',
          attempt: 1,
          actorId: actor.id,
          createdAt: at,
          updatedAt: at,
        },
      }
      github.runs.set(id, stored)
      return stored
    },
    change(runId, { run, ...rest }) {
      const stored = github.runs.get(runId)
      if (stored === undefined) throw new Error(`There is no run ${runId}`)
      const updatedAt = wholeSecond(github.nowMs)
      Object.assign(stored, rest, { run: { ...stored.run, updatedAt, ...run } })
    },
  }
  return github
}

/** GitHub's times have no fractions. */
export function wholeSecond(ms: number): Date {
  return new Date(Math.floor(ms / 1000) * 1000)
}

/** A comment as the port shows it. */
export function presentComment(comment: StoredComment): Comment {
  const { updatedAt: _, ...shown } = comment
  return {
    ...shown,
    url: `https://github.example/acme/shop/issues/${comment.issueNumber}#issuecomment-${comment.id}`,
  }
}
