import { expect, it } from 'vitest'
import { reportMessage } from '../../../action/domain/report-message.ts'
import type { Result } from '../../../action/domain/result.ts'
import { plainPalette } from '../../../action/runner/palette.ts'
import { renderTerminal } from '../../../action/runner/render-terminal.ts'
import { sampleNow, sampleResults } from '../../support/sample-results.ts'

it('reportMessage gives each sentence a paragraph of its own', () => {
  expect(reportMessage('one\ntwo')).toEqual([
    { kind: 'paragraph', text: ['one'] },
    { kind: 'paragraph', text: ['two'] },
  ])
})

it.each(Object.entries(sampleResults).filter(([, { command }]) => command !== 'list'))(
  'a report of %s shows a message of several lines as lines',
  (_, sample) => {
    const result = { ...sample, message: 'first sentence\nsecond sentence' } as Result
    const text = renderTerminal(result, { palette: plainPalette, columns: 100, now: sampleNow })
    expect(text).toContain('first sentence\n\nsecond sentence')
  },
)

it('a hint of several lines is a notice for each, and a dry run that failed is none', () => {
  const restore = { ...sampleResults.restore, ok: false, dryRun: true, hint: 'do this\nthen that' }
  const text = renderTerminal(restore as Result, {
    palette: plainPalette,
    columns: 100,
    now: sampleNow,
  })
  expect(text).toMatch(/^✗ Restore of .* failed\n/)
  expect(text).toContain('· do this\n')
  expect(text).toContain('· then that\n')
})
