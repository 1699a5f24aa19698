import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseCard } from '../../../action/domain/parse-card.ts'
import { renderCard } from '../../../action/domain/render-card.ts'
import { startCard } from '../../../action/domain/start-card.ts'
import { type Comments, connectComments } from '../../../action/github/connect-comments.ts'
import { type CardNews, type CardTarget, updateCard } from '../../../action/github/update-card.ts'
import { sampleCard, sampleRequest } from '../../support/cards/sample-card.ts'
import { addComment, type CommentState } from '../../support/github/resources/comments.ts'
import { seedIssue } from '../../support/github/resources/issues.ts'
import { seedRepository } from '../../support/github/resources/repositories.ts'
import { seedUser } from '../../support/github/resources/users.ts'
import { type FakeGitHub, startFakeGitHub } from '../../support/github/start-fake-github.ts'
import { seedToken } from '../../support/github/tokens.ts'

const at = new Date('2026-11-22T09:05:00Z')
const succeeded: CardNews = {
  change: { at, state: 'succeeded', message: 'Restored', reasonCode: 'completed' },
  details: 'Rows: 3',
}
const running: CardNews = { change: { at, state: 'running' } }
const start = startCard(new Date(sampleRequest.createdAt))

let github: FakeGitHub
let comment: CommentState
let comments: Comments
let target: CardTarget

async function stage(basePath = '') {
  github = await startFakeGitHub({ basePath })
  const { world } = github
  const repository = seedRepository(world, 'acme/shop')
  const author = seedUser(world, 'strongroom[bot]')
  const issue = seedIssue(world, repository, { number: sampleRequest.issueNumber })
  const body = renderCard({ request: sampleRequest, signature: 'c2ln', card: start })
  comment = addComment(world, repository, issue, { body, author })
  comments = connect(seedToken(world, { issues: 'write' }))
  target = {
    commentId: comment.id,
    requestId: sampleRequest.id,
    issueNumber: issue.number,
    starterId: author.id,
    runId: sampleCard.run?.id,
  }
}
beforeEach(() => stage())
afterEach(() => github.close())

function connect(token: string, timeoutMs?: number): Comments {
  const { apiUrl } = github
  const sleep = async () => {}
  return connectComments({
    token,
    apiUrl,
    repository: 'acme/shop',
    sleep,
    ...(timeoutMs !== undefined && { timeoutMs }),
  })
}

const read = () => parseCard(comment.body)
const countWrites = () => github.requests.filter(({ method }) => method === 'PATCH').length

describe('updateCard', () => {
  it('moves the card forward and leaves request and signature as they are', async () => {
    expect(await updateCard(comments, target, running)).toMatchObject({ kind: 'written' })
    expect(await updateCard(comments, target, succeeded)).toMatchObject({ kind: 'written' })
    expect(read()).toMatchObject({
      request: sampleRequest,
      signature: 'c2ln',
      card: { state: 'succeeded', message: 'Restored' },
      details: 'Rows: 3',
    })
  })

  it('works against a server of one’s own', async () => {
    await github.close()
    await stage('/api/v3')
    expect(await updateCard(comments, target, succeeded)).toMatchObject({ kind: 'written' })
  })

  it('writes nothing where the card says it already', async () => {
    await updateCard(comments, target, succeeded)
    const before = countWrites()
    expect(await updateCard(comments, target, succeeded)).toMatchObject({ kind: 'unchanged' })
    expect(await updateCard(comments, target, running)).toMatchObject({ kind: 'unchanged' })
    expect(countWrites()).toBe(before)
    expect(read()?.card.state).toBe('succeeded')
  })

  it('writes an end again that another writer has overwritten', async () => {
    const stale = renderCard({ request: sampleRequest, signature: 'c2ln', card: sampleCard })
    let isOverwritten = false
    const raced: Comments = {
      read: (id) => comments.read(id),
      async write(id, body) {
        const answer = await comments.write(id, body)
        if (!isOverwritten) comment.body = stale
        isOverwritten = true
        return answer
      },
    }
    expect(await updateCard(raced, target, succeeded)).toMatchObject({ kind: 'written' })
    const { plan, waiting } = sampleCard
    expect(read()).toMatchObject({
      card: { state: 'succeeded', plan, waiting },
      details: 'Rows: 3',
    })
  })

  it('keeps the end that was told first, and says below it how the run ended', async () => {
    const cancelled: CardNews = { change: { at, state: 'cancelled', message: 'By mona' } }
    await updateCard(comments, target, cancelled)
    await updateCard(comments, target, succeeded)
    expect(read()?.card).toMatchObject({ state: 'cancelled', message: 'By mona' })
    expect(read()?.details).toBe(
      '> ✅ The run itself ended otherwise: it succeeded. Restored\n\nRows: 3',
    )
  })

  it('keeps the details of the end that was told first', async () => {
    await updateCard(comments, target, succeeded)
    const failed: CardNews = {
      change: { at, state: 'failed', message: 'Carried out before' },
      details: 'Stage: gate',
    }
    await updateCard(comments, target, failed)
    expect(read()?.card).toMatchObject({ state: 'succeeded', message: 'Restored' })
    expect(read()?.details).toBe(
      '> ❌ The run itself ended otherwise: it failed. Carried out before\n\nRows: 3',
    )
  })

  it.each<readonly [string, Partial<CardTarget>, RegExp]>([
    ['another request', { requestId: 'rq7-1001-1-0123456789ab' }, /another request/],
    ['another issue', { issueNumber: 8 }, /another issue/],
    ['no comment', { commentId: 5 }, /404/],
    ['a card, and a person started the run', { starterId: 583231 }, /another account/],
    ['a card, and nobody says who started the run', { starterId: undefined }, /another account/],
  ])('touches nothing where the inputs name %s', async (_name, changes, problem) => {
    const before = comment.body
    const update = await updateCard(comments, { ...target, ...changes }, succeeded)
    expect(update).toMatchObject({ kind: 'failed', problem: expect.stringMatching(problem) })
    expect(comment.body).toBe(before)
    expect(countWrites()).toBe(0)
  })

  it('touches no card that was copied under another issue', async () => {
    const repository = [...github.world.repositories.values()][0]
    if (repository === undefined) throw new Error('no repository')
    const elsewhere = seedIssue(github.world, repository, { number: 8 })
    const copy = addComment(github.world, repository, elsewhere, comment)
    const { issueNumber: _, ...untold } = target
    const update = await updateCard(comments, { ...untold, commentId: copy.id }, succeeded)
    expect(update).toMatchObject({
      kind: 'failed',
      problem: expect.stringMatching(/another issue/),
    })
    expect(countWrites()).toBe(0)
  })

  it.each([
    ['another run', 9002],
    ['no run', undefined],
  ])('leaves a card that names a run alone where this is %s', async (_name, runId) => {
    const body = renderCard({ request: sampleRequest, signature: 'c2ln', card: sampleCard })
    comment.body = body
    for (const news of [running, succeeded]) {
      expect(await updateCard(comments, { ...target, runId }, news)).toMatchObject({
        kind: 'failed',
        problem: expect.stringMatching(/another run/),
      })
    }
    expect(comment.body).toBe(body)
    expect(countWrites()).toBe(0)
    expect(await updateCard(comments, target, succeeded)).toMatchObject({ kind: 'written' })
  })

  it('touches no comment that is no card', async () => {
    comment.body = 'Thanks!'
    expect(await updateCard(comments, target, succeeded)).toMatchObject({
      kind: 'failed',
      problem: expect.stringMatching(/no status card/),
    })
    expect(comment.body).toBe('Thanks!')
  })

  it('says which permission is missing', async () => {
    comments = connect(seedToken(github.world, { issues: 'read' }))
    expect(await updateCard(comments, target, succeeded)).toMatchObject({
      kind: 'failed',
      problem: expect.stringMatching(/cannot be written: GitHub answered 403/),
      hint: expect.stringContaining('issues: write'),
    })
  })

  it.each([
    ['a 502 before the effect', { kind: 'status', status: 502 }, false],
    ['a 502 after the effect', { kind: 'status', status: 502 }, true],
    ['a reset', { kind: 'reset' }, true],
  ] as const)('gets over %s', async (_name, fault, isAfterEffect) => {
    github.faults.add({ fault, operationId: 'issues/update-comment', times: 2, isAfterEffect })
    expect(await updateCard(comments, target, succeeded)).toMatchObject({ kind: 'written' })
    expect(read()?.card.state).toBe('succeeded')
  })

  it('gives up after three tries', async () => {
    github.faults.add({ fault: { kind: 'status', status: 500 } })
    expect(await updateCard(comments, target, succeeded)).toMatchObject({ kind: 'failed' })
    expect(github.requests).toHaveLength(3)
  })

  it('waits for no answer that does not come', async () => {
    github.faults.add({ fault: { kind: 'hang' } })
    comments = connect(seedToken(github.world, { issues: 'write' }), 50)
    expect(await updateCard(comments, target, succeeded)).toMatchObject({
      kind: 'failed',
      problem: expect.stringContaining('did not answer in time'),
    })
  })
})
