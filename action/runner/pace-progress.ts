import type { Stage } from '../domain/failure.ts'
import type { Progress } from '../job/ports.ts'

/** Decides which samples are shown and how long their stage has lasted. */
export interface Pace {
  /** Milliseconds since the stage began where the sample is to be shown, else undefined. */
  admit(sample: Progress): number | undefined
}

/**
 * Admits one sample per interval, counted from the first sample of each stage. The first sample
 * itself starts the clock and is shown only where the interval is zero.
 */
export function createPace(intervalMs: number, nowMs: () => number): Pace {
  let stage: Stage | undefined
  let startedMs = 0
  let shownMs = 0
  return {
    admit(sample) {
      const now = nowMs()
      if (sample.stage !== stage) {
        stage = sample.stage
        startedMs = now
        shownMs = now
        return intervalMs === 0 ? 0 : undefined
      }
      if (now - shownMs < intervalMs) return undefined
      shownMs = now
      return now - startedMs
    },
  }
}
