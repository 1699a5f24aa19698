import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCron } from '../../../action/domain/cron.ts'
import { isFailure } from '../../../action/domain/failure.ts'
import { previousRun } from '../../../action/domain/previous-run.ts'

const at = new Date('2026-11-22T12:34:56.789Z') // a Sunday

describe('previousRun', () => {
  test.each([
    ['0 3 * * *', '2026-11-22T03:00:00.000Z'],
    ['34 12 * * *', '2026-11-22T12:34:00.000Z'],
    ['35 12 * * *', '2026-11-21T12:35:00.000Z'],
    ['20/15 * * * *', '2026-11-22T12:20:00.000Z'],
    ['*/10 9-11 * * *', '2026-11-22T11:50:00.000Z'],
    ['0 0 * * 1-5', '2026-11-20T00:00:00.000Z'],
    ['0 0 * * mon-FRI/2', '2026-11-20T00:00:00.000Z'],
    ['0 0 * * 7', '2026-11-22T00:00:00.000Z'],
    ['0 0 * * 5-7', '2026-11-22T00:00:00.000Z'],
    ['0 0 * * */3', '2026-11-22T00:00:00.000Z'],
    ['0 0 * * 4/1', '2026-11-21T00:00:00.000Z'],
    ['0 0 * * 7/1', '2026-11-22T00:00:00.000Z'],
    ['30 2 1 JAN,jul *', '2026-07-01T02:30:00.000Z'],
    ['0 0 13 * FRI', '2026-11-20T00:00:00.000Z'],
    ['0 0 */2 * MON', '2026-11-09T00:00:00.000Z'],
    ['0 0 31 * *', '2026-10-31T00:00:00.000Z'],
    ['0 0 29 2 *', '2024-02-29T00:00:00.000Z'],
    ['  0\t3  *  * * ', '2026-11-22T03:00:00.000Z'],
  ])('of %j is %s', (expression, expected) => {
    expect(previousRun(parseCron(expression), at)?.toISOString()).toBe(expected)
  })

  test('of a schedule that is never due is undefined', () => {
    expect(previousRun(parseCron('0 0 30 2 *'), at)).toBeUndefined()
  })

  test('spans the years 1896 to 1904 and 2096 to 2104 without leap day', () => {
    const end = new Date('2104-02-28T00:00:00.000Z')
    expect(previousRun(parseCron('0 0 29 2 *'), end)?.toISOString()).toBe(
      '2096-02-29T00:00:00.000Z',
    )
  })

  test('is never later than asked, and is its own previous run', () => {
    const expressions = fc
      .tuple(minutes(59), minutes(23), fc.constantFrom('*', '1', '15', '1-7', '*/5'), weekDays())
      .map(([minute, hour, day, weekDay]) => `${minute} ${hour} ${day} * ${weekDay}`)
    fc.assert(
      fc.property(expressions, fc.date({ noInvalidDate: true, ...years() }), (expression, when) => {
        const cron = parseCron(expression)
        const run = previousRun(cron, when)
        if (run === undefined) throw new Error('is due in every month')
        expect(run <= when).toBe(true)
        expect(previousRun(cron, run)).toEqual(run)
        expect(cron.minutes.has(run.getUTCMinutes()) && cron.hours.has(run.getUTCHours())).toBe(
          true,
        )
        expect(run.getUTCSeconds() + run.getUTCMilliseconds()).toBe(0)
      }),
    )
  })
})

describe('parseCron', () => {
  test.each([
    '',
    '0 3 * *',
    '0 3 * * * *',
    '60 3 * * *',
    '0 24 * * *',
    '0 3 0 * *',
    '0 3 32 * *',
    '0 3 * 13 *',
    '0 3 * FOO *',
    '0 3 * * 8',
    '0 3 * * JAN',
    '5-1 3 * * *',
    '0/0 3 * * *',
    '*-5 3 * * *',
    '1,,2 3 * * *',
    '-1 3 * * *',
    '@daily',
    '0 3 ? * L',
    '1/ 3 * * *',
    '*'.repeat(300),
  ])('refuses %j', (expression) => {
    expect(() => parseCron(expression)).toThrow(/^Cannot read the schedule: .*, expected /)
  })

  test('reads or refuses any text', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9*,/ A-Z-]{0,30}$/), (text) => {
        try {
          expect(parseCron(text).minutes.size).toBeGreaterThan(0)
        } catch (error) {
          if (!isFailure(error, 'invalid_input')) throw error
        }
      }),
    )
  })
})

function minutes(max: number) {
  return fc.oneof(fc.constant('*'), fc.integer({ min: 0, max }).map(String), fc.constant('*/7'))
}

function weekDays() {
  return fc.constantFrom('*', '0', '7', 'MON-FRI', '1,3')
}

function years() {
  return { min: new Date('2020-01-01T00:00:00Z'), max: new Date('2040-01-01T00:00:00Z') }
}
