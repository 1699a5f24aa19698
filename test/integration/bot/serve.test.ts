import { request as httpRequest } from 'node:http'
import { sign } from '@octokit/webhooks-methods'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Answer, Delivery } from '../../../bot/ports.ts'
import { type BotServer, serve } from '../../../bot/serve.ts'

const secret = 'made-up-secret-of-a-webhook-0001'

const answered: Answer = { outcome: 'answered', text: 'done', requestIds: [] }

/** What the next delivery leads to, and how it went. */
let receive: (delivery: Delivery) => Promise<Answer>
let isReady: boolean
let lines: string[]
let server: BotServer
beforeEach(async () => {
  receive = async () => answered
  isReady = true
  lines = []
  server = await start(50)
})

function start(answerWithinMs: number): Promise<BotServer> {
  return serve({
    host: '127.0.0.1',
    port: 0,
    webhookSecret: secret,
    receive: (delivery) => receive(delivery),
    isReady: async () => isReady,
    log: { info: (line) => lines.push(line), warn: (line) => lines.push(line) },
    answerWithinMs,
  })
}
afterEach(() => server.stop())

const address = (path: string) => `http://127.0.0.1:${server.port}${path}`

async function post(payload: object, changes: { secret?: string; path?: string } = {}) {
  const body = JSON.stringify(payload)
  const response = await fetch(address(changes.path ?? '/api/github/webhooks'), {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'issue_comment',
      'x-github-delivery': 'guid-1',
      'x-hub-signature-256': await sign(changes.secret ?? secret, body),
    },
  })
  return { status: response.status, text: await response.text() }
}

/** A delivery that ends when it is told to. */
function holdDelivery(end: Answer | Error = answered) {
  const begun = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  receive = async () => {
    begun.resolve()
    await released.promise
    if (end instanceof Error) throw end
    return end
  }
  return { begun: begun.promise, release: () => released.resolve() }
}

describe('serve', () => {
  it.each(['/api/github/webhooks', '/', '/api/github/webhooks?x=1'])(
    'takes webhooks at %s',
    async (path) => {
      expect(await post({ a: 1 }, { path })).toEqual({ status: 200, text: 'answered\n' })
    },
  )

  it('hands on the delivery as it was signed', async () => {
    let given: Delivery | undefined
    receive = async (delivery) => {
      given = delivery
      return answered
    }
    await post({ a: 'Grüße' })
    expect(given).toEqual({ id: 'guid-1', event: 'issue_comment', payload: { a: 'Grüße' } })
  })

  it('answers 401 to a wrong signature, and the log has nothing of the payload', async () => {
    receive = () => expect.fail('it was handed on')
    const answer = await post({ note: 'attacker' }, { secret: 'another' })
    expect(answer).toEqual({ status: 401, text: 'the signature is missing or wrong\n' })
    expect(lines).toEqual(['A webhook was turned away: the signature is missing or wrong'])
  })

  it('answers 500 where it failed, so that GitHub shows it', async () => {
    receive = async () => ({ ...answered, outcome: 'failed' })
    expect(await post({})).toEqual({ status: 500, text: 'failed\n' })
  })

  it('answers a defect with a plain 500, and logs its kind and the delivery alone', async () => {
    receive = () => Promise.reject(new TypeError('with a secret in it'))
    expect(await post({})).toEqual({ status: 500, text: 'failed\n' })
    receive = () => Promise.reject(new AggregateError([new RangeError('hush')], 'hush'))
    expect(await post({})).toEqual({ status: 500, text: 'failed\n' })
    expect(lines).toEqual([
      'guid-1 issue_comment: defect: TypeError',
      'guid-1 issue_comment: defect: RangeError',
    ])
  })

  it('answers before GitHub stops waiting, and finishes the work', async () => {
    const held = holdDelivery()
    expect(await post({})).toEqual({ status: 202, text: 'still at it\n' })
    await held.begun
    held.release()
    expect(await server.stop()).toBe(true)
  })

  it('waits for the work at hand when it stops', async () => {
    const held = holdDelivery()
    await post({})
    await held.begun
    let isStopped = false
    const stopping = server.stop().then((isDone) => {
      isStopped = true
      return isDone
    })
    await expect(post({})).rejects.toThrow('fetch failed')
    expect(isStopped).toBe(false)
    held.release()
    expect(await stopping).toBe(true)
  })

  it('still answers what it was doing when it was told to stop', async () => {
    await server.stop()
    server = await start(60_000)
    const held = holdDelivery()
    const posted = post({})
    await held.begun
    const stopping = server.stop()
    held.release()
    expect(await posted).toEqual({ status: 200, text: 'answered\n' })
    expect(await stopping).toBe(true)
  })

  it('works on sixteen deliveries at once, and on the others after them', async () => {
    let running = 0
    let most = 0
    let done = 0
    const released = Promise.withResolvers<void>()
    receive = async () => {
      running += 1
      most = Math.max(most, running)
      await released.promise
      running -= 1
      done += 1
      return answered
    }
    await Promise.all(Array.from({ length: 40 }, () => post({})))
    released.resolve()
    expect(await server.stop()).toBe(true)
    expect([most, done]).toEqual([16, 40])
  })

  it('says at /ping whether it is ready', async () => {
    const ping = async () => {
      const response = await fetch(address('/ping'))
      return [response.status, await response.text()]
    }
    expect(await ping()).toEqual([200, 'PONG\n'])
    isReady = false
    expect(await ping()).toEqual([503, 'not ready\n'])
  })

  it.each([
    ['GET', '/api/github/webhooks', 405],
    ['GET', '/probot', 404],
    ['POST', '/ping', 404],
    ['GET', '/%00', 404],
  ])('answers %s %s with %d', async (method, path, status) => {
    expect((await fetch(address(path), { method })).status).toBe(status)
  })

  it('reads no more of a body than an event can have', async () => {
    const status = await new Promise((resolve, reject) => {
      const outgoing = httpRequest(address('/'), { method: 'POST' }, (response) => {
        resolve(response.statusCode)
        outgoing.destroy()
      })
      outgoing.on('error', reject)
      outgoing.write(Buffer.alloc(6 * 1_048_576))
    })
    expect(status).toBe(413)
  })
})
