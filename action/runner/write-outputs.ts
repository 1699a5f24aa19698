import { setOutput } from '@actions/core'

/** Every output of `action.yml`, in its order. */
export const outputKeys = [
  'backup-id',
  'filename',
  'file-url',
  'file-size',
  'checksum',
  'type',
  'status',
  'duration-ms',
  'deleted-count',
  'reason-code',
  'result',
] as const

export type OutputKey = (typeof outputKeys)[number]

/** One text for every output; empty where the command has nothing to say. */
export type Outputs = Readonly<Record<OutputKey, string>>

/** Bytes of one output that GitHub takes; a longer one fails the step after the work is done. */
const outputBytesMax = 1_000_000

/** What writing outputs needs. */
export interface OutputSink {
  readonly redact: (text: string) => string
  readonly warn: (line: string) => void
  /** @default `setOutput` of the runner */
  readonly set?: (key: OutputKey, value: string) => void
}

/**
 * Writes every output; nothing else in the Action does.
 *
 * GitHub silently drops an output that contains masked text ("Skip output", `JobExtension.cs`), and
 * a secret has no place in one anyway. Such a value is written redacted, and the loss is told.
 */
export function writeOutputs(outputs: Outputs, sink: OutputSink): void {
  const set = sink.set ?? setOutput
  for (const key of outputKeys) {
    const value = sink.redact(outputs[key])
    if (value !== outputs[key]) {
      sink.warn(
        `Cannot set output "${key}" as it is: a part of it equals a secret of this run, or looks like one, expected secrets that appear nowhere else; that part is written as asterisks`,
      )
    }
    if (new TextEncoder().encode(value).byteLength <= outputBytesMax) set(key, value)
    else {
      sink.warn(
        `Cannot set output "${key}": it is longer than ${outputBytesMax} bytes, expected less; it is left empty`,
      )
      set(key, '')
    }
  }
}
