import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readAlarmMark } from '../../../action/domain/alarm.ts'
import type { Notice } from '../../../action/domain/notice.ts'
import { boundNoticeText } from '../../../action/domain/notice.ts'
import { renderDiscord } from '../../../action/domain/render-discord.ts'
import { renderEmail } from '../../../action/domain/render-email.ts'
import { renderIssueText, renderIssueTitle } from '../../../action/domain/render-issue.ts'
import { renderSlack } from '../../../action/domain/render-slack.ts'
import { renderTeams } from '../../../action/domain/render-teams.ts'
import { renderWebhook } from '../../../action/domain/render-webhook.ts'
import { discordFormat, slackFormat, teamsFormat } from '../../support/notify/published-formats.ts'
import {
  failedNotice,
  flaggedNotice,
  startedNotice,
  succeededNotice,
} from '../../support/notify/sample-notices.ts'

const samples = { failedNotice, flaggedNotice, startedNotice, succeededNotice }

const formats = [
  ['Slack', renderSlack, slackFormat],
  ['Discord', renderDiscord, discordFormat],
  ['Teams', renderTeams, teamsFormat],
] as const

/** Text that somebody else chose, also with everything that a chat gives a meaning to. */
const foreign = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 3_000 }),
    fc
      .array(
        fc.constantFrom('<!channel>', '&', '@everyone', '```', '🐘', '"', '\\', '](x)', '_a_'),
        {
          maxLength: 800,
        },
      )
      .map((parts) => parts.join('')),
  )
  .map((text) => boundNoticeText(text.replaceAll('\u0000', '')))

const anyNotice: fc.Arbitrary<Notice> = fc
  .record({
    title: foreign,
    message: foreign,
    values: fc.array(foreign, { maxLength: 15 }),
    lines: fc.array(foreign, { maxLength: 20 }),
    advice: fc.array(foreign, { maxLength: 5 }),
  })
  .map(({ title, message, values, lines, advice }) => ({
    ...failedNotice,
    title,
    message: message === '' ? 'x' : message,
    facts: values.map((value, place) => ({ label: `Fact ${place}`, value })),
    lastLines: lines,
    warnings: advice,
    advice,
  }))

describe.each(formats)('a notice for %s', (_, render, format) => {
  it.each(Object.entries(samples))('is as published: %s', (_name, notice) => {
    expect(format.safeParse(render(notice)).error?.issues).toBeUndefined()
  })

  it('is as published whatever the texts hold', () => {
    fc.assert(
      fc.property(anyNotice, (notice) => {
        expect(format.safeParse(render(notice)).error?.issues).toBeUndefined()
      }),
      { numRuns: 150 },
    )
  })

  it('says database, reason, stage, last good backup, what to do and where', () => {
    const text = JSON.stringify(render(failedNotice)).replaceAll('\\', '')
    for (const part of ['shop', 'unreachable', 'connect', '20261121T030012Z', 'firewall'])
      expect(text).toContain(part)
    expect(text).toContain('https://github.example/acme/shop/actions/runs/77')
    expect(text).toContain('troubleshooting.md#database_unreachable')
  })
})

describe('renderSlack', () => {
  it('makes no mention of what somebody called a database', () => {
    const text = JSON.stringify(renderSlack({ ...failedNotice, message: '<!channel> & <@U1>' }))
    expect(text).toContain('&lt;!channel&gt; &amp; &lt;@U1&gt;')
  })
})

describe('renderDiscord', () => {
  it('mentions nobody', () => {
    expect(renderDiscord({ ...failedNotice, message: '@everyone' })).toMatchObject({
      allowed_mentions: { parse: [] },
    })
  })
})

describe('renderEmail', () => {
  it('has a subject of one line with database and reason', () => {
    const { subject } = renderEmail(failedNotice)
    expect(subject).toBe('[Strongroom] Backup of "shop" failed: database_unreachable')
    expect(
      renderEmail({ ...failedNotice, title: `a\r\nBcc: x@y.example ${'z'.repeat(500)}` }).subject,
    ).toMatch(/^\[Strongroom\] a Bcc: x@y\.example z{100,140}$/)
  })

  it('says in plain text all that there is to say', () => {
    expect(renderEmail(failedNotice).text).toMatchInlineSnapshot(`
      "FAILED: Backup of "shop" failed: database_unreachable

      Cannot connect to the database: the server does not answer, expected a connection

      Stage             connect
      Backup            20261122T030012Z-k7q2 (WEEKLY)
      Duration          1 m 12 s
      Rows              1,234,567 in 3 tables
      Last good backup  20261121T030012Z-aaaa, 1 day ago, verified
      Repository        acme/shop
      Requested by      octocat
      When              2026-11-22 09:00:00 UTC

      Warnings:
      - The failure could not be recorded in the manifest in time

      What to do:
      - Is the server up, and does its firewall let the runner in?

      The last lines of the log:
        Dumping "shop" (12 GiB) from PostgreSQL 15.18
        Warning: the server is ***

      The run: https://github.example/acme/shop/actions/runs/77

      What this means: https://github.example/acme/strongroom/blob/v1.0.0/docs/troubleshooting.md#database_unreachable

      Strongroom sends this because a workflow or a terminal of yours names this address in "notify-email".
      "
    `)
  })

  it('keeps foreign text out of its HTML, and loads nothing', () => {
    const nasty = '<img src=https://evil.example/x onerror=alert(1)>"\'&'
    const { html } = renderEmail({
      ...failedNotice,
      title: nasty,
      message: nasty,
      facts: [{ label: nasty, value: nasty }],
      lastLines: [nasty],
      advice: [nasty],
      warnings: [nasty],
      commands: [nasty],
      runUrl: 'javascript:alert(1)',
    })
    expect(html).not.toMatch(/<img|<script|<link|@import|url\(|src=(?!https:\/\/evil)/)
    expect(html).not.toContain('javascript:')
    expect(html.match(/&lt;img/g)).toHaveLength(9)
  })
})

describe('renderIssueText', () => {
  const mark = { key: '0123456789abcdef', nonce: 'abc', opens: ['backup'], heals: [] } as const

  it('ends in a mark that nobody sees, and that foreign text cannot make', () => {
    const forged = '<!-- strongroom:alarm key=ffffffffffffffff nonce=a opens= heals=backup -->'
    const text = renderIssueText({ ...failedNotice, lastLines: [forged], message: forged }, mark)
    expect(readAlarmMark(text)).toEqual(mark)
    expect(text.split('\n').filter((line) => line === forged)).toHaveLength(1)
    expect(renderIssueTitle(failedNotice, 'strongroom')).toBe('Backups of "shop" need attention')
  })

  it('is never longer than GitHub takes, and then says where the rest is', () => {
    const value = 'its newest backup is 4 days old, expected one of the last 26 hours '.repeat(3)
    const facts = Array.from({ length: 400 }, (_, place) => ({ label: `shop_${place}`, value }))
    const text = renderIssueText({ ...failedNotice, facts }, mark)
    expect(text.length).toBeLessThanOrEqual(65_536)
    expect(text).toContain('The rest did not fit')
    expect(readAlarmMark(text)).toEqual(mark)
    fc.assert(
      fc.property(anyNotice, (notice) => {
        const written = renderIssueText(notice, mark)
        expect(written.length).toBeLessThanOrEqual(65_536)
        expect(readAlarmMark(written)).toEqual(mark)
      }),
      { numRuns: 50 },
    )
  })

  it('names a prefix where no database is known', () => {
    const { database: _, ...nameless } = failedNotice
    expect(renderIssueTitle(nameless, 'crm')).toBe('Backups below the prefix "crm" need attention')
  })
})

describe('renderWebhook', () => {
  it('carries the notice and the whole result', () => {
    const parsed = JSON.parse(renderWebhook(failedNotice, '{"ok":false}'))
    expect(parsed).toMatchObject({
      version: 1,
      event: 'backup.failed',
      database: 'shop',
      reasonCode: 'database_unreachable',
      result: { ok: false },
    })
  })

  it('goes without a result that is too long, and without one that is not there', () => {
    const long = JSON.stringify({ x: 'x'.repeat(300_000) })
    expect(JSON.parse(renderWebhook(failedNotice, long))).toMatchObject({ resultOmitted: true })
    expect(JSON.parse(renderWebhook(startedNotice, undefined))).not.toHaveProperty('result')
  })
})
