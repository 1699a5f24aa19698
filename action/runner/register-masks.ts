import { describeInput } from '../domain/input-keys.ts'
import type { Secret } from './list-secrets.ts'

/** A mask below this length would shred every log line. */
const maskCharactersMin = 4

/** The part of the runner that masks need. */
export interface MaskSink {
  /** Registers one text with the runner. */
  mask(text: string): void
  warn(line: string): void
}

/**
 * Registers every secret with the runner and returns the texts that our own redaction hides.
 *
 * Texts below four characters are left out of both, with a warning that names the input: hiding
 * `ab` everywhere tells its places and makes the log unreadable.
 */
export function registerMasks(secrets: readonly Secret[], sink: MaskSink): readonly string[] {
  const long = secrets.filter(({ text }) => [...text].length >= maskCharactersMin)
  for (const { text } of long) sink.mask(text)
  const inputs = new Set(secrets.filter((secret) => !long.includes(secret)).map((s) => s.input))
  for (const input of inputs) {
    const { env } = describeInput(input)
    const from = env === undefined ? '' : ` (or ${env})`
    sink.warn(
      `Cannot mask all of input "${input}"${from}: it, its password or one of its lines has fewer than ${maskCharactersMin} characters, expected a longer secret`,
    )
  }
  // The longest first, so that replacing one never leaves the rest of a longer one behind.
  return long.map(({ text }) => text).sort((a, b) => b.length - a.length)
}
