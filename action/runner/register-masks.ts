import { describeInput } from '../domain/input-keys.ts'
import { isTooShortToRedact } from '../domain/redact.ts'
import { secretLengthMin } from '../domain/secret-forms.ts'
import type { Secret } from './list-secrets.ts'

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
  const long = secrets.filter(({ text }) => text !== '' && !isTooShortToRedact(text))
  for (const { text } of long) sink.mask(text)
  const inputs = new Set(secrets.filter((secret) => !long.includes(secret)).map((s) => s.input))
  for (const input of inputs) {
    const { env } = describeInput(input)
    const from = env === undefined ? '' : ` (or ${env})`
    sink.warn(
      `Cannot mask all of input "${input}"${from}: it, its password or one of its lines has fewer than ${secretLengthMin} characters, expected a longer secret`,
    )
  }
  // The longest first, so that replacing one never leaves the rest of a longer one behind.
  return long.map(({ text }) => text).sort((a, b) => b.length - a.length)
}
