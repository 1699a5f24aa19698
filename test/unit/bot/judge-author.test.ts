import { describe, expect, it } from 'vitest'
import { defaultPolicy, type Policy, policyFileSchema } from '../../../action/domain/policy.ts'
import { hasRole, judgeAuthor, readAccess } from '../../../bot/judge-author.ts'
import type { Permission } from '../../../bot/ports.ts'
import { ada, bob, createFakeGitHub } from '../../support/bot/fake-github.ts'
import { connectFake } from '../../support/bot/fake-repository.ts'

const roleOf = (roleName: string, base = roleName): Permission => ({ userId: 12, roleName, base })

describe('hasRole', () => {
  it.each([
    ['admin', 'admin', true],
    ['maintain', 'admin', false],
    ['maintain', 'write', true],
    ['write', 'maintain', false],
    ['triage', 'write', false],
    ['read', 'triage', false],
    ['none', 'read', false],
    ['', 'read', false],
  ])('of "%s" reaches "%s": %s', (own, needed, expected) => {
    expect(hasRole(roleOf(own), needed)).toBe(expected)
  })

  it('counts a custom role by its name, else as the one it builds on', () => {
    expect(hasRole(roleOf('dba', 'write'), 'DBA')).toBe(true)
    expect(hasRole(roleOf('dba', 'write'), 'write')).toBe(true)
    expect(hasRole(roleOf('dba', 'write'), 'maintain')).toBe(false)
    expect(hasRole(roleOf('dba', 'write'), 'release')).toBe(false)
  })

  it('takes no ordinary role for a custom one, but that of an administrator', () => {
    expect(hasRole(roleOf('maintain'), 'dba')).toBe(false)
    expect(hasRole(roleOf('none'), 'dba')).toBe(false)
    expect(hasRole(roleOf('admin'), 'dba')).toBe(true)
  })

  it('does not read the base where the role is no custom one', () => {
    expect(hasRole({ userId: 12, roleName: 'triage', base: 'write' }, 'write')).toBe(false)
  })
})

describe('readAccess', () => {
  it('knows a stranger by the role, and whom GitHub does not know', async () => {
    const github = createFakeGitHub()
    const { repository } = connectFake(github)
    expect((await readAccess(repository, bob)).kind).toBe('member')
    github.permissions.set('bob', { userId: bob.id, roleName: 'triage', base: 'read' })
    expect((await readAccess(repository, bob)).kind).toBe('member')
    github.permissions.set('bob', { userId: bob.id, roleName: 'read', base: 'read' })
    expect((await readAccess(repository, bob)).kind).toBe('stranger')
    github.permissions.delete('bob')
    expect((await readAccess(repository, bob)).kind).toBe('stranger')
  })

  it('does not take a login that changed hands for the author', async () => {
    const github = createFakeGitHub()
    github.permissions.set('bob', { userId: 666, roleName: 'admin', base: 'admin' })
    expect((await readAccess(connectFake(github).repository, bob)).kind).toBe('stranger')
  })

  it.each(['denied', 'lost-before'] as const)('knows nobody where reading is %s', async (fault) => {
    const { repository } = connectFake(createFakeGitHub(), { fault: () => fault })
    expect((await readAccess(repository, ada)).kind).toBe('unknown')
  })
})

describe('judgeAuthor', () => {
  const restore = { name: 'restore', role: 'admin' } as const
  const member = { ...roleOf('write'), login: 'Bob' }
  const policyOf = (rule: object): Policy => policyFileSchema.parse({ commands: { restore: rule } })

  async function judge(policy: Policy, memberships: readonly string[] = []) {
    const github = createFakeGitHub()
    for (const entry of memberships) github.memberships.add(entry)
    const { repository, calls } = connectFake(github)
    return { ...(await judgeAuthor(repository, member, restore, policy)), calls }
  }

  it('asks for the role of the registry where the policy names none', async () => {
    expect((await judge(defaultPolicy)).kind).toBe('refused')
    expect((await judge(policyOf({ role: 'write' }))).kind).toBe('admitted')
  })

  it('admits by name in any letter case, without a call', async () => {
    const { kind, calls } = await judge(policyOf({ users: ['BOB'], teams: ['dba'] }))
    expect([kind, calls]).toEqual(['admitted', []])
  })

  it('admits members of a team, and them only', async () => {
    const policy = policyOf({ teams: ['ops', 'dba'] })
    expect((await judge(policy, ['dba/bob'])).kind).toBe('admitted')
    expect((await judge(policy, ['dba/ada'])).kind).toBe('refused')
  })

  it('takes no answer about a team for a no, and says so', async () => {
    const { repository } = connectFake(createFakeGitHub(), { fault: () => 'denied' })
    const judgement = await judgeAuthor(repository, member, restore, policyOf({ teams: ['dba'] }))
    expect(judgement).toMatchObject({ kind: 'refused' })
    expect(judgement.kind === 'refused' && judgement.hint).toContain('did not say whether')
  })

  it('can ask for more than the registry', async () => {
    const policy = policyFileSchema.parse({ commands: { backup: { role: 'admin' } } })
    const { repository } = connectFake(createFakeGitHub())
    const command = { name: 'backup', role: 'write' } as const
    expect((await judgeAuthor(repository, member, command, policy)).kind).toBe('refused')
  })
})
