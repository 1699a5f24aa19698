import { describe, expect, it } from 'vitest'
import { Failure } from '../../../../action/domain/failure.ts'
import { isConnectionLoss, queryFailure } from '../../../../action/postgres/target/query-failure.ts'

const withCode = (code: string) => Object.assign(new Error('said so\nand more'), { code })
const explain = (error: unknown) => queryFailure(error, 'do it', 'swap', (text) => text)

describe('queryFailure', () => {
  it.each([
    ['42501', 'target_unfit'],
    ['55006', 'target_busy'],
    ['53100', 'disk_full'],
    ['XX000', 'restore_failed'],
    ['57P01', 'database_unreachable'],
    ['ECONNRESET', 'database_unreachable'],
    ['ENOSPC', 'disk_full'],
  ])('explains %s as %s', (state, code) => {
    expect(explain(withCode(state))).toMatchObject({ code, stage: 'swap' })
  })

  it('keeps a Failure as it is', () => {
    const failure = new Failure({ code: 'lease_held', stage: 'lease', message: 'x' })
    expect(explain(failure)).toBe(failure)
  })

  it('repeats the first line alone', () => {
    expect(explain(withCode('XX000'))).toMatchObject({
      message: 'Cannot do it: the server says "said so", expected it to be done',
    })
  })

  it.each([new TypeError('a defect'), withCode('ENOENT'), 'text'])('gives %s back', (error) => {
    expect(explain(error)).toBe(error)
  })
})

describe('isConnectionLoss', () => {
  it.each([
    ['08006', true],
    ['57P01', true],
    ['57P04', true],
    ['ECONNRESET', true],
    ['55006', false],
    ['57014', false],
    ['ENOENT', false],
  ])('judges %s as %s', (code, isLoss) => {
    expect(isConnectionLoss(withCode(code))).toBe(isLoss)
  })
})
