import type { Log } from '../../../action/job/ports.ts'

/** A log that remembers. */
export interface FakeLog extends Log {
  readonly lines: string[]
  readonly warnings: string[]
}

export function createFakeLog(): FakeLog {
  const lines: string[] = []
  const warnings: string[] = []
  return {
    lines,
    warnings,
    info: (line) => void lines.push(line),
    warn: (line) => void warnings.push(line),
    progress: () => {},
  }
}
