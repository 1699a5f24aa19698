import { describe, expect, it } from 'vitest'
import { createConversation } from '../../support/bot/conversation.ts'
import { bob } from '../../support/bot/fake-github.ts'

describe('/policy', () => {
  it('shows what is in force', async () => {
    const { github, say, last } = createConversation()
    github.files.set(
      '.github/strongroom.yml',
      [
        'commands:',
        '  restore: { role: dba, teams: [ops], users: [octocat] }',
        'issues: { labels: [database], numbers: [7] }',
        'allow-unprotected: true',
        '',
      ].join('\n'),
    )
    expect((await say(bob, '/policy')).outcome).toBe('answered')
    expect(last().details).toMatchInlineSnapshot(`
      "In force, by \`.github/strongroom.yml\` and the defaults.

      | Command | Who may | Environment |
      | --- | --- | --- |
      | \`/backup\` | role \`write\` | \`database-backup\` |
      | \`/backups\` | role \`write\` | \`database-backup\` |
      | \`/restore\` | role \`dba\`, team \`ops\`, \`octocat\` | \`database-restore\`, after an approval |
      | \`/verify\` | role \`write\` | \`database-backup\` |
      | \`/pin\` | role \`write\` | \`database-backup\` |
      | \`/unpin\` | role \`admin\` | \`database-backup\` |
      | \`/accept\` | role \`admin\` | \`database-backup\` |
      | \`/cleanup\` | role \`admin\` | \`database-backup\` |
      | \`/delete\` | role \`admin\` | \`database-restore\`, after an approval |
      | \`/status\` | role \`write\` | none |
      | \`/cancel\` | who asked, or role \`admin\` | none |
      | \`/policy\` | role \`write\` | none |
      | \`/help\` | role \`write\` | none |

      | | |
      | --- | --- |
      | **Commands are taken** | issue 7, issues with the label "database" |
      | **Workflow of backups** | \`database-backup.yml\` |
      | **Workflow of restores** | \`database-restore.yml\` |
      | **Changes of one person** | 3 in 10 minutes |
      | **Open restores and deletions** | 1 at a time |
      | **Restores without reviewers** | ⚠️ allowed |"
    `)
  })

  it('says where nobody has written one', async () => {
    const { say, last } = createConversation()
    await say(bob, '/policy')
    expect(last().details).toContain('the defaults, since there is no')
  })
})
