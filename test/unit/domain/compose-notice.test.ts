import { describe, expect, it } from 'vitest'
import { boundText } from '../../../action/domain/bound-text.ts'
import { composeBegin, composeNotice } from '../../../action/domain/compose-notice.ts'
import { describeLastGood, findLastGood } from '../../../action/domain/last-good.ts'
import type { FailureResult, Result } from '../../../action/domain/result.ts'
import { isAlarm, isPing, isWorthTelling } from '../../../action/domain/route-notice.ts'
import { safeLink } from '../../../action/domain/safe-link.ts'
import { makeBackup } from '../../support/make-backup.ts'
import {
  failedNotice,
  flaggedNotice,
  noticeOf,
  sampleContext,
  sampleFailure,
  samplePlan,
  startedNotice,
  succeededNotice,
} from '../../support/notify/sample-notices.ts'

const failure: FailureResult = {
  version: 1,
  command: 'backup',
  ok: false,
  reasonCode: 'bucket_unreachable',
  message: 'Cannot reach the bucket',
  warnings: [],
}

const restored: Result = {
  version: 1,
  command: 'restore',
  ok: true,
  reasonCode: 'completed',
  message: 'Backup is restored',
  dryRun: false,
  plan: samplePlan,
  steps: [],
  safetyBackupId: '20261122T085000Z-safe',
  undo: 'npm run backup:restore -- --undo=20261122T030012Z-k7q2',
  warnings: [],
}

describe('composeNotice', () => {
  it('tells a failure with all that helps', () => {
    expect(failedNotice).toMatchInlineSnapshot(`
      {
        "advice": [
          "Is the server up, and does its firewall let the runner in?",
        ],
        "at": "2026-11-22T09:00:00.000Z",
        "command": "backup",
        "commands": [],
        "database": "shop",
        "facts": [
          {
            "label": "Stage",
            "value": "connect",
          },
          {
            "label": "Backup",
            "value": "20261122T030012Z-k7q2 (WEEKLY)",
          },
          {
            "label": "Duration",
            "value": "1 m 12 s",
          },
          {
            "label": "Rows",
            "value": "1,234,567 in 3 tables",
          },
          {
            "label": "Last good backup",
            "value": "20261121T030012Z-aaaa, 1 day ago, verified",
          },
          {
            "label": "Repository",
            "value": "acme/shop",
          },
          {
            "label": "Requested by",
            "value": "octocat",
          },
          {
            "label": "When",
            "value": "2026-11-22 09:00:00 UTC",
          },
        ],
        "kind": "failed",
        "lastLines": [
          "Dumping "shop" (12 GiB) from PostgreSQL 15.18",
          "Warning: the server is ***",
        ],
        "message": "Cannot connect to the database: the server does not answer, expected a connection",
        "pageUrl": "https://github.example/acme/strongroom/blob/v1.0.0/docs/troubleshooting.md#database_unreachable",
        "reasonCode": "database_unreachable",
        "runUrl": "https://github.example/acme/shop/actions/runs/77",
        "title": "Backup of "shop" failed: database_unreachable",
        "version": 1,
        "warnings": [
          "The failure could not be recorded in the manifest in time",
        ],
      }
    `)
  })

  it('shows no secret, whatever holds it', () => {
    const notice = noticeOf(
      { ...sampleFailure, message: 'hush-hush', hint: 'hush-hush', warnings: ['hush-hush'] },
      { database: 'hush-hush', actor: 'hush-hush', lastLines: ['hush-hush'] },
    )
    expect(JSON.stringify(notice)).not.toContain('hush-hush')
    expect(notice.message).toBe('***')
  })

  it('bounds its texts and shows what is invisible in them', () => {
    const { message, lastLines } = noticeOf(
      { ...sampleFailure, message: `one\ntwo\u001b[2J${'x'.repeat(5_000)}` },
      { lastLines: ['\u202eabc'] },
    )
    expect(message.slice(0, 15)).toBe('one\ntwo\\u{1b}[2')
    expect(message.length).toBeLessThanOrEqual(1_501)
    expect(lastLines).toEqual(['\\u{202e}abc'])
  })

  it.each([
    ['a list', { ...failure, command: 'list' }],
    ['a dry run of a restore', { ...restored, dryRun: true, reasonCode: 'dry_run' }],
    ['a restore that was declined', { ...restored, dryRun: true, reasonCode: 'nothing_to_do' }],
  ] as const)('tells nothing of %s', (_, result) => {
    expect(composeNotice(result, sampleContext)).toBeUndefined()
  })

  it('names the prefix where the database is not known', () => {
    expect(noticeOf(failure, { database: undefined }).title).toBe(
      'Backup of the prefix "strongroom" failed: bucket_unreachable',
    )
  })

  it('tells a restore with the way back, and no log', () => {
    const notice = noticeOf(restored)
    expect(notice).toMatchObject({ kind: 'succeeded', title: 'Restore into "shop" is done' })
    expect(notice.commands).toEqual([restored.undo])
    expect(notice.facts).toContainEqual({ label: 'Safety backup', value: '20261122T085000Z-safe' })
    expect(notice.lastLines).toEqual([])
  })

  it('tells a suspicious backup with what to do', () => {
    expect(flaggedNotice).toMatchObject({ kind: 'flagged', reasonCode: 'completed_flagged' })
    expect(flaggedNotice.advice).toEqual([expect.stringContaining('run accept')])
  })

  it('tells the start of a restore while it can be cancelled', () => {
    expect(startedNotice.title).toBe('Restore into "shop" has started')
    expect(startedNotice.message).toBe(
      'Database "shop" is about to be replaced by backup 20261122T030012Z-k7q2 of "shop"',
    )
    expect(JSON.stringify(startedNotice)).not.toContain('db.example')
    expect(startedNotice.advice).toEqual([
      'It waits 10 s before it begins: cancel the run to change nothing.',
    ])
  })
})

describe('the routes of a notice', () => {
  const verified = { ...succeededNotice, command: 'verify' }
  const accepted = { ...succeededNotice, command: 'accept' }
  const restoreDone = noticeOf(restored)
  const begun = composeBegin(sampleContext)
  const rows = [
    ['a failed backup', failedNotice, { quiet: true, all: true, ping: true, alarm: true }],
    ['a flagged one', flaggedNotice, { quiet: true, all: true, ping: true, alarm: true }],
    ['a good one', succeededNotice, { quiet: false, all: true, ping: true, alarm: true }],
    ['one that begins', begun, { quiet: false, all: false, ping: true, alarm: false }],
    ['a verification', verified, { quiet: false, all: true, ping: false, alarm: true }],
    ['an acceptance', accepted, { quiet: false, all: false, ping: false, alarm: true }],
    ['a restore that begins', startedNotice, { quiet: true, all: true, ping: false, alarm: false }],
    ['a restore', restoreDone, { quiet: true, all: true, ping: false, alarm: false }],
  ] as const
  it.each(rows)('of %s', (_, notice, { quiet, all, ping, alarm }) => {
    expect(isWorthTelling(notice, { tellsSuccess: false })).toBe(quiet)
    expect(isWorthTelling(notice, { tellsSuccess: true })).toBe(all)
    expect(isPing(notice)).toBe(ping)
    expect(isAlarm(notice)).toBe(alarm)
  })
})

describe('findLastGood', () => {
  const now = new Date('2026-11-22T09:00:12.000Z')
  const at = (hour: string, changes: Parameters<typeof makeBackup>[0] = {}) =>
    makeBackup({
      id: `20261122T0${hour}0012Z-aaaa`,
      createdAt: `2026-11-22T0${hour}:00:12.000Z`,
      ...changes,
    })

  it('takes the newest that can be relied on, of that database', () => {
    const verification = { level: 'bytes', outcome: 'failed', at: now.toISOString() } as const
    const backups = [
      at('3', { verifiedAt: now.toISOString() }),
      at('4', { database: 'crm' }),
      at('5', { status: 'FAILED' }),
      at('6', { verification }),
      at('7', { purpose: 'safety' }),
      at('8', { anomaly: { reasons: ['has 1 row'] } }),
    ]
    const found = findLastGood(backups, { database: 'shop', now })
    expect(describeLastGood(found)).toBe('20261122T030012Z-aaaa, 6 hours ago, verified')
    expect(describeLastGood(findLastGood(backups, { now }))).toContain(
      'T040012Z-aaaa, 5 hours ago, never',
    )
    expect(describeLastGood(findLastGood([], { now }))).toBe('none')
  })
})

describe('boundText', () => {
  it.each([
    ['abcd', 4, 'abcd'],
    ['abcde', 4, 'abc…'],
    ['ab🐘', 4, 'ab🐘'],
    ['ab🐘c', 4, 'ab…'],
    ['', 4, ''],
  ])('%s within %i', (text, max, expected) => {
    expect(boundText(text, max)).toBe(expected)
  })

  it('tears no escape', () => {
    const encode = (character: string) => (character === '&' ? '&amp;' : character)
    expect(boundText('a&b', 6, encode)).toBe('a…')
    expect(boundText('a&b', 7, encode)).toBe('a&amp;b')
  })
})

describe('safeLink', () => {
  it.each([
    ['https://github.example/acme/shop/actions/runs/77', true],
    ['http://127.0.0.1:8080/x', true],
    ['https://github.example/a"onclick="x', false],
    ['https://github.example/a|b>c', false],
    ['javascript:alert(1)', false],
    ['***', false],
  ])('%s: %s', (url, isSafe) => {
    expect(safeLink(url)).toBe(isSafe ? url : undefined)
  })
})
