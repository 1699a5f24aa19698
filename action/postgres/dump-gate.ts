import { Failure } from '../domain/failure.ts'

/** Within so many bytes of the end the trailer stands; `\unrestrict` and its key may follow it. */
const TAIL_BYTES = 1024
const TRAILER = '-- PostgreSQL database dump complete'
const MAGIC = 'PGDMP'

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
  const head = Buffer.alloc(MAGIC.length)
  const tail = Buffer.alloc(TAIL_BYTES)
  let seenBytes = 0
  return {
    see(chunk) {
      if (seenBytes < MAGIC.length) head.set(chunk.subarray(0, MAGIC.length - seenBytes), seenBytes)
      seenBytes += chunk.length
      if (chunk.length < TAIL_BYTES) tail.copyWithin(0, chunk.length)
      const last = chunk.subarray(-TAIL_BYTES)
      tail.set(last, TAIL_BYTES - last.length)
    },
    isEmpty: () => seenBytes === 0,
    check() {
      if (seenBytes === 0) throw incomplete('it is empty', 'at least one byte')
      if (format === 'custom' && head.toString('latin1') !== MAGIC) {
        throw incomplete('its first bytes are not those of an archive', MAGIC)
      }
      if (format === 'plain' && !tail.includes(TRAILER)) {
        throw incomplete('its last line is missing', `"${TRAILER}" near the end`)
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
