import { describe, expect, test } from 'vitest'
import { Failure } from '../../../action/domain/failure.ts'
import type { Channel, Delivery } from '../../../action/job/ports.ts'
import { probeChannels } from '../../../action/job/probe-channels.ts'
import { tell } from '../../../action/job/tell.ts'
import { failedNotice } from '../../support/notify/sample-notices.ts'

const message = { notice: failedNotice }
const limitMs = 10_000

/** A channel that does this when it is told something. */
function channel(name: string, work: () => Promise<Delivery>, wants = true): Channel {
  return {
    name,
    wants: () => wants,
    tell: work,
    probe: async () => ({ name, state: 'ok', text: 'it answers' }),
  }
}

const well = async (): Promise<Delivery> => ({ kind: 'told' })

describe('tell', () => {
  test('tells whoever wants to know, and nobody else', async () => {
    const told: string[] = []
    const note = (name: string) => async (): Promise<Delivery> => {
      told.push(name)
      return { kind: 'told' }
    }
    const channels = [
      channel('a', note('a')),
      channel('b', note('b'), false),
      channel('c', note('c')),
    ]
    expect(await tell(channels, message, limitMs)).toEqual([])
    expect(told).toEqual(['a', 'c'])
  })

  test('turns whatever goes wrong into warnings, in the order of the channels', async () => {
    const refuse = async (): Promise<Delivery> => ({
      kind: 'failed',
      problem: 'it answered 404, expected 200',
      hint: 'Make a new one.',
    })
    const broken = async (): Promise<Delivery> => {
      throw new TypeError('https://hooks.example/T0K3N is odd')
    }
    const channels = [channel('Slack', broken), channel('e-mail', well), channel('Teams', refuse)]
    expect(await tell(channels, message, limitMs)).toEqual([
      'Cannot notify by Slack: something broke (TypeError), expected no such error. This is a fault of Strongroom: report it.',
      'Cannot notify by Teams: it answered 404, expected 200. Make a new one.',
    ])
  })

  test('uses at most four at a time', async () => {
    let running = 0
    let most = 0
    const busy = async (): Promise<Delivery> => {
      running += 1
      most = Math.max(most, running)
      await Promise.resolve()
      running -= 1
      return { kind: 'told' }
    }
    const channels = Array.from({ length: 9 }, (_, place) => channel(String(place), busy))
    expect(await tell(channels, message, limitMs)).toEqual([])
    expect(most).toBe(4)
  })

  test('says what a Failure says, and stops when it is told to', async () => {
    const failing = channel('issue', async () => {
      throw new Failure({ code: 'invalid_input', stage: 'gate', message: 'Cannot ask GitHub' })
    })
    expect(await tell([failing], message, limitMs)).toEqual([
      'Cannot notify by issue: Cannot ask GitHub.',
    ])
    const hangs = channel('webhook', () => new Promise(() => undefined))
    const stopped = await tell([hangs], message, limitMs, AbortSignal.abort())
    expect(stopped).toHaveLength(1)
  })

  test('leaves a channel behind that does not end, and says so', async () => {
    const hangs = channel('webhook', () => new Promise(() => undefined))
    expect(await tell([hangs, channel('e-mail', well)], message, 20)).toEqual([
      'Cannot notify by webhook: it took longer than 0.02 s, expected less. Look at its address and at the network.',
    ])
  })
})

describe('probeChannels', () => {
  test('asks each, and calls one failed that does not answer', async () => {
    const silent: Channel = {
      ...channel('Slack', well),
      probe: (signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    }
    expect(await probeChannels([channel('e-mail', well), silent], 20)).toMatchObject([
      { name: 'e-mail', state: 'ok' },
      { name: 'Slack', state: 'failed', text: 'it did not answer within 0.02 s' },
    ])
  })
})
