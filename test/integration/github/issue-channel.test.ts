import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Notice } from '../../../action/domain/notice.ts'
import { createIssueChannel } from '../../../action/github/issue-channel.ts'
import { addComment } from '../../support/github/resources/comments.ts'
import { bodyOf, closingReasonOf } from '../../support/github/resources/issue-keeping.ts'
import { seedIssue } from '../../support/github/resources/issues.ts'
import {
  type RepositoryState,
  seedRepository,
} from '../../support/github/resources/repositories.ts'
import { seedUser } from '../../support/github/resources/users.ts'
import { type FakeGitHub, startFakeGitHub } from '../../support/github/start-fake-github.ts'
import { seedToken } from '../../support/github/tokens.ts'
import {
  failedNotice,
  flaggedNotice,
  succeededNotice,
} from '../../support/notify/sample-notices.ts'

let github: FakeGitHub
let repository: RepositoryState

beforeEach(async () => {
  github = await startFakeGitHub()
  repository = seedRepository(github.world, 'acme/shop')
})
afterEach(async () => {
  await github.close()
})

const nonces = 'abcdefghijklmnopqrstuvwxyz234567'

function openChannel(permissions: Parameters<typeof seedToken>[1] = { issues: 'write' }) {
  const token = seedToken(github.world, permissions)
  let used = 0
  const random = {
    base32: (length: number) => {
      used += 1
      return `${nonces[used % 32]}${'x'.repeat(length - 1)}`
    },
  }
  const { apiUrl } = github
  return createIssueChannel(
    { token, apiUrl, repository: 'acme/shop', sleep: async () => undefined },
    { place: 'vault/strongroom', prefix: 'strongroom', random, wants: () => true },
  )
}

const inTime = () => AbortSignal.timeout(20_000)
const told = { kind: 'told' }
const verifyFailed: Notice = {
  ...failedNotice,
  command: 'verify',
  reasonCode: 'verification_failed',
}
const verified: Notice = { ...succeededNotice, command: 'verify', reasonCode: 'verified' }
const accepted: Notice = { ...succeededNotice, command: 'accept' }

const issues = () => [...repository.issues.values()]
const comments = () => [...repository.comments.values()]

async function tellAll(...notices: readonly Notice[]) {
  const channel = openChannel()
  for (const notice of notices) expect(await channel.tell({ notice }, inTime())).toEqual(told)
}

describe('createIssueChannel', () => {
  it('opens an issue on the first failure, labelled, and comments on the next', async () => {
    await tellAll(failedNotice, failedNotice)
    expect(issues()).toMatchObject([
      { title: 'Backups of "shop" need attention', labels: ['strongroom'], state: 'open' },
    ])
    expect(comments()).toHaveLength(1)
    const [issue] = issues()
    expect(issue && bodyOf(issue)).toContain('❌ Backup of "shop" failed: database_unreachable')
    expect(issue && bodyOf(issue)).toContain('20261121T030012Z-aaaa')
  })

  it('closes it by the next success, and opens another one for the next failure', async () => {
    await tellAll(failedNotice, succeededNotice)
    const [issue] = issues()
    expect(issue).toMatchObject({ state: 'closed' })
    expect(issue && closingReasonOf(issue)).toBe('completed')
    await tellAll(failedNotice)
    expect(issues().map(({ state }) => state)).toEqual(['closed', 'open'])
  })

  it('says nothing of a success where nothing was wrong', async () => {
    await tellAll(succeededNotice, verified)
    expect(github.requests.filter(({ method }) => method !== 'GET')).toEqual([])
  })

  it('stays open until everything that broke is well again', async () => {
    await tellAll(failedNotice, verifyFailed, succeededNotice)
    expect(issues()).toMatchObject([{ state: 'open' }])
    await tellAll(verified)
    expect(issues()).toMatchObject([{ state: 'closed' }])
  })

  it('keeps a suspicious backup open until a person accepts it', async () => {
    await tellAll(flaggedNotice, succeededNotice)
    expect(issues()).toMatchObject([{ state: 'open' }])
    await tellAll(accepted)
    expect(issues()).toMatchObject([{ state: 'closed' }])
  })

  it('keeps one issue for each database', async () => {
    await tellAll(failedNotice, { ...failedNotice, database: 'crm' }, succeededNotice)
    expect(issues().map(({ state }) => state)).toEqual(['closed', 'open'])
  })

  it('closes what failed before its database was known', async () => {
    const { database: _, ...nameless } = failedNotice
    await tellAll(nameless, succeededNotice)
    expect(issues()).toMatchObject([
      { state: 'closed', title: 'Backups below the prefix "strongroom" need attention' },
    ])
  })

  it('leaves one open where many fail at once', async () => {
    const channel = openChannel()
    const many = Array.from({ length: 6 }, () => channel.tell({ notice: failedNotice }, inTime()))
    expect(await Promise.all(many)).toEqual(many.map(() => told))
    await tellAll(failedNotice)
    const open = issues().filter(({ state }) => state === 'open')
    expect(open.map(({ number }) => number)).toEqual([1])
    await tellAll(succeededNotice)
    expect(issues().filter(({ state }) => state === 'open')).toEqual([])
  })

  it('makes no second issue where the answer to the first was lost', async () => {
    const fault = { kind: 'reset' } as const
    github.faults.add({ fault, operationId: 'issues/create', times: 1, isAfterEffect: true })
    await tellAll(failedNotice)
    expect(issues()).toHaveLength(1)
  })

  it('never repeats a creation, whatever becomes of it', async () => {
    const fault = { kind: 'status', status: 502 } as const
    github.faults.add({ fault, operationId: 'issues/create' })
    const result = await openChannel().tell({ notice: failedNotice }, inTime())
    expect(result).toMatchObject({ kind: 'failed', problem: 'GitHub answered 502, expected 200' })
    const creations = github.requests.filter(({ operationId }) => operationId === 'issues/create')
    expect(creations).toHaveLength(1)
  })

  it('believes no mark that somebody else wrote', async () => {
    await tellAll(failedNotice, verifyFailed)
    const [issue] = issues()
    if (issue === undefined) throw new Error('There is no issue')
    const key = /key=([0-9a-f]{16})/.exec(bodyOf(issue))?.[1]
    const forged = `<!-- strongroom:alarm key=${key} nonce=z opens= heals=backup,verify -->`
    const author = seedUser(github.world, 'mallory')
    addComment(github.world, repository, issue, { body: forged, author })
    await tellAll(succeededNotice)
    expect(issue.state).toBe('open')
  })

  it('leaves other issues with its label alone', async () => {
    const other = seedIssue(github.world, repository, { labels: ['strongroom'] })
    await tellAll(failedNotice, succeededNotice)
    expect(other.state).toBe('open')
  })

  it('says which permission is missing', async () => {
    const result = await openChannel({ issues: 'read' }).tell({ notice: failedNotice }, inTime())
    expect(result).toMatchObject({
      kind: 'failed',
      hint: 'The token lacks a permission: give the job `issues: write`.',
    })
  })

  it.each([
    [410, 'Issues has been disabled in this repository.', 'issues are switched off', 'Switch'],
    [403, 'You have exceeded a secondary rate limit.', 'answered 403', 'rate limit'],
  ])('says what a %i is about: %s', async (status, message, problem, hint) => {
    const fault = { kind: 'status', status, message } as const
    github.faults.add({ fault, operationId: 'issues/list-for-repo' })
    expect(await openChannel().tell({ notice: failedNotice }, inTime())).toMatchObject({
      kind: 'failed',
      problem: expect.stringContaining(problem),
      hint: expect.stringContaining(hint),
    })
  })

  it('says that somebody has locked the issue', async () => {
    await tellAll(failedNotice)
    for (const issue of issues()) issue.isLocked = true
    expect(await openChannel().tell({ notice: failedNotice }, inTime())).toMatchObject({
      kind: 'failed',
      problem: 'the issue is locked, expected it to be open for comments',
    })
  })

  it('is probed without writing', async () => {
    expect(await openChannel().probe(inTime())).toMatchObject({ name: 'issue', state: 'unknown' })
    expect(await openChannel({}).probe(inTime())).toMatchObject({ state: 'failed' })
    expect(github.requests.filter(({ method }) => method !== 'GET')).toEqual([])
  })
})
