import { createHmac } from 'node:crypto'

/**
 * The header by which a receiver knows that a body is ours and fresh: `t=<seconds>,v1=<hex>`, where
 * `v1` is HMAC-SHA-256 of `<seconds>.<body>`. The time is signed, so an old message cannot be sent
 * again as a new one.
 *
 * @param seconds since the epoch
 */
export function signBody(body: string, secret: string, seconds: number): string {
  const mac = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
  return `t=${seconds},v1=${mac}`
}
