import { isFailure } from '../domain/failure.ts'
import type { Channel, Delivery, Message } from './ports.ts'

/** So many channels are used at the same time. */
const channelsAtOnceMax = 4

/**
 * Tells every channel that wants to know, several at once, all within `limitMs`. What was done is done:
 * whatever goes wrong here ends in a warning and never in a failure.
 *
 * @param stop ends the telling early
 * @returns the warnings, in the order of the channels
 */
export async function tell(
  channels: readonly Channel[],
  message: Message,
  limitMs: number,
  stop?: AbortSignal,
): Promise<readonly string[]> {
  const wanting = channels.filter((channel) => channel.wants(message.notice))
  const limit = AbortSignal.timeout(limitMs)
  const signal = stop === undefined ? limit : AbortSignal.any([limit, stop])
  const warnings = wanting.map((): string | undefined => undefined)
  const queue = wanting.entries()
  const work = async () => {
    for (const [place, channel] of queue) {
      warnings[place] = await tellOne(channel, message, { signal, limitMs })
    }
  }
  await Promise.all(Array.from({ length: channelsAtOnceMax }, work))
  return warnings.filter((warning) => warning !== undefined)
}

async function tellOne(
  channel: Channel,
  message: Message,
  { signal, limitMs }: { readonly signal: AbortSignal; readonly limitMs: number },
): Promise<string | undefined> {
  try {
    const delivery = await Promise.race([channel.tell(message, signal), whenAborted(signal)])
    return delivery.kind === 'told' ? undefined : describe(channel, delivery)
  } catch (error) {
    if (signal.aborted) {
      const problem = `it took longer than ${limitMs / 1_000} s, expected less`
      return describe(channel, { problem, hint: 'Look at its address and at the network.' })
    }
    if (isFailure(error)) {
      return describe(channel, { problem: error.message, hint: error.hint ?? '' }).trimEnd()
    }
    // A defect of a channel, which must not become the end of a good backup. Its text may be foreign.
    const kind = error instanceof Error ? error.name : typeof error
    const problem = `something broke (${kind}), expected no such error`
    return describe(channel, { problem, hint: 'This is a fault of Strongroom: report it.' })
  }
}

function describe(
  { name }: Channel,
  { problem, hint }: Omit<Extract<Delivery, { kind: 'failed' }>, 'kind'>,
): string {
  return `Cannot notify by ${name}: ${problem}. ${hint}`
}

/** Rejects once the time is up, for a channel that does not listen. */
async function whenAborted(signal: AbortSignal): Promise<never> {
  return await new Promise((_, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}
