import { describe, expect, it } from 'vitest'
import { renderSummary } from '../../../action/domain/render-summary.ts'
import type { CheckResult } from '../../../action/domain/result.ts'
import { sampleBackup, sampleMark, sampleNow } from '../../support/sample-results.ts'

const stale: CheckResult = {
  version: 1,
  command: 'check',
  ok: false,
  reasonCode: 'backup_stale',
  message: 'Cannot call the backups of "crm" fresh: there is no COMPLETED backup, expected one',
  hint: 'Look at the runs of the backup workflow.',
  databases: [
    { database: 'crm', problems: [{ code: 'backup_stale', text: 'there is no COMPLETED backup' }] },
    {
      database: 'shop',
      newest: { id: sampleBackup.id, startedAt: sampleBackup.startedAt, ageMs: 21_600_000 },
      verified: { id: sampleBackup.id, startedAt: sampleBackup.startedAt, ageMs: 21_600_000 },
      flaggedId: sampleBackup.id,
      problems: [],
    },
  ],
  limits: { maxAgeMs: 93_600_000, maxVerifiedAgeMs: 691_200_000 },
  warnings: [],
}

describe('reportCheck', () => {
  it('shows each database with its verdict', () => {
    expect(renderSummary(stale, { now: sampleNow })).toMatchInlineSnapshot(`
      "## ❌ Backups are stale

      Cannot call the backups of "crm" fresh: there is no COMPLETED backup, expected one

      > ℹ️ Look at the runs of the backup workflow.

      | | |
      | --- | --- |
      | **Reason** | \`backup_stale\` |
      | **More** | \`docs/troubleshooting.md#backup_stale\` |

      | Database | Newest backup | Age | Newest verified | Its age | Verdict |
      | --- | --- | ---: | --- | ---: | --- |
      | \`crm\` | none |  | none |  | ❌ there is no COMPLETED backup |
      | \`shop\` | \`20261122T030012Z-k7q2\` | 6 hours ago | \`20261122T030012Z-k7q2\` | 6 hours ago | ⚠️ fresh, but 20261122T030012Z-k7q2 is flagged |

      | | |
      | --- | --- |
      | **Oldest backup that is fresh** | 26 h |
      | **Oldest verified one** | 8 d |"
    `)
  })
})

describe('reportMark', () => {
  it('shows the backup with what was said of it', () => {
    const summary = renderSummary(sampleMark, { now: sampleNow })
    expect(
      summary.split('\n').filter((line) => /^##|Flagged|Pinned/.test(line)),
    ).toMatchInlineSnapshot(`
      [
        "## ✅ Backup \`20261122T030012Z-k7q2\` accepted",
        "| **Flagged** | flagged (it has 1 row where the 9 before it have 900 rows at the median), accepted by ada |",
        "| **Pinned** | pinned by grace on 2026-11-22 09:00:00 UTC |",
      ]
    `)
  })
})
