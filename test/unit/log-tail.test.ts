import { describe, expect, it } from 'vitest'
import { tailLog } from '../../action/log-tail.ts'
import { createFakeLog } from '../support/fakes/fake-log.ts'

describe('tailLog', () => {
  it('passes everything on, and keeps the last twenty lines with warnings named', () => {
    const log = createFakeLog()
    const tail = tailLog(log)
    for (let line = 1; line <= 25; line += 1) tail.log.info(`line ${line}`)
    tail.log.warn('odd')
    tail.log.progress({ stage: 'dump', doneBytes: 1 })
    const lines = tail.lines()
    expect(lines).toHaveLength(20)
    expect([lines[0], lines.at(-1)]).toEqual(['line 7', 'Warning: odd'])
    expect(log.lines).toContain('line 1')
  })
})
