import type { Block } from './report.ts'

/** Each warning of a result once, as a notice. */
export function reportWarnings(warnings: readonly string[]): readonly Block[] {
  return [...new Set(warnings)].map((warning) => ({
    kind: 'notice',
    tone: 'doubtful',
    text: [warning],
  }))
}
