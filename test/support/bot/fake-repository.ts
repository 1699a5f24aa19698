import type { Comment, CommentList, Reading, Repository, Writing } from '../../../bot/ports.ts'
import {
  type FakeGitHub,
  presentComment,
  type StoredComment,
  type StoredRun,
  wholeSecond,
} from './fake-github.ts'

/**
 * What happens to a call. `lost`: its answer does not arrive. `crash`: the process dies with it, and
 * whatever it calls afterwards has no effect. `denied`: GitHub refuses it.
 */
export type Fault = 'lost-before' | 'lost-after' | 'crash-before' | 'crash-after' | 'denied'

/** What a process that died would do next, if it were not dead. */
export class Crash extends Error {}

export interface ConnectionOptions {
  /** Asked before each call; calls count from 0 over the connection. */
  readonly fault?: (call: number, method: keyof Repository) => Fault | undefined
  /** Awaited before a call has its effect and before it answers: where others may come in between. */
  readonly turn?: (label: string) => Promise<void>
}

export interface Connection {
  readonly repository: Repository
  /** Names of the methods called, in order. */
  readonly calls: (keyof Repository)[]
}

const pageLimitComments = 500
const bodyCharactersMax = 65_536
const inputsMax = 25
const problem = 'GitHub did not answer'
const hint = 'Ask again later.'

/** One process's connection to the fake: the contract of `Repository`, strict about what GitHub is. */
export function connectFake(github: FakeGitHub, options: ConnectionOptions = {}): Connection {
  const calls: (keyof Repository)[] = []
  let isDead = false
  const { fault: chooseFault = () => undefined, turn = async () => {} } = options

  async function call<T, F>(
    method: keyof Repository,
    effect: () => T,
    ifLost: F,
    ifDenied: F,
  ): Promise<T | F> {
    if (isDead) throw new Crash('This process is dead')
    const fault = chooseFault(calls.length, method)
    calls.push(method)
    await turn(`${method} begins`)
    if (isDead) throw new Crash('This process is dead')
    if (fault === 'denied') return ifDenied
    if (fault === 'lost-before') return ifLost
    if (fault === 'crash-before') {
      isDead = true
      throw new Crash('The process died before a call')
    }
    const answer = effect()
    await turn(`${method} answers`)
    if (fault === 'crash-after') {
      isDead = true
      throw new Crash('The process died after a call')
    }
    if (isDead) throw new Crash('This process is dead')
    return fault === 'lost-after' ? ifLost : answer
  }

  const read = <T>(method: keyof Repository, effect: () => T | undefined): Promise<Reading<T>> =>
    call<Reading<T>, Reading<T>>(
      method,
      () => {
        const value = effect()
        return value === undefined ? { kind: 'missing' } : { kind: 'found', value }
      },
      { kind: 'failed', problem, hint },
      { kind: 'denied', status: 403, problem: 'GitHub does not let the bot', hint },
    )

  const write = <T>(method: keyof Repository, effect: () => Writing<T>): Promise<Writing<T>> =>
    call<Writing<T>, Writing<T>>(
      method,
      effect,
      { kind: 'unknown', problem, hint },
      refused(403, 'GitHub does not let the bot'),
    )

  const { comments, runs } = github
  const repository: Repository = {
    readPermission: (login) =>
      read('readPermission', () => github.permissions.get(login.toLowerCase())),
    readFile: (path) => read('readFile', () => github.files.get(path)),
    readMembership: (team, login) =>
      read('readMembership', () => github.memberships.has(`${team}/${login}`.toLowerCase())),
    react: (commentId, reaction) =>
      call(
        'react',
        () => {
          if (!comments.has(commentId)) return 'failed' as const
          const own = github.reactions.get(commentId) ?? new Set()
          const answer = own.has(reaction) ? ('present' as const) : ('added' as const)
          github.reactions.set(commentId, own.add(reaction))
          return answer
        },
        'failed' as const,
        'failed' as const,
      ),
    listComments: (issueNumber, since) =>
      read('listComments', () => {
        const own = sinceThen(comments, since).filter((entry) => entry.issueNumber === issueNumber)
        return firstAndNewest(own.sort((a, b) => a.id - b.id))
      }),
    listRecentComments: (since) =>
      read('listRecentComments', () =>
        page(sinceThen(comments, since).sort((a, b) => +b.updatedAt - +a.updatedAt)),
      ),
    createComment: (issueNumber, body) =>
      write<Comment>('createComment', () =>
        isTooLong(body)
          ? refused(422, 'the body is too long')
          : done(presentComment(github.comment(github.bot, body, issueNumber))),
      ),
    readComment: (commentId) =>
      read('readComment', () => {
        const comment = comments.get(commentId)
        return comment && presentComment(comment)
      }),
    updateComment: (commentId, body) =>
      write<Comment>('updateComment', () => {
        const comment = comments.get(commentId)
        if (comment === undefined) return refused(404, 'there is no such comment')
        if (isTooLong(body)) return refused(422, 'the body is too long')
        comment.body = body
        comment.updatedAt = wholeSecond(github.nowMs)
        return done(presentComment(comment))
      }),
    removeComment: (commentId) =>
      write('removeComment', () => {
        comments.delete(commentId)
        return done(undefined)
      }),
    dispatch: (workflow, inputs) =>
      write('dispatch', () => {
        if (!github.workflows.has(workflow)) return refused(404, 'there is no such workflow')
        if (Object.keys(inputs).length > inputsMax) return refused(422, 'there are too many inputs')
        const { run } = github.start(github.bot, workflow, inputs)
        return done(github.namesRuns ? { runId: run.id, url: run.url } : undefined)
      }),
    listRuns: (workflow, since) =>
      read('listRuns', () =>
        github.workflows.has(workflow)
          ? shown(github, workflow)
              .filter(({ run }) => run.event === 'workflow_dispatch' && run.createdAt >= since)
              .map(({ run }) => run)
          : undefined,
      ),
    listOpenRuns: (workflow) =>
      read('listOpenRuns', () =>
        github.workflows.has(workflow)
          ? shown(github, workflow)
              .map(({ run }) => run)
              .filter(({ status }) => status !== 'completed')
          : undefined,
      ),
    readRun: (runId) => read('readRun', () => runs.get(runId)?.run),
    readJobs: (runId) => read('readJobs', () => runs.get(runId)?.jobs),
    readPendingDeployments: (runId) =>
      read('readPendingDeployments', () => runs.get(runId)?.pending),
    readApprovals: (runId) => read('readApprovals', () => runs.get(runId)?.approvals),
    readEnvironment: (name) => read('readEnvironment', () => github.environments.get(name)),
    cancelRun: (runId) =>
      write('cancelRun', () => {
        const stored = runs.get(runId)
        if (stored === undefined) return refused(404, 'there is no such run')
        if (stored.run.status === 'completed') return refused(409, 'the run has ended')
        github.change(runId, { run: { status: 'completed', conclusion: 'cancelled' }, pending: [] })
        return done(undefined)
      }),
  }
  return { repository, calls }
}

function sinceThen(comments: FakeGitHub['comments'], since: Date): StoredComment[] {
  return [...comments.values()].filter(({ updatedAt }) => updatedAt >= wholeSecond(+since))
}

function firstAndNewest(comments: readonly StoredComment[]): CommentList {
  if (comments.length <= pageLimitComments) return page(comments)
  const newest = comments.slice(100 - pageLimitComments)
  const shown = [...comments.slice(0, 100), ...newest]
  return { comments: shown.map(presentComment), isComplete: false }
}

function page(comments: readonly StoredComment[]): CommentList {
  return {
    comments: comments.slice(0, pageLimitComments).map(presentComment),
    isComplete: comments.length <= pageLimitComments,
  }
}

function shown(github: FakeGitHub, workflow: string): readonly StoredRun[] {
  return [...github.runs.values()]
    .filter((stored) => stored.workflow === workflow && +stored.visibleAt <= github.nowMs)
    .toSorted((a, b) => b.run.id - a.run.id)
}

function isTooLong(body: string): boolean {
  return body.length > bodyCharactersMax
}

function done<T>(value: T): Writing<T> {
  return { kind: 'done', value }
}

function refused(status: number, why: string): Writing<never> {
  return { kind: 'refused', status, problem: why, hint }
}
