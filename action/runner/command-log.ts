import type { Log } from '../job/ports.ts'

/** A log with an end: what the doors hold. */
export interface CommandLog extends Log {
  /** A heading under which the following lines belong, until the next one. */
  group(title: string): void
  /** Ends the last group and clears the bar of a terminal. Idempotent. */
  close(): void
}

/** What every log needs from outside. */
export interface LogOptions {
  /** Hides secrets; applied to everything that is shown. */
  readonly redact: (text: string) => string
  /** A clock that only moves forward, in milliseconds. */
  readonly nowMs: () => number
}

/** How often a log that cannot overwrite its last line shows progress. */
export const progressIntervalMs = 5000
