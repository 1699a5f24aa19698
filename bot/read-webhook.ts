import { verify } from '@octokit/webhooks-methods'
import type { Delivery } from './ports.ts'

/** Longest body that is read: more than an event of the bot's ever has. GitHub's own limit is 25 MB. */
export const webhookBytesMax = 5 * 1_048_576

/** A request to the address of webhooks, as it came. */
export interface RawWebhook {
  /** Value of a header, by its name in lower case. */
  readonly header: (name: string) => string | null | undefined
  readonly body: Uint8Array
}

export type Webhook =
  | { readonly kind: 'signed'; readonly delivery: Delivery }
  /** Not GitHub's, or not for us. The text holds nothing of the request. */
  | { readonly kind: 'rejected'; readonly status: 400 | 401 | 415; readonly text: string }

/** Reads a webhook, of which nothing is believed or kept before its signature was found right. */
export async function readWebhook(secret: string, { header, body }: RawWebhook): Promise<Webhook> {
  const signature = header('x-hub-signature-256') ?? ''
  const text = new TextDecoder().decode(body)
  const isSigned =
    /^sha256=[0-9a-f]{64}$/.test(signature) &&
    text !== '' &&
    (await verify(secret, text, signature))
  if (!isSigned) return reject(401, 'the signature is missing or wrong')
  if (!/^application\/json\s*(;|$)/.test(header('content-type') ?? '')) {
    return reject(415, 'the content type of the webhook must be application/json')
  }
  const event = header('x-github-event') ?? ''
  const id = header('x-github-delivery') ?? ''
  if (!/^[a-z_]{1,60}$/.test(event)) return reject(400, 'X-GitHub-Event is missing')
  if (!/^[\w-]{1,100}$/.test(id)) return reject(400, 'X-GitHub-Delivery is missing')
  try {
    const payload: unknown = JSON.parse(text)
    return { kind: 'signed', delivery: { id, event, payload } }
  } catch {
    return reject(400, 'the body is not JSON')
  }
}

function reject(status: 400 | 401 | 415, text: string): Webhook {
  return { kind: 'rejected', status, text }
}
