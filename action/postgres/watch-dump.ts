import type { Clock } from '../job/ports.ts'

/** Why a dump was stopped. */
export type Trip = 'silence' | 'total' | 'no-exit'

export interface Watch {
  /** Which limit was passed, if one was. */
  tripped(): Trip | undefined
  /** A read has begun: from now on silence is the program's own. */
  beginRead(): void
  /** Bytes came, and are being worked on: no silence while that lasts. */
  endRead(): void
  /** The output has ended: only the exit is missing now. */
  endOutput(): void
  stop(): void
}

/** How long a program may take to exit after the end of its output. */
const EXIT_TIMEOUT_MS = 30_000

/**
 * Watches a program's output by the given clock: no byte for too long, too long altogether, no exit
 * after the end of output. Time in which nobody asks for bytes (a slow upload) is no silence.
 * @param onTrip called once; it stops the program
 */
export function watchDump(
  clock: Clock,
  limits: { readonly silenceTimeoutMs: number; readonly totalTimeoutMs: number },
  onTrip: () => void,
): Watch {
  const startedAt = clock.now().getTime()
  const over = new AbortController()
  let readingSince: number | undefined
  let outputEndedAt: number | undefined
  let trip: Trip | undefined

  /** The limit that passes next, given what is known now. */
  const nextLimit = (now: number): { readonly trip: Trip; readonly at: number } => {
    const silence =
      outputEndedAt === undefined
        ? ({ trip: 'silence', at: (readingSince ?? now) + limits.silenceTimeoutMs } as const)
        : ({ trip: 'no-exit', at: outputEndedAt + EXIT_TIMEOUT_MS } as const)
    const total = { trip: 'total', at: startedAt + limits.totalTimeoutMs } as const
    return silence.at < total.at ? silence : total
  }
  const watch = async () => {
    while (!over.signal.aborted) {
      const now = clock.now().getTime()
      const next = nextLimit(now)
      if (next.at <= now) {
        trip = next.trip
        onTrip()
        return
      }
      const isLong = next.at - now > EXIT_TIMEOUT_MS
      // Not longer than the exit's limit, which may come to apply meanwhile.
      await clock.sleep(isLong ? EXIT_TIMEOUT_MS : next.at - now, over.signal)
    }
  }
  watch().catch((error: unknown) => {
    // A sleep that was called off is how this ends; anything else is a defect to be seen.
    if (!over.signal.aborted) throw error
  })
  return {
    tripped: () => trip,
    beginRead: () => {
      readingSince = clock.now().getTime()
    },
    endRead: () => {
      readingSince = undefined
    },
    endOutput: () => {
      outputEndedAt = clock.now().getTime()
    },
    stop: () => over.abort(),
  }
}
