import { afterEach, describe, expect, it } from 'vitest'
import { type FakeGitHub, startFakeGitHub } from '../../support/github/start-fake-github.ts'
import { seedToken } from '../../support/github/tokens.ts'

let github: FakeGitHub | undefined
afterEach(async () => {
  await github?.close()
  github = undefined
})

/** Starts a fake, sends one request to it and closes it: what a careless test would see. */
async function send(
  path: string,
  init: RequestInit = {},
): Promise<{ status: number; end: string }> {
  const fake = await startFakeGitHub()
  const authorization = `Bearer ${seedToken(fake.world, {})}`
  const response = await fetch(`${fake.apiUrl}${path}`, { headers: { authorization }, ...init })
  await response.arrayBuffer()
  const end = await fake.close().then(
    () => 'clean',
    (error: unknown) => String(error),
  )
  return { status: response.status, end }
}

describe('startFakeGitHub', () => {
  it('answers an unknown repository as GitHub does', async () => {
    expect(await send('/repos/acme/nothing')).toEqual({ status: 404, end: 'clean' })
  })

  it('answers an unknown token as GitHub does', async () => {
    const headers = { authorization: 'Bearer nobody' }
    expect(await send('/repos/acme/shop', { headers })).toEqual({ status: 401, end: 'clean' })
  })

  it.each([
    ['an unknown route', '/repos/acme/shop/nonsense', 501, 'no such route'],
    ['a number that is none', '/repos/acme/shop/actions/runs/x', 404, 'must be integer'],
    ['a query that is not described', '/repos/acme/shop?page=2', 404, 'additional properties'],
  ])('fails the test at %s', async (_name, path, status, text) => {
    const ended = await send(path)
    expect(ended.status).toBe(status)
    expect(ended.end).toContain(text)
  })

  it('fails the test at a body where none is described', async () => {
    const ended = await send('/repos/acme/shop', { method: 'POST', body: '{}' })
    expect(ended).toMatchObject({ status: 501, end: expect.stringContaining('no such route') })
  })

  it('listens on loopback only', async () => {
    github = await startFakeGitHub({ basePath: '/api/v3' })
    expect(github.apiUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api\/v3$/)
  })
})
