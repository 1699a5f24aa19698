import { renderWebhook } from '../domain/render-webhook.ts'
import type { DoctorCheck } from '../domain/result.ts'
import type { Channel, Random } from '../job/ports.ts'
import { judgeAnswer } from './judge-answer.ts'
import { type HttpWorld, sendRequest } from './send-request.ts'
import { signBody } from './sign-body.ts'

export interface WebhookOptions {
  readonly url: string
  /** Signs every body; unsigned where absent. */
  readonly secret?: string | undefined
  readonly random: Random
  readonly wants: Channel['wants']
}

const name = 'webhook'
const input = 'webhook-url'
const deliveryCharacters = 16

/** A webhook of the user's own: JSON, signed, with an id that is the same in every try. */
export function createWebhookChannel(
  world: HttpWorld,
  { url, secret, random, wants }: WebhookOptions,
): Channel {
  return {
    name,
    wants,
    async tell({ notice, result }, signal) {
      const body = renderWebhook(notice, result)
      const seconds = Math.floor(world.clock.now().getTime() / 1_000)
      const headers = {
        'content-type': 'application/json; charset=utf-8',
        'strongroom-event': `${notice.command}.${notice.kind}`,
        'strongroom-delivery': random.base32(deliveryCharacters),
        ...(secret !== undefined && { 'strongroom-signature': signBody(body, secret, seconds) }),
      }
      return judgeAnswer(
        await sendRequest(world, { url, method: 'POST', headers, body }, signal),
        input,
      )
    },
    async probe(signal): Promise<DoctorCheck> {
      // HEAD is safe by definition (RFC 9110, section 9.2.1): it may not have an effect.
      const answer = await sendRequest(world, { url, method: 'HEAD' }, signal)
      const check = `${name}`
      if (answer.kind === 'silent' || answer.status >= 500) {
        const delivery = judgeAnswer(answer, input)
        return delivery.kind === 'failed'
          ? { name: check, state: 'failed', text: delivery.problem, advice: delivery.hint }
          : { name: check, state: 'ok', text: 'it answers' }
      }
      const signed = secret === undefined ? '; messages are not signed: set "webhook-secret"' : ''
      return answer.status < 300
        ? { name: check, state: 'ok', text: `it answers HEAD; nothing was posted${signed}` }
        : {
            name: check,
            state: 'unknown',
            text: `it answers ${answer.status} to HEAD; whether it takes a POST shows only when there is something to tell${signed}`,
          }
    },
  }
}
