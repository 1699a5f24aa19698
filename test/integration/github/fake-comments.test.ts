import { request } from '@octokit/request'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type BotScene, stageBot } from '../../support/github/bot-scene.ts'
import { addComment } from '../../support/github/resources/comments.ts'
import { seedToken } from '../../support/github/tokens.ts'

let scene: BotScene
let now = new Date('2026-11-22T03:00:00.400Z')
beforeEach(async () => {
  now = new Date('2026-11-22T03:00:00.400Z')
  scene = await stageBot({ now: () => now })
})
afterEach(async () => {
  await scene.github.close()
})

const at = { owner: 'acme', repo: 'shop' }
/** Requests with the token of the App, as Octokit sends them. */
const api = (token = scene.token) =>
  request.defaults({ baseUrl: scene.github.apiUrl, headers: { authorization: `token ${token}` } })
const status = (outcome: Promise<unknown>) =>
  outcome.then(
    () => 0,
    (error: { status: number }) => error.status,
  )

describe('comments of the fake', () => {
  it('are written, read, changed and removed', async () => {
    const { data: made } = await api()(
      'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
      { ...at, issue_number: scene.issue.number, body: 'requested' },
    )
    expect(made).toMatchObject({
      user: { login: 'strongroom[bot]', type: 'Bot' },
      performed_via_github_app: { slug: 'strongroom' },
      created_at: '2026-11-22T03:00:00Z',
    })
    const comment = { ...at, comment_id: made.id }
    now = new Date('2026-11-22T03:01:00Z')
    await api()('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', {
      ...comment,
      body: 'running',
    })
    const { data: read } = await api()(
      'GET /repos/{owner}/{repo}/issues/comments/{comment_id}',
      comment,
    )
    expect(read).toMatchObject({ body: 'running', updated_at: '2026-11-22T03:01:00Z' })
    await api()('DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}', comment)
    const gone = api()('GET /repos/{owner}/{repo}/issues/comments/{comment_id}', comment)
    expect(await status(gone)).toBe(404)
  })

  it('are listed since an instant, in pages, of an issue and of all', async () => {
    for (const body of ['one', 'two', 'three']) {
      addComment(scene.world, scene.repository, scene.issue, { body, author: scene.writer })
      now = new Date(now.getTime() + 60_000)
    }
    const everywhere = await api()('GET /repos/{owner}/{repo}/issues/comments', {
      ...at,
      since: '2026-11-22T03:01:00Z',
    })
    expect(everywhere.data.map(({ body }) => body)).toEqual(['two', 'three'])
    const page = await api()('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
      ...at,
      issue_number: 1,
      per_page: 2,
    })
    expect(page.data.map(({ body }) => body)).toEqual(['one', 'two'])
    expect(page.headers.link).toContain('page=2>; rel="next"')
    expect(page.data[0]?.performed_via_github_app).toBeNull()
  })

  it.each([
    ['blank', ' '],
    ['too long', 'x'.repeat(65_537)],
  ])('are refused where they are %s', async (_name, body) => {
    const sent = api()('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
      ...at,
      issue_number: 1,
      body,
    })
    expect(await status(sent)).toBe(422)
    expect(scene.repository.comments.size).toBe(0)
  })

  it('are the bot of Actions’ where its token writes them', async () => {
    const { data } = await api(seedToken(scene.world, { issues: 'write' }))(
      'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
      { ...at, issue_number: 1, body: 'x' },
    )
    expect(data.user).toMatchObject({ login: 'github-actions[bot]', type: 'Bot' })
  })

  it('need the permission for issues', async () => {
    const sent = api(seedToken(scene.world, { issues: 'read' }))(
      'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
      { ...at, issue_number: 1, body: 'x' },
    )
    expect(await status(sent)).toBe(403)
  })
})

describe('reactions of the fake', () => {
  it('are new once, and present from then on', async () => {
    const { id } = addComment(scene.world, scene.repository, scene.issue, {
      body: '/backup',
      author: scene.writer,
    })
    const react = (token = scene.token) =>
      api(token)('POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions', {
        ...at,
        comment_id: id,
        content: 'eyes',
      })
    expect((await react()).status).toBe(201)
    expect((await react()).status).toBe(200)
    expect((await react(seedToken(scene.world, { issues: 'write' }))).status).toBe(201)
    const { data } = await api()(
      'GET /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions',
      { ...at, comment_id: id },
    )
    expect(data.map(({ user }) => user?.login)).toEqual(['strongroom[bot]', 'github-actions[bot]'])
  })
})

describe('issues of the fake', () => {
  it('have labels, and say whether they are pull requests', async () => {
    scene.issue.labels.push('database')
    const asked = { ...at, issue_number: 1 }
    const { data } = await api()('GET /repos/{owner}/{repo}/issues/{issue_number}', asked)
    expect(data).toMatchObject({ number: 1, labels: [{ name: 'database' }] })
    expect(data).not.toHaveProperty('pull_request')
    const labels = await api()('GET /repos/{owner}/{repo}/issues/{issue_number}/labels', asked)
    expect(labels.data).toMatchObject([{ name: 'database' }])
  })
})
