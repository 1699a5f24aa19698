import { describe, expect, it } from 'vitest'
import type { FailureResult, Result } from '../../../action/domain/result.ts'
import { choosePalette, plainPalette } from '../../../action/runner/palette.ts'
import { renderTerminal } from '../../../action/runner/render-terminal.ts'
import { sampleBackup, sampleList, sampleNow, sampleResults } from '../../support/sample-results.ts'

const render = (result: Result | FailureResult, columns = 100) =>
  renderTerminal(result, { palette: plainPalette, columns, now: sampleNow })

describe('renderTerminal shows', () => {
  it('a backup', () => {
    expect(render(sampleResults.backup)).toMatchInlineSnapshot(`
      "✓ Backup of shop · 41.2 MiB in 1 m 12 s
      Backup 20261122T030012Z-k7q2 of "shop" is stored and checked

      Database      shop on PostgreSQL 15.18
      Backup        20261122T030012Z-k7q2
      Type          WEEKLY: scheduled for a Sunday
      Stored        41.2 MiB (gzip level 9, ratio 5.1 : 1)
      Dump          210 MiB in plain format
      Duration      1 m 12 s, 2.9 MiB/s of dump
      Rows          1,234,567 in 3 tables
      SHA-256       3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f
      Where         s3://vault/strongroom/backups/20261122T030012Z-k7q2/shop-weekly-20261122T030012Z-k7q2.sql.gz
      Started       2026-11-22 03:00:12 UTC
      Requested by  octocat

      Restore it
      With Strongroom:

        npm run backup:restore -- 20261122T030012Z-k7q2 --confirm=shop

      Without it, into an empty database:

        # another service than AWS: add --endpoint-url "$AWS_S3_ENDPOINT"
        aws s3 cp s3://vault/strongroom/backups/20261122T030012Z-k7q2/shop-weekly-20261122T030012Z-k7q2.sql.gz ./shop-weekly-20261122T030012Z-k7q2.sql.gz &&
        echo '3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f3b1f  ./shop-weekly-20261122T030012Z-k7q2.sql.gz' | sha256sum --check &&
        gunzip --stdout ./shop-weekly-20261122T030012Z-k7q2.sql.gz | psql -X -v ON_ERROR_STOP=1 "$DATABASE_URL"

      The bucket
      Total stored  488 MiB
      COMPLETED     11
      FAILED        1
      Last backup   2026-11-22 03:01:24 UTC, 5 hours ago, 20261122T030012Z-k7q2
      Under way     1
      Entries       14
      Success rate  91.6 %

      Stored size of the last backups
      11-20  ████████████████████████████ 39.1 MiB
      11-21  █████████████████████████████ 40.1 MiB
      11-22  ██████████████████████████████ 41.2 MiB

      Rotation
      1 backup removed, 38.1 MiB freed

      Backup                 Type   Status     Created                      Size  Reason
      20261114T030000Z-cccc  DAILY  COMPLETED  2026-11-14 03:00:00 UTC  38.1 MiB  older than 7 days

      Kept: 1 backup, and why
      Backup                 Type    Status     Created                      Size  Reason
      20261122T030012Z-k7q2  WEEKLY  COMPLETED  2026-11-22 03:00:12 UTC  41.2 MiB  newest COMPLETED backup
                                                                                   of this database

      Rows of 3 tables
      Table                  Rows
      public.orders     1,200,000
      public.customers     34,567
      public.tags               0

      Programs and versions
      pg_dump 15.20 against server 15.18
      "
    `)
  })
  it('a list with statistics', () => {
    expect(render(sampleResults.list, 120)).toMatchInlineSnapshot(`
      "· 2 backups
      Backup                 Status     Type    Database      Size  Duration          Age  Remarks
      20261122T030012Z-k7q2  COMPLETED  WEEKLY  shop      41.2 MiB  1 m 12 s  5 hours ago
      20261121T030012Z-a2b3  FAILED     DAILY   shop                   1.2 s    1 day ago  Cannot dump "shop": the server
                                                                                           closed the connection, expected it
                                                                                           to stay open

      The bucket
      Total stored  488 MiB
      COMPLETED     11
      FAILED        1
      Last backup   2026-11-22 03:01:24 UTC, 5 hours ago, 20261122T030012Z-k7q2
      Under way     1
      Entries       14
      Success rate  91.6 %
      "
    `)
  })
  it('the doctor', () => {
    expect(render(sampleResults.doctor)).toMatchInlineSnapshot(`
      "✗ Doctor: 1 check failed, 1 check could not be made
      1 of 3 checks failed

      Reason  doctor_failed
      More    docs/troubleshooting.md#doctor_failed

      Check     State    Found                                        What to do
      bucket    ok       reachable, can list, write, read and delete
      pg_dump   failed   version 14.2 is older than the server 15.18  apt-get install postgresql-client-15
      workflow  unknown  no token                                     Pass github-token
      "
    `)
  })
  it('a plan and its steps', () => {
    expect(render(sampleResults.restore)).toMatchInlineSnapshot(`
      "✓ Restore of 20261122T030012Z-k7q2 done
      "shop" is the backup now; the old one is "shop_before_20261122"

      Plan
      Backup              20261122T030012Z-k7q2 of 2026-11-22 03:00:12 UTC, 41.2 MiB, database shop
      Target              shop on db.example.com (286 MiB, 3 sessions)
      Server              PostgreSQL 15.18
      Mode                swap
      Restored into       shop_restore_k7q2
      Old one kept as     shop_before_20261122
      Data written since  the last 6 h 0 m are not in this backup
      Safety backup       yes, before anything is replaced
      Delay               10 s

      Step   What                     Time
      check  size and SHA-256 agree  2.1 s
      swap   names exchanged         40 ms

      Safety backup  20261122T085900Z-safe

      To bring the old database back:

        npm run backup:restore -- --undo=20261122T030012Z-k7q2

      To drop it once it is not needed any more:

        DROP DATABASE "shop_before_20261122";

      1,234,567 rows restored in 2 tables
      Table                  Rows
      public.orders     1,200,000
      public.customers     34,567
      "
    `)
  })
  it('a failure', () => {
    expect(render(sampleResults.failure, 60)).toMatchInlineSnapshot(`
      "✗ Command restore failed
      Cannot restore the backup: its bytes have another checksum,
      expected the record’s

      · Run command "repair", which says why

      Stage   check
      Reason  backup_corrupt
      More    docs/troubleshooting.md#backup_corrupt
      "
    `)
  })
  it.each(['cleanup', 'repair', 'verify', 'delete'] as const)('%s', (name) => {
    expect(render(sampleResults[name])).toContain(sampleResults[name].message)
  })
})

describe('renderTerminal fits', () => {
  it.each([40, 80, 100, 140])('the list into %d columns without cutting an id', (columns) => {
    const text = render(sampleList, columns)
    expect(text).toContain(sampleBackup.id)
    const table = text.split('\n\n')[0]?.split('\n') ?? []
    // Below 71 columns the least that is worth showing does not fit.
    if (columns >= 80) for (const line of table) expect(line.length).toBeLessThanOrEqual(columns)
  })

  it.each([60, 80, 200])('advice into %d columns without losing a word', (columns) => {
    const advice = 'run apt-get install postgresql-client-15 on the machine that takes the backups'
    const checks = [{ name: 'pg_dump', state: 'failed', text: 'too old', advice }] as const
    const lines = render({ ...sampleResults.doctor, checks }, columns).split('\n')
    const start = lines[lines.findIndex((line) => line.startsWith('Check '))]?.indexOf('What to do')
    const told = lines.map((line) => line.slice(start).trim()).join(' ')
    expect(told).toContain(advice)
  })

  it('everything where nothing bounds the width', () => {
    expect(render(sampleList, Number.POSITIVE_INFINITY)).toContain('expected it to stay open')
  })
})

describe('renderTerminal with colours', () => {
  const palette = choosePalette({ isTTY: true }, {})

  it('colours by meaning, and says the same without', () => {
    const text = renderTerminal(sampleList, { palette, columns: 120, now: sampleNow })
    expect(text).toContain('\u001b[32mCOMPLETED\u001b[39m')
    expect(text).toContain('\u001b[31mFAILED\u001b[39m')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is taken out
    expect(text.replace(/\u001b\[\d+m/g, '')).toBe(render(sampleList, 120))
  })

  it('lets no foreign text bring its own', () => {
    const hostile = { ...sampleBackup, database: 'a\u001b[2J\nb\u202e', requestedBy: '\u0007' }
    for (const result of [
      { ...sampleList, backups: [hostile], message: '\u001b[2J' },
      { ...sampleResults.backup, backup: hostile, message: '\u001b[2J', warnings: ['\u001b[2J'] },
      { ...sampleResults.failure, message: '\u001b[2J', hint: '\u001b[2J' },
    ]) {
      const text = renderTerminal(result, { palette, columns: 120, now: sampleNow })
      // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is taken out
      expect(text.replace(/\u001b\[\d+m/g, '')).not.toMatch(/[^\P{Cc}\n]|\u202e/u)
    }
  })
})
