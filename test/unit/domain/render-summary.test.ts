import { describe, expect, it } from 'vitest'
import { renderSummary } from '../../../action/domain/render-summary.ts'
import type { FailureResult, ListResult, Result } from '../../../action/domain/result.ts'
import {
  sampleBackup,
  sampleBackupResult,
  sampleList,
  sampleNow,
  sampleResults,
} from '../../support/sample-results.ts'

const render = (result: Result | FailureResult) =>
  renderSummary(result, { now: sampleNow, docsUrl: 'https://github.com/o/r/blob/v1/docs' })

describe('renderSummary shows', () => {
  it('a backup', () => {
    expect(render(sampleResults.backup)).toMatchInlineSnapshot(`
      "## ✅ Backup of \`shop\` · 41.2 MiB in 1 m 12 s

      Backup 20261122T030012Z-k7q2 of "shop" is stored and checked

      | | |
      | --- | --- |
      | **Database** | \`shop\` on PostgreSQL 15.18 |
      | **Backup** | \`20261122T030012Z-k7q2\` |
      | **Type** | WEEKLY: scheduled for a Sunday |
      | **Stored** | 41.2 MiB (gzip level 9, ratio 5.1 : 1) |
      | **Dump** | 210 MiB in plain format |
      | **Duration** | 1 m 12 s, 2.9 MiB/s of dump |
      | **Rows** | 1,234,567 in 3 tables |
      | **SHA-256** | \`3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f\` |
      | **Where** | \`s3://vault/strongroom/backups/20261122T030012Z-k7q2/shop-weekly-20261122T030012Z-k7q2.sql.gz\` |
      | **Started** | 2026-11-22 03:00:12 UTC |
      | **Requested by** | \`octocat\` |

      ### Restore it

      With Strongroom:

      \`\`\`sh
      npm run backup:restore -- 20261122T030012Z-k7q2 --confirm=shop
      \`\`\`

      Without it, into an empty database:

      \`\`\`sh
      # another service than AWS: add --endpoint-url "$AWS_S3_ENDPOINT"
      aws s3 cp s3://vault/strongroom/backups/20261122T030012Z-k7q2/shop-weekly-20261122T030012Z-k7q2.sql.gz ./shop-weekly-20261122T030012Z-k7q2.sql.gz &&
      echo '3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f  ./shop-weekly-20261122T030012Z-k7q2.sql.gz' | sha256sum --check &&
      gunzip --stdout ./shop-weekly-20261122T030012Z-k7q2.sql.gz | psql -X -v ON_ERROR_STOP=1 "$DATABASE_URL"
      \`\`\`

      ### The bucket

      | | |
      | --- | --- |
      | **Total stored** | 488 MiB |
      | **COMPLETED** | ✅ 11 |
      | **FAILED** | ❌ 1 |
      | **Last backup** | 2026-11-22 03:01:24 UTC, 5 hours ago, \`20261122T030012Z-k7q2\` |
      | **Under way** | 1 |
      | **Entries** | 14 |
      | **Success rate** | 91.6 % |

      \`\`\`mermaid
      xychart-beta
        title "Stored size of the last backups"
        x-axis ["11-20", "11-21", "11-22"]
        y-axis "MiB" 0 --> 45.32
        bar [39.1, 40.05, 41.2]
      \`\`\`

      ### Rotation

      1 backup removed, 38.1 MiB freed

      | Backup | Type | Status | Created | Size | Reason |
      | --- | --- | --- | --- | ---: | --- |
      | \`20261114T030000Z-cccc\` | DAILY | COMPLETED | 2026-11-14 03:00:00 UTC | 38.1 MiB | older than 7 days |

      <details><summary>Kept: 1 backup, and why</summary>

      | Backup | Type | Status | Created | Size | Reason |
      | --- | --- | --- | --- | ---: | --- |
      | \`20261122T030012Z-k7q2\` | WEEKLY | COMPLETED | 2026-11-22 03:00:12 UTC | 41.2 MiB | newest COMPLETED backup of this database |

      </details>

      <details><summary>Rows of 3 tables</summary>

      | Table | Rows |
      | --- | ---: |
      | \`public.orders\` | 1,200,000 |
      | \`public.customers\` | 34,567 |
      | \`public.tags\` | 0 |

      </details>

      <details><summary>Programs and versions</summary>

      pg_dump 15.20 against server 15.18

      </details>"
    `)
  })
  it('a list', () => {
    expect(render(sampleResults.list)).toMatchInlineSnapshot(`
      "## ℹ️ 2 backups

      | Backup | Status | Type | Database | Size | Duration | Age | Remarks |
      | --- | --- | --- | --- | ---: | ---: | ---: | --- |
      | \`20261122T030012Z-k7q2\` | ✅ COMPLETED | WEEKLY | \`shop\` | 41.2 MiB | 1 m 12 s | 5 hours ago |  |
      | \`20261121T030012Z-a2b3\` | ❌ FAILED | DAILY | \`shop\` |  | 1.2 s | 1 day ago | Cannot dump "shop": the server closed the connection, expected it to stay open |

      ### The bucket

      | | |
      | --- | --- |
      | **Total stored** | 488 MiB |
      | **COMPLETED** | ✅ 11 |
      | **FAILED** | ❌ 1 |
      | **Last backup** | 2026-11-22 03:01:24 UTC, 5 hours ago, \`20261122T030012Z-k7q2\` |
      | **Under way** | 1 |
      | **Entries** | 14 |
      | **Success rate** | 91.6 % |"
    `)
  })
  it('a clean-up', () => {
    expect(render(sampleResults.cleanup)).toMatchInlineSnapshot(`
      "## ℹ️ Clean-up, nothing changed

      1 backup would be removed, 38.1 MiB freed

      | Backup | Type | Status | Created | Size | Reason |
      | --- | --- | --- | --- | ---: | --- |
      | \`20261114T030000Z-cccc\` | DAILY | COMPLETED | 2026-11-14 03:00:00 UTC | 38.1 MiB | older than 7 days |

      ### The bucket

      | | |
      | --- | --- |
      | **Total stored** | 488 MiB |
      | **COMPLETED** | ✅ 11 |
      | **FAILED** | ❌ 1 |
      | **Last backup** | 2026-11-22 03:01:24 UTC, 5 hours ago, \`20261122T030012Z-k7q2\` |
      | **Under way** | 1 |
      | **Entries** | 14 |
      | **Success rate** | 91.6 % |"
    `)
  })
  it('a repair', () => {
    expect(render(sampleResults.repair)).toMatchInlineSnapshot(`
      "## ✅ Repair: 2 findings

      2 findings, 1 mended

      | Finding | Where | Size | What | Done |
      | --- | --- | ---: | --- | --- |
      | entry missing | \`20261120T030000Z-aaaa\` |  | the manifest did not know this record | ✅ mended |
      | orphan bytes | \`strongroom/backups/20261101T030000Z-zzzz/x.sql.gz\` | 1 MiB | no backup has these bytes | ⚠️ reported |

      ### The bucket

      | | |
      | --- | --- |
      | **Total stored** | 488 MiB |
      | **COMPLETED** | ✅ 11 |
      | **FAILED** | ❌ 1 |
      | **Last backup** | 2026-11-22 03:01:24 UTC, 5 hours ago, \`20261122T030012Z-k7q2\` |
      | **Under way** | 1 |
      | **Entries** | 14 |
      | **Success rate** | 91.6 % |"
    `)
  })
  it('a restore', () => {
    expect(render(sampleResults.restore)).toMatchInlineSnapshot(`
      "## ✅ Restore of \`20261122T030012Z-k7q2\` done

      "shop" is the backup now; the old one is "shop_before_20261122"

      ### Plan

      | | |
      | --- | --- |
      | **Backup** | \`20261122T030012Z-k7q2\` of 2026-11-22 03:00:12 UTC, 41.2 MiB, database \`shop\` |
      | **Target** | \`shop\` on \`db.example.com\` (286 MiB, 3 sessions) |
      | **Server** | PostgreSQL 15.18 |
      | **Mode** | swap |
      | **Restored into** | \`shop_restore_k7q2\` |
      | **Old one kept as** | \`shop_before_20261122\` |
      | **Data written since** | ⚠️ the last 6 h 0 m are not in this backup |
      | **Safety backup** | yes, before anything is replaced |
      | **Delay** | 10 s |

      | Step | What | Time |
      | --- | --- | ---: |
      | check | size and SHA-256 agree | 2.1 s |
      | swap | names exchanged | 40 ms |

      | | |
      | --- | --- |
      | **Safety backup** | \`20261122T085900Z-safe\` |

      To bring the old database back:

      \`\`\`sh
      npm run backup:restore -- --undo=20261122T030012Z-k7q2
      \`\`\`

      To drop it once it is not needed any more:

      \`\`\`sql
      DROP DATABASE "shop_before_20261122";
      \`\`\`

      <details><summary>1,234,567 rows restored in 2 tables</summary>

      | Table | Rows |
      | --- | ---: |
      | \`public.orders\` | 1,200,000 |
      | \`public.customers\` | 34,567 |

      </details>"
    `)
  })
  it('a verification that could not be made, never as good', () => {
    expect(render(sampleResults.verify)).toMatchInlineSnapshot(`
      "## ⚠️ Could not verify

      Cannot verify the backup: no server to restore into, expected one

      > ℹ️ Set target-database-url

      | | |
      | --- | --- |
      | **Stage** | connect |
      | **Reason** | \`verification_impossible\` |
      | **More** | [docs/troubleshooting.md#verification_impossible](https://github.com/o/r/blob/v1/docs/troubleshooting.md#verification_impossible) |

      | | |
      | --- | --- |
      | **Level** | restore |
      | **Database** | \`shop\` on PostgreSQL 15.18 |
      | **Backup** | \`20261122T030012Z-k7q2\` |
      | **Type** | WEEKLY: scheduled for a Sunday |
      | **Stored** | 41.2 MiB (gzip level 9, ratio 5.1 : 1) |
      | **Dump** | 210 MiB in plain format |
      | **Duration** | 1 m 12 s, 2.9 MiB/s of dump |
      | **Rows** | 1,234,567 in 3 tables |
      | **SHA-256** | \`3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f\` |
      | **Where** | \`s3://vault/strongroom/backups/20261122T030012Z-k7q2/shop-weekly-20261122T030012Z-k7q2.sql.gz\` |
      | **Started** | 2026-11-22 03:00:12 UTC |
      | **Requested by** | \`octocat\` |"
    `)
  })
  it('a deletion', () => {
    expect(render(sampleResults.delete)).toMatchInlineSnapshot(`
      "## ✅ Backup \`20261121T030012Z-a2b3\` deleted

      The backup is gone

      | | |
      | --- | --- |
      | **Database** | \`shop\` |
      | **Backup** | \`20261121T030012Z-a2b3\` |
      | **Type** | DAILY |
      | **Duration** | 1.2 s |
      | **Started** | 2026-11-21 03:00:12 UTC |"
    `)
  })
  it('the doctor', () => {
    expect(render(sampleResults.doctor)).toMatchInlineSnapshot(`
      "## ❌ Doctor: 1 check failed, 1 check could not be made

      1 of 3 checks failed

      | | |
      | --- | --- |
      | **Reason** | \`doctor_failed\` |
      | **More** | [docs/troubleshooting.md#doctor_failed](https://github.com/o/r/blob/v1/docs/troubleshooting.md#doctor_failed) |

      | Check | State | Found | What to do |
      | --- | --- | --- | --- |
      | bucket | ✅ ok | reachable, can list, write, read and delete |  |
      | pg_dump | ❌ failed | version 14.2 is older than the server 15.18 | apt-get install postgresql-client-15 |
      | workflow | ⚠️ unknown | no token | Pass github-token |"
    `)
  })
  it('a failure', () => {
    expect(render(sampleResults.failure)).toMatchInlineSnapshot(`
      "## ❌ Command \`restore\` failed

      Cannot restore the backup: its bytes have another checksum, expected the record’s

      > ℹ️ Run command "repair", which says why

      | | |
      | --- | --- |
      | **Stage** | check |
      | **Reason** | \`backup_corrupt\` |
      | **More** | [docs/troubleshooting.md#backup_corrupt](https://github.com/o/r/blob/v1/docs/troubleshooting.md#backup_corrupt) |"
    `)
  })
  it('a failure of several sentences, each on its own line', () => {
    const failure = { ...sampleResults.failure, command: 'inputs', stage: 'inputs' } as const
    expect(render({ ...failure, message: 'A\nB' })).toMatch(
      /^## ❌ Nothing was done\n\nA\n\nB\n\n> /,
    )
  })
  it('a failed backup that has no entry yet', () => {
    const failed: Result = { ...sampleResults.failure, command: 'backup' }
    expect(render(failed)).toMatch(/^## ❌ Command `backup` failed\n\nCannot restore/)
  })
  it('a warning of a good backup', () => {
    const text = render({ ...sampleBackupResult, warnings: ['the index lags', 'the index lags'] })
    expect(text).toMatch(/^## ⚠️ Backup of/)
    expect(text.match(/> ⚠️ the index lags/g)).toHaveLength(1)
  })
  it('how a custom archive is restored with stock tools', () => {
    const backup = { ...sampleBackup, format: 'custom' as const, filename: 'shop.dump.gz' }
    expect(render({ ...sampleBackupResult, backup })).toContain(
      'gunzip --stdout ./shop.dump.gz | pg_restore --exit-on-error --dbname="$DATABASE_URL"',
    )
  })
})

describe('renderSummary with hostile names', () => {
  const name = `a|b</details>\n## @octocat [x](y) \`\`\`\n$(reboot) 'q' <script>`
  const hostile: Result = {
    ...sampleBackupResult,
    message: name,
    warnings: [name],
    notes: [name],
    backup: { ...sampleBackup, database: name, typeReason: name, tables: { [name]: 1 } },
  }
  it('shows them as text that means nothing else', () => {
    const text = render(hostile)
    const own = text.replace(/^<details>|^<\/details>$|<\/?summary>|<\/?code>/gm, '')
    expect(own.split('```sh')[0]).not.toMatch(/<[a-z/]/)
    expect(text.match(/^## /gm)).toHaveLength(1)
    expect(text.match(/^<\/details>$/gm)).toHaveLength(3)
    expect(text.replace(/^(`{3,})[\s\S]*?^\1$/gm, '')).not.toContain('@octocat')
  })
  it('keeps every table row at its number of cells', () => {
    for (const row of render(hostile).match(/^\| .*$/gm) ?? []) {
      expect([3, 7].includes(row.split('|').length - 1)).toBe(true)
    }
  })
  it('quotes them for the shell, in a fence that they cannot end', () => {
    const [, fence = ''] = /^(`{3,})sh$/m.exec(render(hostile)) ?? []
    expect(fence.length).toBe(4)
    expect(render(hostile)).toContain(`$(reboot) '\\''q'\\'' <script>'`)
  })
})

describe('renderSummary is bounded', () => {
  const longList = (count: number): ListResult => ({
    ...sampleList,
    backups: Array.from({ length: count }, () => sampleBackup),
  })
  it('in rows of a table', () => {
    expect(render(longList(1200))).toContain('\n\n… 700 more\n')
  })
  it('in bytes of the whole', () => {
    const tables = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [`${index}${'漢'.repeat(990)}`, 1]),
    )
    const text = render({ ...sampleBackupResult, backup: { ...sampleBackup, tables } })
    expect(new TextEncoder().encode(text).byteLength).toBeLessThan(1_000_000)
    expect(text).toContain('… cut: the summary would be longer than GitHub shows.')
  })
  it('in bars of the chart, the newest last', () => {
    const history = Array.from({ length: 50 }, (_, index) => ({
      id: sampleBackup.id,
      at: `2026-10-${String((index % 30) + 1).padStart(2, '0')}T00:00:00.000Z`,
      fileSize: index * 1024,
      type: 'DAILY' as const,
    }))
    const bars = /bar \[(.*)\]/.exec(render({ ...sampleBackupResult, history }))?.[1]?.split(', ')
    expect(bars).toHaveLength(30)
    expect(bars?.at(-1)).toBe('49')
  })
})
