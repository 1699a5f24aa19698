import { describe, expect, it } from 'vitest'
import { renderReport } from '../../../../action/domain/render-summary.ts'
import { chatCommands } from '../../../../action/domain/request.ts'
import { describeHelp, type HelpFacts } from '../../../../bot/commands/describe-help.ts'
import { parseComment } from '../../../../bot/commands/parse-comment.ts'

const facts: HelpFacts = {
  mayRun: ({ role }) => role === 'write',
  environments: { backup: 'database-backup', restore: 'database-restore' },
  isProtected: true,
}

describe('describeHelp', () => {
  it('shows every command, and which are for the one who asks', () => {
    expect(renderReport(describeHelp(facts))).toMatchInlineSnapshot(`
      "| Command | What it does | For you | Approval |
      | --- | --- | --- | --- |
      | \`/backup\` | Backs the database up now; the backup is kept until it is deleted | ✅ yes | not needed |
      | \`/backups [--type T] [--status S] [--page N]\` | Lists the backups, newest first, with statistics | ✅ yes | not needed |
      | <code>&#47;restore &#60;id&#124;latest&#62; &#91;--mode M&#93;</code> | Restores a backup, after its plan was approved | no | by a reviewer of the environment |
      | <code>&#47;verify &#60;id&#124;latest&#62;</code> | Reads a backup to its end and proves that its bytes are whole | ✅ yes | not needed |
      | <code>&#47;pin &#60;id&#124;latest&#62;</code> | Keeps a backup for ever: rotation never removes it | ✅ yes | not needed |
      | \`/unpin <id>\` | Lets the age of a pinned backup count again | no | not needed |
      | <code>&#47;accept &#60;id&#124;latest&#62;</code> | Says that a suspiciously small backup is right, so that rotation goes on | no | not needed |
      | \`/cleanup [--dry-run]\` | Removes expired backups | no | not needed |
      | \`/delete <id>\` | Deletes one backup, after its plan was approved | no | by a reviewer of the environment |
      | \`/status\` | Shows what is waiting, running and done, and brings its cards up to date | ✅ yes | not needed |
      | \`/cancel [request]\` | Cancels a request that has not ended | ✅ for your own requests | not needed |
      | \`/policy\` | Shows who may do what here, and what guards it | ✅ yes | not needed |
      | \`/help [command]\` | Explains the commands, and which of them are for you | ✅ yes | not needed |

      A command opens a line of a new comment, outside code, quotes and lists. At most one command of a comment may change something. In full: \`/help restore\`."
    `)
  })

  it('explains one command in full', () => {
    expect(renderReport(describeHelp(facts, 'restore'))).toMatchInlineSnapshot(`
      "Restores a backup, after its plan was approved.

      | | |
      | --- | --- |
      | **Usage** | <code>&#47;restore &#60;id&#124;latest&#62; &#91;--mode M&#93;</code> |
      | **For you** | no; it needs the role "admin" |
      | **Environment** | \`database-restore\` |
      | **Approval** | by a reviewer of the environment |
      | **Changes something** | yes |

      | Argument | What it is |
      | --- | --- |
      | <code>&#60;id&#124;latest&#62;</code> | id of a backup, as /backups shows it, or "latest" for the newest good one |
      | \`[--mode M]\` | swap, new-database, in-place: how to restore; without it the workflow decides |

      \`\`\`sh
      /restore latest
      /restore 20261122T030012Z-k7q2 --mode new-database
      \`\`\`"
    `)
  })

  it('says what a reading of a change is, and whose a request may be', () => {
    const everybody = { ...facts, mayRun: () => true }
    expect(renderReport(describeHelp(everybody, 'cleanup'))).toContain('but not with --dry-run')
    expect(renderReport(describeHelp(facts, 'cancel'))).toContain(
      'for your own requests; for those of others it needs the role "admin"',
    )
  })

  it('says where no approval is enforced, and whom the policy admits', () => {
    const open = { ...facts, isProtected: false, describeAdmitted: () => 'team "dba"' }
    const text = renderReport(describeHelp(open, 'delete'))
    expect(text).toContain('⚠️ not enforced in this repository')
    expect(text).toContain('; it needs team "dba"')
  })

  it.each(chatCommands)('never holds a command that would run, for %s', (name) => {
    expect(
      parseComment(renderReport(describeHelp(facts, name))).map(({ kind }) => kind),
    ).not.toContain('command')
  })
})
