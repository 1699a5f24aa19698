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
    expect(titles(show(sampleList.backups))).toBe(
      '| Backup | Status | Type | Size | Age | Remarks |',
    )
  })

  it('names the database of a list once, and in each row where there are several', () => {
    expect(show([plain])).toContain('\n\nOf database `shop`\n\n')
    const mixed = show([plain, { ...plain, database: 'stock' }])
    expect(titles(mixed)).toBe('| Backup | Status | Type | Database | Size | Age |')
    expect(mixed).not.toContain('Of database')
  })

  it('keeps the short cells of a list in one piece, and cuts a long remark', () => {
    const error = 'word '.repeat(100)
    const text = show([{ ...plain, status: 'FAILED', error }])
    expect(text).toMatch(/\| \d+\u00a0hours\u00a0ago \| (?:word ){16}… \|/)
  })
})
