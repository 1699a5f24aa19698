import { describe, expect, it } from 'vitest'
import { readAddressing } from '../../../action/storage/addressing.ts'
import {
  type SendWorld,
  sendOnce,
  sendWithRetries,
} from '../../../action/storage/send-with-retries.ts'
import { createSigningRegion } from '../../../action/storage/signing-region.ts'
import { createCountingRandom } from './counting-random.ts'
import { createHastyClock } from './manual-clock.ts'

const purpose = { stage: 'manifest', doing: 'read the manifest' } as const

function createWorld(region = 'auto'): SendWorld {
  const signing = createSigningRegion(readAddressing(region, 'http://127.0.0.1:9'))
  return {
    clock: createHastyClock(),
    random: createCountingRandom(),
    place: () => ({ bucket: 'b', host: 'h', region: signing.current() }),
    region: signing,
  }
}

function answering(...answers: readonly unknown[]) {
  let sent = 0
  return {
    send: async () => {
      const answer = answers[Math.min(sent, answers.length - 1)]
      sent += 1
      if (answer instanceof Error) throw answer
      return answer
    },
    count: () => sent,
  }
}

function refusal(status: number, Code: string, more: object = {}): Error {
  return Object.assign(new Error(Code), {
    name: Code,
    Code,
    $metadata: { httpStatusCode: status },
    ...more,
  })
}

describe('sendWithRetries', () => {
  it('sends again until there is an answer', async () => {
    const { send, count } = answering(refusal(503, 'SlowDown'), refusal(500, 'InternalError'), 'ok')
    expect(await sendWithRetries(createWorld(), purpose, 5, send)).toEqual({
      kind: 'answered',
      answer: 'ok',
    })
    expect(count()).toBe(3)
  })

  it('gives up after its attempts', async () => {
    const { send, count } = answering(refusal(503, 'SlowDown'))
    expect(await sendWithRetries(createWorld(), purpose, 8, send)).toMatchObject({
      kind: 'fault',
      failure: { code: 'bucket_error' },
    })
    expect(count()).toBe(8)
  })

  it('sends as often as the purpose says', async () => {
    const { send, count } = answering(refusal(503, 'SlowDown'))
    await sendWithRetries(createWorld(), { ...purpose, attempts: 1 }, 8, send)
    expect(count()).toBe(1)
  })

  it('does not repeat what was refused', async () => {
    const { send, count } = answering(refusal(403, 'AccessDenied'))
    expect(await sendWithRetries(createWorld(), purpose, 8, send)).toMatchObject({
      kind: 'fault',
      failure: { code: 'bucket_access_denied' },
    })
    expect(count()).toBe(1)
  })

  it('does not wait long for a port where nobody listens', async () => {
    const { send, count } = answering(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }))
    await sendWithRetries(createWorld(), purpose, 8, send)
    expect(count()).toBe(4)
  })

  it('ends a wait with the reason of the signal', async () => {
    const abort = new AbortController()
    const send = async () => {
      abort.abort(new Error('stopped'))
      throw refusal(503, 'SlowDown')
    }
    await expect(
      sendWithRetries(createWorld(), { ...purpose, signal: abort.signal }, 8, send),
    ).rejects.toThrow('stopped')
  })

  it('lets defects through', async () => {
    const { send } = answering(new TypeError('a defect'))
    await expect(sendWithRetries(createWorld(), purpose, 8, send)).rejects.toThrow('a defect')
  })
})

describe('sendOnce', () => {
  it('sends once', async () => {
    const { send, count } = answering(refusal(503, 'SlowDown'), 'ok')
    expect(await sendOnce(createWorld(), purpose, send)).toMatchObject({ kind: 'fault' })
    expect(count()).toBe(1)
  })

  it('takes the region that a refusal names where none was asked for', async () => {
    const world = createWorld('auto')
    const { send, count } = answering(
      refusal(400, 'AuthorizationHeaderMalformed', { Region: 'eu-west-1' }),
      'ok',
    )
    expect(await sendOnce(world, purpose, send)).toMatchObject({ kind: 'answered' })
    expect([count(), world.region.current()]).toEqual([2, 'eu-west-1'])
  })

  it('keeps the region that was asked for', async () => {
    const world = createWorld('eu-north-1')
    const { send, count } = answering(
      refusal(400, 'AuthorizationHeaderMalformed', { Region: 'eu-west-1' }),
      'ok',
    )
    expect(await sendOnce(world, purpose, send)).toMatchObject({
      failure: { code: 'bucket_wrong_region' },
    })
    expect(count()).toBe(1)
  })
})
