import { hasCustomMagic, hasPlainTrailer, plainTailBytes } from '../domain/content-checks.ts'
import { Failure } from '../domain/failure.ts'

/** As much of the beginning as holds the magic of an archive. */
const HEAD_BYTES = 8

/** What must be known of a dump's bytes before its end may be passed on. */
export interface DumpGate {
  /** Looks at a chunk; keeps copies only, since the chunk may be transferred away. */
  see(chunk: Uint8Array): void
  isEmpty(): boolean
  /** @throws Failure `dump_incomplete` where the bytes seen are no whole dump of that format */
  check(): void
}

/** The cheap checks of a dump's bytes: not empty, magic (custom) or trailer (plain). */
export function createDumpGate(format: 'plain' | 'custom'): DumpGate {
  const head = Buffer.alloc(HEAD_BYTES)
  const tail = Buffer.alloc(plainTailBytes)
  let seenBytes = 0
  return {
    see(chunk) {
      if (seenBytes < HEAD_BYTES) head.set(chunk.subarray(0, HEAD_BYTES - seenBytes), seenBytes)
      seenBytes += chunk.length
      if (chunk.length < plainTailBytes) tail.copyWithin(0, chunk.length)
      const last = chunk.subarray(-plainTailBytes)
      tail.set(last, plainTailBytes - last.length)
    },
    isEmpty: () => seenBytes === 0,
    check() {
      if (seenBytes === 0) throw incomplete('it is empty', 'at least one byte')
      if (format === 'custom' && !hasCustomMagic(head)) {
        throw incomplete('its first bytes are not those of an archive', '"PGDMP"')
      }
      if (format === 'plain' && !hasPlainTrailer(tail.subarray(-seenBytes))) {
        throw incomplete('its last line is missing', 'the trailer that pg_dump writes near the end')
      }
    },
  }
}

/** The failure of a dump whose process ended well and whose bytes say otherwise. */
export function incomplete(fault: string, expected: string, cause?: unknown): Failure {
  return new Failure({
    code: 'dump_incomplete',
    stage: 'dump',
    message: `Cannot use the dump: ${fault}, expected ${expected}`,
    hint: 'Nothing was stored. Run the backup again; where it stays, check the installed pg_dump.',
    cause,
  })
}
