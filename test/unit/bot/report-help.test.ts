import { describe, expect, it } from 'vitest'
import { createConversation } from '../../support/bot/conversation.ts'
import { ada, bob } from '../../support/bot/fake-github.ts'

describe('/help', () => {
  it('says what is for the one who asks', async () => {
    const { say, last } = createConversation()
    await say(bob, '/help restore')
    expect(last().details).toContain('needs the role "admin"')
    await say(ada, '/help restore')
    expect(last().details).toContain('✅ yes')
  })

  it('goes by the policy, teams too', async () => {
    const { github, say, last } = createConversation()
    github.files.set('.github/strongroom.yml', 'commands: { restore: { teams: [dba] } }\n')
    await say(bob, '/help restore')
    expect(last().details).toContain('or one of its teams')
    github.memberships.add('dba/bob')
    await say(bob, '/help restore')
    expect(last().details).toContain('✅ yes')
  })

  it('says where nobody has to approve', async () => {
    const { github, say, last } = createConversation()
    await say(ada, '/help restore')
    expect(last().details).not.toContain('not enforced')
    github.environments.clear()
    github.files.set('.github/strongroom.yml', 'allow-unprotected: true\n')
    await say(ada, '/help restore')
    expect(last().details).toContain('not enforced')
  })

  it('lists every command', async () => {
    const { say, last } = createConversation()
    expect((await say(bob, '/help')).outcome).toBe('answered')
    for (const command of ['backup', 'restore', 'cancel', 'policy']) {
      expect(last().details).toContain(command)
    }
  })
})
