import type { Segment } from './byte-store.ts'
import type { Exchange } from './exchange.ts'
import { type BodyFacts, receiveBody } from './receive-body.ts'

/** Receives and proves a body into the byte store; nothing is left where it does not hold. */
export async function receiveSegment(
  exchange: Exchange,
): Promise<{ readonly segment: Segment; readonly facts: BodyFacts }> {
  const writer = await exchange.state.bytes.open()
  try {
    const facts = await receiveBody(exchange, (chunk) => writer.write(chunk))
    return { segment: await writer.finish(), facts }
  } catch (error) {
    await writer.discard()
    throw error
  }
}
