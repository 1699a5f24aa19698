import type { Log } from './job/ports.ts'

/** Lines that a notification may repeat. */
const linesMax = 20

/** A log that also remembers what it was told last. */
export interface TailedLog {
  readonly log: Log
  /** The last lines, the oldest first. */
  lines(): readonly string[]
}

/** Passes everything on and keeps the last lines. */
export function tailLog(log: Log): TailedLog {
  const lines: string[] = []
  const keep = (line: string) => {
    lines.push(line)
    if (lines.length > linesMax) lines.shift()
  }
  return {
    log: {
      info(line) {
        keep(line)
        log.info(line)
      },
      warn(line) {
        keep(`Warning: ${line}`)
        log.warn(line)
      },
      progress: (sample) => log.progress(sample),
    },
    lines: () => [...lines],
  }
}
