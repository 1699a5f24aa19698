import { Session } from 'node:inspector'

/** Counts how often the blocks of a program are entered. */
export interface BlockCounter {
  /** Entries since the last call: of each function its most entered block, summed. */
  take(): number
}

/**
 * Counts with V8's own counters, which stand in the program's code and know no clock. What is to be counted must be
 * imported afterwards. Of a function the hottest block is taken, since V8 puts blocks of one count together.
 *
 * @param folder only files below it, "file:///…/bot/"
 */
export function startBlockCounter(folder: string): BlockCounter {
  const session = new Session()
  session.connect()
  session.post('Profiler.enable')
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  return {
    take() {
      let sum = 0
      // Answered before `post` returns, within one thread.
      session.post('Profiler.takePreciseCoverage', (error, { result }) => {
        if (error !== null) throw error
        for (const { functions } of result.filter(({ url }) => url.startsWith(folder))) {
          for (const { ranges } of functions) sum += Math.max(...ranges.map(({ count }) => count))
        }
      })
      return sum
    },
  }
}
