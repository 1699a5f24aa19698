import type { DoctorCheck } from '../domain/result.ts'
import type { Channel } from './ports.ts'

const probeLimitMs = 20_000

/** Asks every channel whether it could be used, all at once; none tells anybody anything. */
export async function probeChannels(
  channels: readonly Channel[],
  limitMs = probeLimitMs,
): Promise<readonly DoctorCheck[]> {
  return await Promise.all(
    channels.map(async (channel): Promise<DoctorCheck> => {
      const signal = AbortSignal.timeout(limitMs)
      try {
        return await channel.probe(signal)
      } catch (error) {
        if (!signal.aborted) throw error
        const text = `it did not answer within ${limitMs / 1_000} s`
        return { name: channel.name, state: 'failed', text, advice: 'Look at the network.' }
      }
    }),
  )
}
