import { createHmac, createSign } from 'node:crypto'
import { createAppAuth } from '@octokit/auth-app'
import { request } from '@octokit/request'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type BotScene, stageBot } from '../../support/github/bot-scene.ts'
import { seedManifestCode } from '../../support/github/resources/app-routes.ts'
import { seedApp } from '../../support/github/resources/apps.ts'
import { seedRepository } from '../../support/github/resources/repositories.ts'

let scene: BotScene
beforeEach(async () => {
  scene = await stageBot()
})
afterEach(async () => {
  await scene.github.close()
})

const auth = (app = scene.app, privateKey = app.privateKey) =>
  createAppAuth({
    appId: app.id,
    privateKey,
    request: request.defaults({ baseUrl: scene.github.apiUrl }),
  })
const status = (outcome: Promise<unknown>) =>
  outcome.then(
    () => 200,
    (error: { status: number }) => error.status,
  )

describe('Apps of the fake', () => {
  it('give tokens for an installation, that do no more than was asked for', async () => {
    const { token, permissions } = await auth()({
      type: 'installation',
      installationId: scene.installation.id,
      repositoryNames: ['shop'],
      permissions: { issues: 'write' },
    })
    expect(permissions).toEqual({ issues: 'write' })
    const api = request.defaults({
      baseUrl: scene.github.apiUrl,
      headers: { authorization: `token ${token}` },
    })
    const at = { owner: 'acme', repo: 'shop' }
    expect(await status(api('GET /repos/{owner}/{repo}', at))).toBe(200)
    expect(await status(api('GET /repos/{owner}/{repo}/actions/runs', at))).toBe(403)
    seedRepository(scene.world, 'acme/other')
    expect(await status(api('GET /repos/{owner}/{repo}', { ...at, repo: 'other' }))).toBe(404)
  })

  it('refuse more than the installation has', async () => {
    const asked = { type: 'installation' as const, installationId: scene.installation.id }
    expect(await status(auth()({ ...asked, permissions: { contents: 'write' } }))).toBe(422)
    expect(await status(auth()({ ...asked, repositoryNames: ['other'] }))).toBe(422)
    expect(await status(auth()({ ...asked, installationId: 1 }))).toBe(404)
  })

  it('refuse another App’s key', async () => {
    const other = seedApp(scene.world, 'other')
    const asked = { type: 'installation' as const, installationId: scene.installation.id }
    expect(await status(auth(scene.app, other.privateKey)(asked))).toBe(401)
    expect(await status(auth(other)(asked))).toBe(404)
  })

  it('say who they are, and where they are installed', async () => {
    const { token } = await auth()({ type: 'app' })
    const api = request.defaults({
      baseUrl: scene.github.apiUrl,
      headers: { authorization: `bearer ${token}` },
    })
    const me = await api('GET /app')
    expect(me.data).toMatchObject({ slug: 'strongroom', installations_count: 1 })
    const there = await api('GET /repos/{owner}/{repo}/installation', {
      owner: 'acme',
      repo: 'shop',
    })
    expect(there.data.id).toBe(scene.installation.id)
  })

  it.each([
    ['expired', { iat: -700, exp: -100 }, 'RS256'],
    ['issued in the future', { iat: 60, exp: 120 }, 'RS256'],
    ['valid for too long', { iat: -10, exp: 3_600 }, 'RS256'],
    ['signed with a shared secret', { iat: -10, exp: 60 }, 'HS256'],
  ])('refuse a token that is %s', async (_name, { iat, exp }, alg) => {
    const nowSeconds = Math.floor(Date.now() / 1_000)
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const claims = { iss: scene.app.id, iat: nowSeconds + iat, exp: nowSeconds + exp }
    const text = `${encode({ alg, typ: 'JWT' })}.${encode(claims)}`
    const signature =
      alg === 'RS256'
        ? createSign('RSA-SHA256').update(text).sign(scene.app.privateKey, 'base64url')
        : createHmac('sha256', scene.app.privateKey).update(text).digest('base64url')
    const { status } = await fetch(`${scene.github.apiUrl}/app`, {
      headers: { authorization: `Bearer ${text}.${signature}` },
    })
    expect(status).toBe(401)
  })

  it('are handed over once for the code of a manifest', async () => {
    const code = seedManifestCode(scene.world, scene.app)
    const convert = () =>
      request('POST /app-manifests/{code}/conversions', { baseUrl: scene.github.apiUrl, code })
    const { data } = await convert()
    expect(data).toMatchObject({
      id: scene.app.id,
      slug: 'strongroom',
      webhook_secret: scene.app.webhookSecret,
    })
    expect(data.pem).toContain('BEGIN RSA PRIVATE KEY')
    expect(await status(convert())).toBe(404)
  })
})
