import { describe, expect, it } from 'vitest'
import {
  alarmStepOf,
  readAlarmMark,
  standingAfter,
  writeAlarmMark,
} from '../../../action/domain/alarm.ts'

describe('alarmStepOf', () => {
  it.each([
    ['backup', 'failed', ['backup'], []],
    ['backup', 'succeeded', [], ['backup']],
    ['backup', 'flagged', ['flag'], ['backup']],
    ['backup', 'started', [], []],
    ['verify', 'failed', ['verify'], []],
    ['check', 'succeeded', [], ['check']],
    ['accept', 'succeeded', [], ['flag']],
    ['accept', 'failed', [], []],
    ['restore', 'failed', [], []],
  ] as const)('%s %s', (command, kind, opens, heals) => {
    expect(alarmStepOf({ command, kind })).toEqual({ opens, heals })
  })
})

describe('standingAfter', () => {
  it('takes what was opened and not healed since', () => {
    const steps = [
      { opens: ['backup'], heals: [] },
      { opens: ['verify'], heals: [] },
      { opens: ['flag'], heals: ['backup'] },
    ] as const
    expect([...standingAfter(steps)]).toEqual(['verify', 'flag'])
    expect([...standingAfter([...steps, { opens: ['flag'], heals: ['flag', 'verify'] }])]).toEqual([
      'flag',
    ])
  })
})

describe('readAlarmMark', () => {
  const mark = {
    key: '0123456789abcdef',
    nonce: 'k7q2',
    opens: ['flag'],
    heals: ['backup'],
  } as const

  it('reads what was written, with the line ends that GitHub makes', () => {
    expect(readAlarmMark(`## Title\r\n\r\ntext\r\n\r\n${writeAlarmMark(mark)}\r\n`)).toEqual(mark)
  })

  it.each([
    ['none', 'text'],
    ['one that is not the last line', `${writeAlarmMark(mark)}\ntext`],
    ['one in a line', `text ${writeAlarmMark(mark)}`],
    ['another form', writeAlarmMark({ ...mark, key: 'xyz' })],
  ])('reads nothing where there is %s', (_, text) => {
    expect(readAlarmMark(text)).toBeUndefined()
  })
})
