import { describe, expect, it } from 'vitest'
import type { Backup } from '../../../action/domain/backup.ts'
import { listExpiries } from '../../../action/domain/list-expiries.ts'
import { renderReport } from '../../../action/domain/render-summary.ts'
import { reportList } from '../../../action/domain/report-list.ts'
import { sampleBackup, sampleList, sampleNow } from '../../support/sample-results.ts'

const days = { daily: 7, weekly: 28, monthly: 365, failed: 30 }
const at = '2026-11-22T06:00:00.000Z'
const backup = (id: string, changes: Partial<Backup>): Backup => ({
  ...sampleBackup,
  id,
  type: 'DAILY',
  ...changes,
})

const backups: readonly Backup[] = [
  backup('verified', { verification: { outcome: 'verified', level: 'restore', at } }),
  backup('broken', { verification: { outcome: 'failed', level: 'bytes', at, reason: 'cut' } }),
  backup('old', { createdAt: '2026-11-01T03:00:00.000Z' }),
  backup('failed', { status: 'FAILED', error: 'no server' }),
  backup('manual', { type: 'MANUAL' }),
  backup('safety', { purpose: 'safety' }),
  backup('pinned', { pinned: { by: 'mona', at } }),
  backup('running', { status: 'IN_PROGRESS' }),
]

/** Expiry and remarks of each row. */
function rows(): readonly string[] {
  const result = { ...sampleList, backups, keptUntil: listExpiries(backups, days) }
  const lines = renderReport(reportList(result, sampleNow)).split('\n')
  return lines
    .filter((line) => line.startsWith('| `'))
    .map((line) => {
      const cells = line.split(' | ')
      return [cells[0]?.slice(2), cells[7], cells[8]?.replace(/ \|$/, '')].join(' · ')
    })
}

describe('reportList', () => {
  it('says when age may remove each backup, and what is proven of it', () => {
    expect(rows()).toMatchInlineSnapshot(`
      [
        "\`verified\` · in 6 days · ✅ verified 2026-11-22 06:00:00 UTC, level restore",
        "\`broken\` · in 6 days · ❌ check failed 2026-11-22 06:00:00 UTC: cut",
        "\`old\` · due · ",
        "\`failed\` · in 29 days · no server",
        "\`manual\` · never · ",
        "\`safety\` · never · ",
        "\`pinned\` · never · pinned by mona on 2026-11-22 06:00:00 UTC",
        "\`running\` ·  · ",
      ]
    `)
  })

  it('has no such column where the retention is not known', () => {
    expect(renderReport(reportList(sampleList, sampleNow))).not.toContain('Expires')
  })
})
