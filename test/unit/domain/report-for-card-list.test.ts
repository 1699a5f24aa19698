import { describe, expect, it } from 'vitest'
import { renderReport } from '../../../action/domain/render-summary.ts'
import { reportForCard } from '../../../action/domain/report-for-card.ts'
import type { ListResult } from '../../../action/domain/result.ts'
import { sampleBackup, sampleList, sampleNow } from '../../support/sample-results.ts'

/** The head of the table. */
function titles(backups: ListResult['backups']): string | undefined {
  const text = renderReport(reportForCard({ ...sampleList, backups }, sampleNow))
  return text.split('\n').find((line) => line.startsWith('| Backup |'))
}

describe('reportForCard', () => {
  it('leaves out of a list the columns without a word, and what only makes it wide', () => {
    const { verifiedAt: _verifiedAt, ...plain } = sampleBackup
    expect(titles([plain])).toBe('| Backup | Status | Type | Database | Size | Age |')
    expect(titles(sampleList.backups)).toBe(
      '| Backup | Status | Type | Database | Size | Age | Remarks |',
    )
  })
})
