import { request } from '@octokit/request'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type BotScene, stageBot } from '../../support/github/bot-scene.ts'
import { seedRole } from '../../support/github/resources/permissions.ts'
import { seedTeam } from '../../support/github/resources/teams.ts'
import { seedUser } from '../../support/github/resources/users.ts'
import { seedToken } from '../../support/github/tokens.ts'

let scene: BotScene
beforeEach(async () => {
  scene = await stageBot()
})
afterEach(async () => {
  await scene.github.close()
})

const api = (token = scene.token) =>
  request.defaults({ baseUrl: scene.github.apiUrl, headers: { authorization: `token ${token}` } })
const status = (outcome: Promise<unknown>) =>
  outcome.then(
    () => 200,
    (error: { status: number }) => error.status,
  )
const readPermission = (username: string) =>
  api()('GET /repos/{owner}/{repo}/collaborators/{username}/permission', {
    owner: 'acme',
    repo: 'shop',
    username,
  })

describe('permissions of the fake', () => {
  it.each([
    ['admin', undefined, { permission: 'admin', role_name: 'admin' }],
    ['maintain', undefined, { permission: 'write', role_name: 'maintain' }],
    ['triage', undefined, { permission: 'read', role_name: 'triage' }],
    ['dba', 'write' as const, { permission: 'write', role_name: 'dba' }],
  ])('name the role %s, and the old field beside it', async (name, base, expected) => {
    seedRole(scene.repository, scene.writer, name, base)
    const { data } = await readPermission('writer')
    expect(data).toMatchObject({ ...expected, user: { id: scene.writer.id } })
  })

  it('let a stranger read what is public, and nothing else', async () => {
    expect((await readPermission('stranger')).data).toMatchObject({ role_name: 'read' })
    scene.repository.isPrivate = true
    expect((await readPermission('stranger')).data).toMatchObject({ role_name: 'none' })
  })

  it('are unknown of bots and of nobody', async () => {
    expect(await status(readPermission('strongroom[bot]'))).toBe(404)
    expect(await status(readPermission('nobody'))).toBe(404)
  })
})

describe('teams of the fake', () => {
  const read = (username: string, token?: string) =>
    api(token)('GET /orgs/{org}/teams/{team_slug}/memberships/{username}', {
      org: 'acme',
      team_slug: 'dba',
      username,
    })

  it('know who is in, who is only invited and who is not', async () => {
    const team = seedTeam(scene.world, 'acme', 'dba', [scene.writer])
    team.members.set(seedUser(scene.world, 'invited').login, 'pending')
    expect((await read('Writer')).data.state).toBe('active')
    expect((await read('invited')).data.state).toBe('pending')
    expect(await status(read('stranger'))).toBe(404)
    expect(await status(read('writer', seedToken(scene.world, { issues: 'write' })))).toBe(403)
  })
})

describe('files of the fake', () => {
  const read = () =>
    api()('GET /repos/{owner}/{repo}/contents/{path}', {
      owner: 'acme',
      repo: 'shop',
      path: '.github/strongroom.yml',
    })

  it('are read from the default branch', async () => {
    expect(await status(read())).toBe(404)
    const text = `limits: { changing-per-10-minutes: 3 } # ${'é'.repeat(100)}\n`
    scene.repository.files.set('.github/strongroom.yml', text)
    const { data } = await read()
    expect(data).toMatchObject({ type: 'file', encoding: 'base64' })
    const { content } = data as { content: string }
    expect(Buffer.from(content, 'base64').toString('utf8')).toBe(text)
  })
})
