import { describe, expect, it } from 'vitest'
import { reportVerify } from '../../../action/domain/report-verify.ts'
import { resultVersion, type VerifyResult } from '../../../action/domain/result.ts'

const result: VerifyResult = {
  version: resultVersion,
  command: 'verify',
  ok: true,
  reasonCode: 'completed',
  message: 'It is whole',
  level: 'bytes',
  outcome: 'verified',
  tables: 2,
  rows: 2500,
  warnings: [],
}

const told = (level: VerifyResult['level']) =>
  JSON.stringify(reportVerify({ ...result, level })).match(/(?:Tables|Rows) [\w ]+/g)

describe('reportVerify', () => {
  it('speaks of a comparison only where rows came back to be compared', () => {
    expect(told('bytes')).toEqual(['Tables in the dump', 'Rows in the dump'])
    expect(told('restore')).toEqual(['Tables compared', 'Rows compared'])
  })
})
