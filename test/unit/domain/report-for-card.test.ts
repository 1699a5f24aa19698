import { describe, expect, it } from 'vitest'
import { cardOfResult } from '../../../action/domain/card-of-result.ts'
import { freezePlan, serialiseFrozenPlan } from '../../../action/domain/frozen-plan.ts'
import { mapReport } from '../../../action/domain/map-report.ts'
import { renderReport } from '../../../action/domain/render-summary.ts'
import { reportForCard } from '../../../action/domain/report-for-card.ts'
import type { FailureResult, PlanResult, Result } from '../../../action/domain/result.ts'
import {
  sampleBackup,
  sampleFailure,
  sampleList,
  sampleNow,
  sampleResults,
} from '../../support/sample-results.ts'

const render = (result: Result | FailureResult) => renderReport(reportForCard(result, sampleNow))

const planResult = (command: 'restore' | 'delete'): PlanResult => {
  const plan = freezePlan({
    backup: sampleBackup,
    action: command === 'delete' ? { command } : { command, target: 'shop', mode: 'swap' },
    requestedBy: { id: 11, login: 'mona' },
    runId: '9001',
    repository: 'acme/shop',
    now: sampleNow,
  })
  return {
    version: 1,
    command: 'plan',
    ok: true,
    reasonCode: 'completed',
    message: 'Frozen',
    warnings: [],
    backup: sampleBackup,
    plan: serialiseFrozenPlan(plan),
    dataAgeMs: 21_588_000,
  }
}

describe('reportForCard', () => {
  it('leaves out what the card says itself, and folds the rest', () => {
    const text = render({ ...sampleResults.backup, warnings: ['The disk is nearly full'] })
    expect(text).not.toContain(sampleResults.backup.message)
    expect(text.split('\n').slice(0, 3)).toEqual([
      '> ⚠️ The disk is nearly full',
      '',
      '<details><summary>Details</summary>',
    ])
    expect(text).toContain('Total stored')
    expect(text).toContain('Kept: 1 backup, and why')
  })

  it('shows a list openly, with its page and how to get on', () => {
    const text = render({ ...sampleList, page: 2, pages: 3, matching: 45 })
    expect(text).toMatch(/^\| Backup \| Status \|/)
    expect(text).toContain('| **Total stored** | 488 MiB |')
    expect(text).toMatch(/Page 2 of 3\. Next: `\/backups --page 3`$/)
    expect(render({ ...sampleList, page: 3, pages: 3 })).toMatch(/Page 3 of 3$/)
    expect(render(sampleList)).not.toContain('Page')
  })

  it('shows what a person said of a backup, folded', () => {
    const text = render(sampleResults.mark)
    expect(text).toMatch(/^<details><summary>Details<\/summary>/)
    expect(text).toContain('accepted by ada')
    expect(text).toContain('pinned by grace')
    expect(text).not.toContain(sampleResults.mark.message)
  })

  it('shows the stage of a failure, and nothing that the card has', () => {
    expect(render(sampleFailure)).toBe('| | |\n| --- | --- |\n| **Stage** | check |')
  })

  it('shows the last lines of the log where something failed', () => {
    const show = (result: Result | FailureResult) =>
      renderReport(reportForCard(result, sampleNow, ['Dumping', '```']))
    expect(show(sampleFailure)).toContain(
      '<details><summary>The last lines of the log</summary>\n\n````text\nDumping\n```\n````',
    )
    expect(show(sampleList)).not.toContain('Dumping')
  })

  it('shows no address of a bucket and no host', () => {
    for (const result of Object.values(sampleResults)) {
      expect(render(result)).not.toMatch(/s3:|db\.example|vault/)
    }
    expect(render(sampleResults.restore)).toContain('| **Target** | `shop` (286 MiB, 3 sessions) |')
    expect(render(sampleResults.restore)).toContain('--undo=')
  })

  it('has nothing to add to a plan', () => {
    expect(reportForCard(planResult('restore'), sampleNow)).toEqual([])
  })
})

describe('cardOfResult', () => {
  it('shows what was frozen', () => {
    expect(cardOfResult(planResult('restore'))).toEqual({
      state: 'planned',
      plan: {
        command: 'restore',
        backupId: sampleBackup.id,
        database: 'shop',
        sizeBytes: sampleBackup.fileSize,
        checksum: sampleBackup.checksum,
        takenAt: sampleBackup.startedAt,
        target: 'shop',
        mode: 'swap',
      },
    })
    expect(cardOfResult(planResult('delete')).plan).not.toHaveProperty('target')
  })

  it.each([
    ['succeeded', sampleResults.list],
    ['failed', sampleFailure],
    ['cancelled', { ...sampleFailure, reasonCode: 'cancelled' }],
    ['failed', { ...planResult('restore'), ok: false, reasonCode: 'no_backup' }],
  ] as const)('is %s with its words', (state, result) => {
    const { message, reasonCode } = result
    expect(cardOfResult(result as Result)).toMatchObject({ state, message, reasonCode })
  })
})

describe('mapReport', () => {
  it('changes every text and no word that a renderer goes by', () => {
    const report = reportForCard(sampleResults.restore, sampleNow)
    const shouted = mapReport(report, (text) => text.toUpperCase())
    expect(renderReport(shouted)).toContain('| **TARGET** | `SHOP` (286 MIB, 3 SESSIONS) |')
    expect(mapReport(report, (text) => text)).toEqual(report)
  })
})
