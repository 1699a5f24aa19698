import type { IncomingMessage } from 'node:http'
import type { FaultKind, Strike } from './faults.ts'
import { trickle } from './trickle.ts'

/** Waits until a fault lets go of a request, or the server closes. */
export async function untilReleased(
  strike: Strike | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (strike === undefined || signal.aborted) return
  const { promise: closed, resolve } = Promise.withResolvers<void>()
  signal.addEventListener('abort', () => resolve(), { once: true })
  await Promise.race([strike.released, closed])
}

/** The body as an operation reads it: held back or slowed down where that is scripted. */
export async function* bodyOf(
  incoming: IncomingMessage,
  striking: readonly Strike[],
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  await untilReleased(strikeOf(striking, 'hold'), signal)
  // An operation that stops reading early must not take the connection down with it.
  const bytes = { [Symbol.asyncIterator]: () => incoming.iterator({ destroyOnReturn: false }) }
  const slow = strikeOf(striking, 'slow')
  yield* slow ? trickle(bytes, slow.script.bytesPerSecond, signal) : bytes
}

/** The strike of one kind among those of a request. */
export function strikeOf(striking: readonly Strike[], kind: FaultKind): Strike | undefined {
  return striking.find(({ script }) => script.kind === kind)
}

/** What was not read must be taken in, or the client, still sending, never reads the answer. */
export function drain(incoming: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    if (incoming.readableEnded || incoming.destroyed) return resolve()
    incoming.once('end', resolve).once('close', resolve).resume()
  })
}
