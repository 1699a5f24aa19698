import { describe, expect, it } from 'vitest'
import { renderReport } from '../../../action/domain/render-summary.ts'
import { reportForCard } from '../../../action/domain/report-for-card.ts'
import type { ListResult } from '../../../action/domain/result.ts'
import { sampleBackup, sampleList, sampleNow } from '../../support/sample-results.ts'

const show = (backups: ListResult['backups']) =>
  renderReport(reportForCard({ ...sampleList, backups }, sampleNow))

/** The head of the table. */
const titles = (text: string) => text.split('\n').find((line) => line.startsWith('| Backup |'))

describe('reportForCard', () => {
  const { verifiedAt: _verifiedAt, ...plain } = sampleBackup

  it('leaves out of a list the columns without a word, and what only makes it wide', () => {
    expect(titles(show([plain]))).toBe('| Backup | Status | Type | Size | Age |')
  })

  it('names the database of a list once, and in each row where there are several', () => {
    expect(show([plain])).toContain('\n\nOf database `shop`\n\n')
    const mixed = show([plain, { ...plain, database: 'stock' }])
    expect(titles(mixed)).toBe('| Backup | Status | Type | Database | Size | Age |')
    expect(mixed).not.toContain('Of database')
  })

  it('keeps the cells of a row in one piece, and says below what there is to remark', () => {
    const error = 'Cannot dump: the disk is full, expected room for it'
    const failed = { ...plain, id: '20261122T040012Z-f4il', status: 'FAILED', error } as const
    const text = show([plain, failed])
    expect(titles(text)).toBe('| Backup | Status | Type | Size | Age |')
    expect(text).toMatch(
      /\| ✅\u00a0COMPLETED \| WEEKLY \| [\d.]+\u00a0MiB \| \d+\u00a0hours\u00a0ago \|/,
    )
    expect(text).toContain(
      `### Remarks\n\n| | |\n| --- | --- |\n| **${failed.id}** | ${error} |\n\n### The bucket`,
    )
  })
})
